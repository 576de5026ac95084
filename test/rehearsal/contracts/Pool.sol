// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// What it holds and what it owes: for the tests of a batch's steps.
contract PoolV1 is OwnableUpgradeable, UUPSUpgradeable {
    uint256 public assets;
    uint256 public liabilities;

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        assets = 100;
        liabilities = 100;
    }

    function setAssets(uint256 value) external onlyOwner {
        assets = value;
    }

    function setLiabilities(uint256 value) external onlyOwner {
        liabilities = value;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

contract PoolV2 is PoolV1 {
    function version() external pure returns (uint256) {
        return 2;
    }
}
