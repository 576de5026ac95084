// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Token, V1} from "./V1.sol";

/// The route says whose tokens it takes, and takes the caller's only.
contract Twin is V1 {
    struct Route {
        Token tokenIn;
        address from;
        address to;
        uint256 amountIn;
    }

    function processRoute(Route calldata path) external {
        address from = path.from;
        if (from != msg.sender) revert NotYours();
        path.tokenIn.transferFrom(from, path.to, path.amountIn);
        emit Routed(from, path.amountIn);
    }
}
