// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {Token, V1} from "./V1.sol";

/// A route that wraps, with calldata of the caller's own for the token.
contract V2 is V1 {
    function performAction(address fromToken, address toToken, uint256 amount, address receiver, bytes calldata swapExtraData) external payable returns (uint256) {
        if (amount > 0) Token(fromToken).transferFrom(msg.sender, address(this), amount);
        (bool done, ) = fromToken.call(swapExtraData);
        if (!done) revert Failed();
        if (amount > 0) Token(toToken).transfer(receiver, amount);
        return amount;
    }
}
