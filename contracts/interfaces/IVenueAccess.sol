// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @notice How far a module of the venue is stopped. New levels are appended: zero always means "open for business".
enum PauseLevel {
    None,
    Partial,
    Full
}

/// @title Roles and the two-level pause that every module of the venue shares
/// @notice The timelock holds `DEFAULT_ADMIN_ROLE`: it alone upgrades and sets risk parameters. The guardian only raises
/// the pause. Keepers settle and liquidate.
interface IVenueAccess {
    /// @notice The pause moved from `previous` to `current`.
    event PauseLevelSet(PauseLevel previous, PauseLevel current, address indexed by);

    /// @notice An address that guards something was zero; `what` names it.
    error ZeroAddress(bytes32 what);
    /// @notice The module is paused at `level`, and this action is not an exit that stays open.
    error Paused(PauseLevel level);
    /// @notice The guardian may raise the pause; only the timelock lowers it.
    error PauseNotRaised(PauseLevel current, PauseLevel requested);

    /// @notice `Partial` stops what opens risk; `Full` stops all but redeeming settled claims.
    function pauseLevel() external view returns (PauseLevel);

    /// @notice Sets the pause. The guardian can only raise it, the timelock can set any level.
    function setPauseLevel(PauseLevel level) external;
}
