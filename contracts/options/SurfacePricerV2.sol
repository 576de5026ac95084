// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";
import {IVariancePricer} from "../interfaces/IVariancePricer.sol";
import {Normal} from "../libraries/Normal.sol";

/// @title Black–Scholes over a surface of total variance, without interest; the second pricer
/// @notice Immutable, without an owner or state. Prices the option that is out of the money and gets the other by parity, with
/// the fast normal distribution: absolute error of a premium below 8e-8 of spot and strike together.
contract SurfacePricerV2 is IVariancePricer {
    uint256 private constant YEAR = 365 days;
    /// @dev 500 % a year, squared.
    uint256 private constant MAX_VARIANCE_PER_YEAR = 25e18;
    uint256 private constant MIN_DEVIATION = 1e12;

    /// @inheritdoc IVariancePricer
    function premium(VarianceQuote calldata quote, VariancePoint[] calldata smile) external pure returns (uint256) {
        if (quote.spot == 0) revert OutOfRange("spot", 0);
        if (quote.strike == 0) revert OutOfRange("strike", 0);
        uint256 deviation = _interpolate(quote.strike, quote.remaining, smile);
        bool callIsOut = quote.spot <= quote.strike;
        uint256 outOfTheMoney = _outOfTheMoney(quote.spot, quote.strike, deviation, callIsOut);
        uint256 parity = FixedPointMathLib.dist(quote.spot, quote.strike);
        return quote.isCall == callIsOut ? outOfTheMoney : outOfTheMoney + parity;
    }

    /// @inheritdoc IVariancePricer
    function checkSurface(VariancePoint[] calldata smile, uint256 timeToExpiry) external pure {
        if (smile.length == 0) revert EmptySurface();
        uint256 limit = MAX_VARIANCE_PER_YEAR * timeToExpiry / YEAR;
        for (uint256 i = 0; i < smile.length; ++i) {
            if (smile[i].strike == 0) revert OutOfRange("strike", 0);
            uint256 variance = smile[i].totalVariance;
            if (variance == 0 || variance > limit) revert OutOfRange("totalVariance", variance);
            if (i != 0 && smile[i].strike <= smile[i - 1].strike) revert UnsortedSurface(i);
        }
    }

    /// @notice Cumulative distribution of the standard normal; argument and result with 18 decimals.
    function normalCdf(int256 x) external pure returns (uint256) {
        return Normal.cdfFast(x);
    }

    function _outOfTheMoney(uint256 spot, uint256 strike, uint256 deviation, bool isCall)
        private
        pure
        returns (uint256)
    {
        if (deviation < MIN_DEVIATION) return 0;
        int256 d1 = FixedPointMathLib.lnWad(int256(spot * 1e18 / strike)) * 1e18 / int256(deviation)
            + int256(deviation / 2);
        int256 d2 = d1 - int256(deviation);
        // Both terms can be wrong by the distribution's error: far in the wings their difference is held at zero.
        return isCall
            ? FixedPointMathLib.zeroFloorSub(spot * Normal.cdfFast(d1), strike * Normal.cdfFast(d2)) / 1e18
            : FixedPointMathLib.zeroFloorSub(strike * Normal.cdfFast(-d2), spot * Normal.cdfFast(-d1)) / 1e18;
    }

    /// @dev The deviation, root of the variance still to come, is what is linear in the strike: so a smile that was converted
    /// from volatilities prices between its points as it did before. Flat outside.
    function _interpolate(uint256 strike, uint256 remaining, VariancePoint[] calldata smile)
        private
        pure
        returns (uint256)
    {
        uint256 count = smile.length;
        if (count == 0) revert EmptySurface();
        if (strike <= smile[0].strike) return _deviation(smile[0], remaining);
        for (uint256 i = 1; i < count; ++i) {
            if (strike > smile[i].strike) continue;
            uint256 width = smile[i].strike - smile[i - 1].strike;
            uint256 along = strike - smile[i - 1].strike;
            return (_deviation(smile[i - 1], remaining) * (width - along) + _deviation(smile[i], remaining) * along)
                / width;
        }
        return _deviation(smile[count - 1], remaining);
    }

    function _deviation(VariancePoint calldata point, uint256 remaining) private pure returns (uint256) {
        return FixedPointMathLib.sqrtWad(uint256(point.totalVariance) * remaining / 1e18);
    }
}
