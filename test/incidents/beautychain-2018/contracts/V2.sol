// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Sends the same to many.
contract V2 is V1 {
    function batchTransfer(address[] calldata receivers, uint256 amount) external {
        uint256 total;
        unchecked { total = amount * receivers.length; }
        balanceOf[msg.sender] -= total;
        for (uint256 i = 0; i < receivers.length; i++) _give(receivers[i], amount);
    }
}
