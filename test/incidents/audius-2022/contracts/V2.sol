// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Guards its initializer with a flag that stands where the live proxy has none.
contract V2 is OwnableUpgradeable, UUPSUpgradeable {
    address public guardian;
    uint256 public quorum;
    uint256 public votingPeriod;
    bool private _isInitialized;

    error AlreadyInitialized();

    modifier once() {
        if (_isInitialized) revert AlreadyInitialized();
        _isInitialized = true;
        _;
    }

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address guardian_, uint256 quorum_) external once {
        guardian = guardian_;
        quorum = quorum_;
        votingPeriod = 3 days;
    }
}
