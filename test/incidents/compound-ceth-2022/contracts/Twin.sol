// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IMarket, V1} from "./V1.sol";

/// Knows that the ether market has no underlying.
contract Twin is V1 {
    function priceOf(address market) external view override returns (uint256) {
        if (_prices[market] == 0) return 0;
        if (market != etherMarket) IMarket(market).underlying();
        return _prices[market];
    }
}
