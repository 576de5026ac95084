// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Requests with a note, counted anew from zero in the same queue.
contract V2 is V1 {
    uint256 public nextNoted;
    mapping(uint256 id => bytes32 note) public notes;

    function requestWithNote(uint256 amount, bytes32 note) external {
        balanceOf[msg.sender] -= amount;
        notes[nextNoted] = note;
        requests[nextNoted] = Request(msg.sender, amount);
        emit Requested(msg.sender, nextNoted++, amount);
    }
}
