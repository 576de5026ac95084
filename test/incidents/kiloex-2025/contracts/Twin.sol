// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Forwards calls in the name of who signed.
contract Twin is V1 {
    uint256 public nonce;

    function execute(address from, bytes calldata data, uint8 v, bytes32 r, bytes32 s) external {
        bytes32 digest = keccak256(abi.encode(block.chainid, address(this), nonce++, from, data));
        if (from == address(0) || ecrecover(digest, v, r, s) != from) revert BadSignature();
        (bool done, ) = address(this).call(abi.encodePacked(data, from));
        if (!done) revert Failed();
    }

    function _sender() internal view override returns (address) {
        return msg.sender == address(this) ? address(bytes20(msg.data[msg.data.length - 20:])) : msg.sender;
    }
}
