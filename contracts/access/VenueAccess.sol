// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {AccessControlUpgradeable} from "@openzeppelin/contracts-upgradeable/access/AccessControlUpgradeable.sol";
import {IVenueAccess, PauseLevel} from "../interfaces/IVenueAccess.sol";

/// @title Roles and two-level pause, shared by every module of the venue
/// @notice The admin role sits with the timelock and nowhere else; the deployer never holds a role.
abstract contract VenueAccess is AccessControlUpgradeable, IVenueAccess {
    bytes32 public constant GUARDIAN_ROLE = keccak256("GUARDIAN_ROLE");
    bytes32 public constant KEEPER_ROLE = keccak256("KEEPER_ROLE");

    /// @custom:storage-location erc7201:drydock.venue.Access
    struct AccessStorage {
        PauseLevel level;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.Access")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ACCESS_STORAGE = 0x4c3ca2c0233c62886a6d776a214e25c72423c08f6c4b758d75ed8b1d7f961600;

    /// @dev For what opens risk: stopped by every pause.
    modifier whenOpen() {
        PauseLevel level = _access().level;
        if (level != PauseLevel.None) revert Paused(level);
        _;
    }

    /// @dev For exits: closing, withdrawing, liquidating. Stopped by a full pause only.
    modifier whenExitsOpen() {
        PauseLevel level = _access().level;
        if (level == PauseLevel.Full) revert Paused(level);
        _;
    }

    /// @inheritdoc IVenueAccess
    function setPauseLevel(PauseLevel level) external {
        PauseLevel previous = _access().level;
        if (!hasRole(DEFAULT_ADMIN_ROLE, msg.sender)) {
            _checkRole(GUARDIAN_ROLE);
            if (level <= previous) revert PauseNotRaised(previous, level);
        }
        _access().level = level;
        emit PauseLevelSet(previous, level, msg.sender);
    }

    /// @inheritdoc IVenueAccess
    function pauseLevel() public view returns (PauseLevel) {
        return _access().level;
    }

    function __VenueAccess_init(address timelock, address guardian) internal onlyInitializing {
        __AccessControl_init();
        _requireAddress(timelock, "timelock");
        _requireAddress(guardian, "guardian");
        _grantRole(DEFAULT_ADMIN_ROLE, timelock);
        _grantRole(GUARDIAN_ROLE, guardian);
    }

    function _requireAddress(address value, bytes32 what) internal pure {
        if (value == address(0)) revert ZeroAddress(what);
    }

    function _access() private pure returns (AccessStorage storage $) {
        assembly {
            $.slot := ACCESS_STORAGE
        }
    }
}
