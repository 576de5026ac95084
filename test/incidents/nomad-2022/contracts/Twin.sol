// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// The same upgrade with the root that was meant.
contract Twin is V1 {
    function initializeV2(bytes32 committedRoot) external reinitializer(2) {
        confirmAt[committedRoot] = 1;
    }
}
