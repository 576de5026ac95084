// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Option pricing from implied volatilities: what version 1 of the options market calls
/// @notice Prices and strikes are US dollars, volatilities are per year, time is in seconds; all but time with 18 decimals.
interface IPricer {
    /// @notice One European option on one unit of the underlying.
    struct Quote {
        uint256 spot;
        uint256 strike;
        uint256 timeToExpiry;
        bool isCall;
    }

    /// @notice Implied volatility at a strike. A smile is an array of these, strictly ascending by strike.
    struct SurfacePoint {
        uint128 strike;
        uint128 volatility;
    }

    /// @notice There is no smile for this expiry.
    error EmptySurface();
    /// @notice Strikes don't ascend at `index`.
    error UnsortedSurface(uint256 index);
    /// @notice A volatility outside 1 % to 500 %, or a price or strike of zero.
    error OutOfRange(bytes32 what, uint256 value);

    /// @notice Value of the option without interest; never below intrinsic value.
    function premium(Quote calldata quote, SurfacePoint[] calldata smile) external pure returns (uint256);

    /// @notice Reverts where `smile` is empty, unsorted or out of range.
    function checkSurface(SurfacePoint[] calldata smile) external pure;
}
