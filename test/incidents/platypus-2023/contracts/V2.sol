// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Lets everybody out who is solvent while he is still in.
contract V2 is V1 {
    function emergencyWithdraw() external {
        if (debt[msg.sender] > staked[msg.sender]) revert Unhealthy();
        uint256 amount = staked[msg.sender];
        staked[msg.sender] = 0;
        token.transfer(msg.sender, amount);
    }
}
