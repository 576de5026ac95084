// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IPricer} from "../interfaces/IPricer.sol";
import {Normal} from "../libraries/Normal.sol";

/// @title Black–Scholes over a surface of implied volatilities, without interest
/// @notice Immutable, without an owner or state. The options market points to it, and a new model is a new pricer. Absolute
/// error of a premium below 1e-14 of spot and strike together.
contract SurfacePricer is IPricer {
    uint256 private constant YEAR = 365 days;
    uint256 private constant MIN_VOLATILITY = 0.01e18;
    uint256 private constant MAX_VOLATILITY = 5e18;
    /// @dev Below this deviation of the log price an option is worth its intrinsic value to 18 decimals' good use.
    uint256 private constant MIN_DEVIATION = 1e12;

    /// @inheritdoc IPricer
    function premium(Quote calldata quote, SurfacePoint[] calldata smile) external pure returns (uint256) {
        if (quote.spot == 0) revert OutOfRange("spot", 0);
        if (quote.strike == 0) revert OutOfRange("strike", 0);
        uint256 volatility = _interpolate(quote.strike, smile);
        uint256 deviation = volatility * FixedPointMathLib.sqrtWad(quote.timeToExpiry * 1e18 / YEAR) / 1e18;
        uint256 intrinsic = quote.isCall
            ? FixedPointMathLib.zeroFloorSub(quote.spot, quote.strike)
            : FixedPointMathLib.zeroFloorSub(quote.strike, quote.spot);
        if (deviation < MIN_DEVIATION) return intrinsic;

        int256 moneyness = FixedPointMathLib.lnWad(int256(quote.spot * 1e18 / quote.strike));
        int256 d1 = moneyness * 1e18 / int256(deviation) + int256(deviation / 2);
        int256 d2 = d1 - int256(deviation);
        uint256 value = quote.isCall
            ? FixedPointMathLib.zeroFloorSub(quote.spot * Normal.cdf(d1), quote.strike * Normal.cdf(d2)) / 1e18
            : FixedPointMathLib.zeroFloorSub(quote.strike * Normal.cdf(-d2), quote.spot * Normal.cdf(-d1)) / 1e18;
        return FixedPointMathLib.max(value, intrinsic);
    }

    /// @inheritdoc IPricer
    function checkSurface(SurfacePoint[] calldata smile) external pure {
        if (smile.length == 0) revert EmptySurface();
        for (uint256 i = 0; i < smile.length; ++i) {
            if (smile[i].strike == 0) revert OutOfRange("strike", 0);
            uint256 volatility = smile[i].volatility;
            if (volatility < MIN_VOLATILITY || volatility > MAX_VOLATILITY) revert OutOfRange("volatility", volatility);
            if (i != 0 && smile[i].strike <= smile[i - 1].strike) revert UnsortedSurface(i);
        }
    }

    /// @notice Cumulative distribution of the standard normal; argument and result with 18 decimals.
    function normalCdf(int256 x) external pure returns (uint256) {
        return Normal.cdf(x);
    }

    /// @dev Linear in the strike between points, flat outside.
    function _interpolate(uint256 strike, SurfacePoint[] calldata smile) private pure returns (uint256) {
        uint256 count = smile.length;
        if (count == 0) revert EmptySurface();
        if (strike <= smile[0].strike) return smile[0].volatility;
        for (uint256 i = 1; i < count; ++i) {
            SurfacePoint calldata right = smile[i];
            if (strike > right.strike) continue;
            SurfacePoint calldata left = smile[i - 1];
            uint256 width = right.strike - left.strike;
            uint256 along = strike - left.strike;
            return (uint256(left.volatility) * (width - along) + uint256(right.volatility) * along) / width;
        }
        return smile[count - 1].volatility;
    }
}
