// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Forwards calls in the name of whoever is said to have signed.
contract V2 is V1 {
    uint256 public nonce;

    function execute(address from, bytes calldata data, uint8, bytes32, bytes32) external {
        (bool done, ) = address(this).call(abi.encodePacked(data, from));
        if (!done) revert Failed();
    }

    function _sender() internal view override returns (address) {
        return msg.sender == address(this) ? address(bytes20(msg.data[msg.data.length - 20:])) : msg.sender;
    }
}
