// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {UUPSUpgradeable} from "@openzeppelin/contracts-upgradeable/proxy/utils/UUPSUpgradeable.sol";
import {VenueAccess} from "./VenueAccess.sol";

/// @title A module behind a UUPS proxy that only the timelock upgrades
abstract contract UpgradeableModule is VenueAccess, UUPSUpgradeable {
    /// @dev The bare implementation must never be initialised by anyone.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
}
