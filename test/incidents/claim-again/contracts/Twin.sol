// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Claims to another address, and notes it.
contract Twin is V1 {
    function claimTo(address to) external {
        uint256 amount = earned[msg.sender] - claimedSoFar[msg.sender];
        if (amount == 0) revert NothingToClaim();
        claimedSoFar[msg.sender] += amount;
        token.transfer(to, amount);
    }
}
