// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title What the clearinghouse asks of a product that trades on margin
/// @notice All amounts are US dollars with 18 decimals.
interface IMarginProduct {
    /// @notice What `account` holds in this product.
    /// @return unrealised Profit or loss that is not yet in the account's cash, funding included.
    /// @return initial Margin that opening and withdrawing must leave.
    /// @return maintenance Margin below which the account is liquidated.
    function accountRisk(address account)
        external
        view
        returns (int256 unrealised, uint256 initial, uint256 maintenance);

    /// @notice Closes all that `account` holds in this product and settles it in the clearinghouse, the only caller.
    /// @return closedNotional Value of what was closed, at the price it was closed at.
    function closeOut(address account) external returns (uint256 closedNotional);
}
