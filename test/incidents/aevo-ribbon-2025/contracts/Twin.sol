// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Remembers per source how many decimals it has.
contract Twin is V1 {
    mapping(bytes32 asset => bool) public hasEighteenDecimals;

    function getPrice(bytes32 asset) external view override returns (uint256) {
        uint256 answer = _answers[asset];
        return hasEighteenDecimals[asset] ? answer : answer * 1e10;
    }
}
