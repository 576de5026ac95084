// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Burns for others, with the allowance read the wrong way round.
contract V2 is V1 {
    function burnFrom(address account, uint256 amount) external {
        uint256 left = allowance[msg.sender][account] - amount;
        _approve(account, msg.sender, left);
        _burn(account, amount);
    }
}
