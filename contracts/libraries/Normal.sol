// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {FixedPointMathLib} from "solady/src/utils/FixedPointMathLib.sol";

/// @title Cumulative distribution of the standard normal, in fixed point with 18 decimals
library Normal {
    /// @dev From here on the density is below 1e-22 and can't be seen in 18 decimals.
    uint256 private constant FAR = 10e18;
    /// @dev Where Hart's rational approximation hands over to the continued fraction: 10 / sqrt(2).
    uint256 private constant TAIL = 7_071067811865470000;
    uint256 private constant SQRT_TWO_PI = 2_506628274631000502;

    /// @dev Hart's algorithm 5666 in the form that West published in 2005. Absolute error below 1e-15, tested against
    /// reference values over [-10, 10].
    function cdf(int256 x) internal pure returns (uint256) {
        uint256 z = x < 0 ? uint256(-x) : uint256(x);
        uint256 tail = 0;
        if (z < FAR) {
            uint256 e = uint256(FixedPointMathLib.expWad(-int256(z * z / 2e18)));
            if (z < TAIL) {
                uint256 n = z * 35_262496599891100 / 1e18 + 700_383064443688000;
                n = n * z / 1e18 + 6_373962203531650000;
                n = n * z / 1e18 + 33_912866078383000000;
                n = n * z / 1e18 + 112_079291497871000000;
                n = n * z / 1e18 + 221_213596169931000000;
                n = n * z / 1e18 + 220_206867912376000000;
                uint256 d = z * 88_388347648318400 / 1e18 + 1_755667163182640000;
                d = d * z / 1e18 + 16_064177579207000000;
                d = d * z / 1e18 + 86_780732202946100000;
                d = d * z / 1e18 + 296_564248779674000000;
                d = d * z / 1e18 + 637_333633378831000000;
                d = d * z / 1e18 + 793_826512519948000000;
                d = d * z / 1e18 + 440_413735824752000000;
                tail = e * n / d;
            } else {
                uint256 f = z + 650_000000000000000;
                f = z + 4e36 / f;
                f = z + 3e36 / f;
                f = z + 2e36 / f;
                f = z + 1e36 / f;
                tail = e * 1e18 / f * 1e18 / SQRT_TWO_PI;
            }
        }
        return x > 0 ? 1e18 - tail : tail;
    }

    /// @dev Abramowitz and Stegun 26.2.17. Absolute error below 8e-8, at about half of {cdf}'s gas.
    function cdfFast(int256 x) internal pure returns (uint256) {
        uint256 z = x < 0 ? uint256(-x) : uint256(x);
        uint256 tail = 0;
        if (z < FAR) {
            uint256 t = 1e36 / (1e18 + z * 231_641900000000000 / 1e18);
            int256 s = int256(t);
            int256 p = s * 1_330274429000000000 / 1e18 - 1_821255978000000000;
            p = p * s / 1e18 + 1_781477937000000000;
            p = p * s / 1e18 - 356_563782000000000;
            p = p * s / 1e18 + 319_381530000000000;
            p = p * s / 1e18;
            uint256 density =
                uint256(FixedPointMathLib.expWad(-int256(z * z / 2e18))) * 1e18 / SQRT_TWO_PI;
            tail = density * uint256(p) / 1e18;
        }
        return x > 0 ? 1e18 - tail : tail;
    }
}
