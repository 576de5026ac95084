import { AbiCoder, concat, id, keccak256 } from "ethers";
import type { SafeTx } from "./transaction.js";
import { atLeast, parseSafeVersion } from "./version.js";

/** What a hardware wallet shows before it signs: EIP-712 domain hash, message hash, and the hash that both make up. */
export interface SafeHashes {
  domainHash: string;
  messageHash: string;
  safeTxHash: string;
}

const DOMAIN_WITH_CHAIN = id("EIP712Domain(uint256 chainId,address verifyingContract)");
const DOMAIN_WITHOUT_CHAIN = id("EIP712Domain(address verifyingContract)");
const safeTxType = (gas: "baseGas" | "dataGas"): string =>
  id(
    `SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 ${gas},` +
      "uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)",
  );
const SAFE_TX = safeTxType("baseGas");
const SAFE_TX_DATA_GAS = safeTxType("dataGas");

/**
 * The three EIP-712 hashes of a Safe transaction, for Safe 0.1 to 1.5: the domain has a chain id from 1.3.0 on, and the
 * sixth gas field is called `dataGas` before 1.0.0. An "+L2" after the version changes nothing.
 *
 * @throws DD260 for a version whose hashing is not known.
 */
export function safeHashes(input: { chainId: bigint; safe: string; version: string; tx: SafeTx }): SafeHashes {
  const { tx } = input;
  const domainHash = safeDomainHash(input);
  const type = atLeast(parseSafeVersion(input.version), 1, 0) ? SAFE_TX : SAFE_TX_DATA_GAS;
  const messageHash = keccak256(
    AbiCoder.defaultAbiCoder().encode(
      [
        "bytes32",
        "address",
        "uint256",
        "bytes32",
        "uint8",
        "uint256",
        "uint256",
        "uint256",
        "address",
        "address",
        "uint256",
      ],
      [
        type,
        tx.to,
        tx.value,
        keccak256(tx.data),
        tx.operation,
        tx.safeTxGas,
        tx.baseGas,
        tx.gasPrice,
        tx.gasToken,
        tx.refundReceiver,
        tx.nonce,
      ],
    ),
  );
  return { domainHash, messageHash, safeTxHash: keccak256(concat(["0x1901", domainHash, messageHash])) };
}

/** A Safe's EIP-712 domain separator, without a chain id before 1.3.0. */
export function safeDomainHash(input: { chainId: bigint; safe: string; version: string }): string {
  const coder = AbiCoder.defaultAbiCoder();
  return keccak256(
    atLeast(parseSafeVersion(input.version), 1, 3)
      ? coder.encode(["bytes32", "uint256", "address"], [DOMAIN_WITH_CHAIN, input.chainId, input.safe])
      : coder.encode(["bytes32", "address"], [DOMAIN_WITHOUT_CHAIN, input.safe]),
  );
}
