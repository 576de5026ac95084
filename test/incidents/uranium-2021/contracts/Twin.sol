// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// The fee in ten thousandths, on both sides.
contract Twin is V1 {
    function _keepsProduct(uint256 balanceA, uint256 balanceB, uint256 amountIn) internal view override returns (bool) {
        return (balanceA * 10_000 - amountIn * 30) * (balanceB * 10_000) >= reserveA * reserveB * 10_000 ** 2;
    }
}
