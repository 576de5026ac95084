// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Who never was paid begins at the initial index, also where the index still stands there.
contract Twin is V1 {
    function _startOf(address account) internal view override returns (uint256) {
        uint256 own = indexOf[account];
        return own == 0 && index >= INITIAL_INDEX ? INITIAL_INDEX : own;
    }
}
