// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Sends to two at once.
contract V2 is V1 {
    function transferTwice(address to, address other, uint256 amount) external {
        _move(to, amount);
        _move(other, amount);
    }
}
