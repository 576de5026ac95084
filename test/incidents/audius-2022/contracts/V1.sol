// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Governs a treasury.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    address public guardian;
    uint256 public quorum;

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_, uint256 quorum_) external initializer {
        __Ownable_init(owner_);
        guardian = owner_;
        quorum = quorum_;
    }
}
