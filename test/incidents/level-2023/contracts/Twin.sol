// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Several epochs at once, each marked as it is counted.
contract Twin is V1 {
    function claimMultiple(uint256[] calldata epochs) external {
        uint256 amount;
        for (uint256 i = 0; i < epochs.length; i++) {
            amount += _owed(epochs[i]);
            paid[epochs[i]][msg.sender] = true;
        }
        if (amount == 0) revert NothingToClaim();
        token.transfer(msg.sender, amount);
    }
}
