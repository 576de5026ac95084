// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Lets everybody out who owes nothing.
contract Twin is V1 {
    function emergencyWithdraw() external {
        if (debt[msg.sender] > 0) revert Unhealthy();
        uint256 amount = staked[msg.sender];
        staked[msg.sender] = 0;
        token.transfer(msg.sender, amount);
    }
}
