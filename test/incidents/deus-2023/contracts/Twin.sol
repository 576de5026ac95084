// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Burns for others, as far as they allowed it.
contract Twin is V1 {
    function burnFrom(address account, uint256 amount) external {
        uint256 left = allowance[account][msg.sender] - amount;
        _approve(account, msg.sender, left);
        _burn(account, amount);
    }
}
