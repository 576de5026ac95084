// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Runs handlers from a registry in its own name.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address handler => bool isRegistered) public registry;

    error NotRegistered();
    error Failed();

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    function register(address handler) external onlyOwner {
        registry[handler] = true;
    }

    function exec(address handler, bytes calldata data) external {
        if (!registry[handler]) revert NotRegistered();
        _run(handler, data);
    }

    function _run(address handler, bytes calldata data) internal {
        (bool done, ) = handler.delegatecall(data);
        if (!done) revert Failed();
    }
}
