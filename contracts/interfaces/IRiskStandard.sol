// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Margin derived from leverage alone: what the clearinghouse offers its products from version 3 on
/// @notice Initial margin is one over the class's maximum leverage, maintenance margin half of it, down to and including a
/// leverage of one.
interface IRiskStandard {
    event MaxLeverageSet(bytes32 indexed riskClass, uint16 maxLeverage);

    /// @notice No margin parameters are set for this class.
    error UnknownRiskClass(bytes32 riskClass);

    /// @notice Sets a class's maximum leverage, 1 to 50.
    function setMaxLeverage(bytes32 riskClass, uint16 maxLeverage) external;

    /// @notice Margin for a position of value `notional` (US dollars with 18 decimals), rounded up.
    function marginRequirement(bytes32 riskClass, uint256 notional)
        external
        view
        returns (uint256 initial, uint256 maintenance);

    /// @notice Maximum leverage of a class; zero if it is unknown.
    function maxLeverageOf(bytes32 riskClass) external view returns (uint16);
}
