// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

/// Transfers by signature, whoever signed or nobody.
contract V2 is V1 {
    function transferWithSig(bytes calldata sig, uint256 amount, bytes32 data, uint256 expiration, address to) external returns (address from) {
        bytes32 hash = keccak256(abi.encode(address(this), data, amount, expiration));
        if (used[hash] || sig.length != 65 || (expiration != 0 && expiration < block.number)) revert BadSignature();
        used[hash] = true;
        from = ecrecover(hash, uint8(sig[64]), bytes32(sig[:32]), bytes32(sig[32:64]));
        _move(from, to, amount);
    }
}
