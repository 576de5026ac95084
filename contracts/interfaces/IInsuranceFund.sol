// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The fund that takes what a liquidated account could not pay
interface IInsuranceFund {
    /// @notice The fund paid `amount` of `requested` settlement tokens to the clearinghouse.
    event BadDebtCovered(uint256 requested, uint256 amount);

    /// @notice Only the clearinghouse draws on the fund.
    error OnlyClearinghouse(address caller);

    /// @notice Pays up to `amount` settlement tokens (token units) to the clearinghouse, which is the only caller.
    /// @return paid What the fund could pay, in token units.
    function cover(uint256 amount) external returns (uint256 paid);
}
