// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Asks in one expression more, and as before.
contract Twin is V1 {
    function transfer(address to, uint256 amount) external override {
        if (frozen[to]) revert Frozen();
        if (frozen[msg.sender]) revert Frozen();
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }
}
