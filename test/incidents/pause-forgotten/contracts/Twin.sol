// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Sends to two at once.
contract Twin is V1 {
    function transferTwice(address to, address other, uint256 amount) external whenNotPaused {
        _move(to, amount);
        _move(other, amount);
    }
}
