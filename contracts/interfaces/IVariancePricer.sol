// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Option pricing from total variance: what version 2 of the options market calls
/// @notice Prices and strikes are US dollars with 18 decimals. Total variance is volatility squared times the time to expiry in
/// years, with 18 decimals: a pure number, which shrinks as time passes.
interface IVariancePricer {
    /// @notice One European option on one unit of the underlying. `remaining` is the share of the smile's variance that is
    /// still to come, with 18 decimals.
    struct VarianceQuote {
        uint256 spot;
        uint256 strike;
        uint256 remaining;
        bool isCall;
    }

    /// @notice Total variance at a strike. A smile is an array of these, strictly ascending by strike.
    struct VariancePoint {
        uint128 strike;
        uint128 totalVariance;
    }

    /// @notice There is no smile for this expiry.
    error EmptySurface();
    /// @notice Strikes don't ascend at `index`.
    error UnsortedSurface(uint256 index);
    /// @notice A total variance of zero or beyond 25 per remaining year, or a price or strike of zero.
    error OutOfRange(bytes32 what, uint256 value);

    /// @notice Value of the option without interest. Call less put is spot less strike, exactly.
    function premium(VarianceQuote calldata quote, VariancePoint[] calldata smile) external pure returns (uint256);

    /// @notice Reverts where `smile` is empty, unsorted or out of range for an expiry `timeToExpiry` seconds away.
    function checkSurface(VariancePoint[] calldata smile, uint256 timeToExpiry) external pure;
}
