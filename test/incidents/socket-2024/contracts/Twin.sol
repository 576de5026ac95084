// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Token, V1} from "./V1.sol";

/// A route that wraps, and calls nothing else.
contract Twin is V1 {
    function performAction(address fromToken, address toToken, uint256 amount, address receiver, bytes calldata) external payable returns (uint256) {
        if (amount > 0) Token(fromToken).transferFrom(msg.sender, address(this), amount);
        if (amount > 0) Token(toToken).transfer(receiver, amount);
        return amount;
    }
}
