// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Fixed-point arithmetic of the venue: 18 decimals, always rounded against the account
library VenueMath {
    using SafeCast for uint256;

    int256 internal constant ONE = 1e18;
    uint256 internal constant BPS = 10_000;

    /// @dev `a * b / 1e18`, rounded towards minus infinity: a gain shrinks and a loss grows.
    function mulFloor(int256 a, int256 b) internal pure returns (int256 result) {
        int256 product = a * b;
        result = product / ONE;
        if (product % ONE < 0) result -= 1;
    }

    /// @dev Value of `size` at `price`, without its sign, rounded up.
    function notional(int256 size, uint256 price) internal pure returns (uint256) {
        return Math.mulDiv(abs(size), price, uint256(ONE), Math.Rounding.Ceil);
    }

    /// @dev `bps` of `value`, rounded up.
    function bpsOf(uint256 value, uint256 bps) internal pure returns (uint256) {
        return Math.mulDiv(value, bps, BPS, Math.Rounding.Ceil);
    }

    function abs(int256 value) internal pure returns (uint256) {
        return value < 0 ? uint256(-value) : uint256(value);
    }

    function clamp(int256 value, uint256 limit) internal pure returns (int256) {
        int256 bound = limit.toInt256();
        if (value > bound) return bound;
        return value < -bound ? -bound : value;
    }

    /// @dev Whether adding `delta` only brings `size` closer to zero.
    function reduces(int256 size, int256 delta) internal pure returns (bool) {
        return (size > 0 && delta < 0 && delta >= -size) || (size < 0 && delta > 0 && delta <= -size);
    }
}
