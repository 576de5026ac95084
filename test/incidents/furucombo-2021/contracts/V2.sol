// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Many at once, whoever they are.
contract V2 is V1 {
    function batchExec(address[] calldata handlers, bytes[] calldata datas) external {
        for (uint256 i = 0; i < handlers.length; i++) {
            _run(handlers[i], datas[i]);
        }
    }
}
