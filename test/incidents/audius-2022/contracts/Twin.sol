// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Guards its initializer by the flag that the live proxy set.
contract Twin is OwnableUpgradeable, UUPSUpgradeable {
    address public guardian;
    uint256 public quorum;
    uint256 public votingPeriod;

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address guardian_, uint256 quorum_) external initializer {
        guardian = guardian_;
        quorum = quorum_;
        votingPeriod = 3 days;
    }
}
