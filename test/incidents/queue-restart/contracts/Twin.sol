// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Requests with a note, counted on.
contract Twin is V1 {
    mapping(uint256 id => bytes32 note) public notes;

    function requestWithNote(uint256 amount, bytes32 note) external {
        balanceOf[msg.sender] -= amount;
        notes[nextId] = note;
        requests[nextId] = Request(msg.sender, amount);
        emit Requested(msg.sender, nextId++, amount);
    }
}
