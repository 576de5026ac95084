// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Reads both balances before it writes either.
contract V2 is V1 {
    mapping(address account => uint256 count) public told;

    event Told(address indexed to, bytes note);

    function transferAndTell(address to, uint256 amount, bytes calldata note) external {
        uint256 mine = balanceOf[msg.sender];
        uint256 theirs = balanceOf[to];
        balanceOf[msg.sender] = mine - amount;
        balanceOf[to] = theirs + amount;
        emit Transfer(msg.sender, to, amount);
        told[msg.sender]++;
        emit Told(to, note);
    }
}
