// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Writes one balance before it reads the other.
contract Twin is V1 {
    mapping(address account => uint256 count) public told;

    event Told(address indexed to, bytes note);

    function transferAndTell(address to, uint256 amount, bytes calldata note) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
        told[msg.sender]++;
        emit Told(to, note);
    }
}
