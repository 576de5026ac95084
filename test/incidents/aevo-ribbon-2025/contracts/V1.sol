// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Settlement prices of option vaults: every source answers with 8 decimals, the vaults count with 18.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(bytes32 asset => uint256 answer) internal _answers;

    event SourceSet(bytes32 indexed asset, uint256 answer);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        _set(keccak256("ETH"), 3_200e8);
        _set(keccak256("BTC"), 95_000e8);
    }

    function getPrice(bytes32 asset) external view virtual returns (uint256) {
        return _answers[asset] * 1e10;
    }

    function _set(bytes32 asset, uint256 answer) internal {
        _answers[asset] = answer;
        emit SourceSet(asset, answer);
    }
}
