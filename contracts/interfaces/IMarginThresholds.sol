// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Margin parameters as stored thresholds: what clearinghouse versions 1 and 2 offer their products
interface IMarginThresholds {
    /// @notice Margin parameters of a class of markets: initial margin is one over `maxLeverage`, maintenance margin is stored.
    struct RiskClass {
        uint16 maxLeverage;
        uint16 maintenanceBps;
    }

    event RiskClassSet(bytes32 indexed riskClass, uint16 maxLeverage, uint16 maintenanceBps);

    /// @notice No margin parameters are set for this class.
    error UnknownRiskClass(bytes32 riskClass);

    /// @notice Sets the margin parameters of a class: leverage 1 to 50, maintenance below initial margin.
    function setRiskClass(bytes32 riskClass, uint16 maxLeverage, uint16 maintenanceBps) external;

    /// @notice Initial margin of a class, in basis points of notional.
    function initialMarginBps(bytes32 riskClass) external view returns (uint256);

    /// @notice Maintenance margin of a class, in basis points of notional.
    function maintenanceMarginBps(bytes32 riskClass) external view returns (uint256);

    /// @notice Stored parameters of a class.
    function riskClassOf(bytes32 riskClass) external view returns (RiskClass memory);
}
