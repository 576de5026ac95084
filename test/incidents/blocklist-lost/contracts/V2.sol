// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Asks about the sender only.
contract V2 is V1 {
    function transfer(address to, uint256 amount) external override {
        if (frozen[to]) revert Frozen();
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }
}
