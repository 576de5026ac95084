import type { SafeTx } from "./transaction.js";
import { atLeast, parseSafeVersion } from "./version.js";

type Field = { name: string; type: string };

/** EIP-712 typed data as `eth_signTypedData_v4` takes it: what a wallet hashes and shows. */
export interface SafeTypedData {
  types: { EIP712Domain: Field[]; SafeTx: Field[] };
  primaryType: "SafeTx";
  domain: { chainId?: string; verifyingContract: string };
  message: Record<string, string | number>;
}

/**
 * A Safe transaction as typed data, for the Safe's version: no chain id in the domain before 1.3.0, `dataGas` before 1.0.0.
 *
 * @throws DD260 for a version whose hashing is not known.
 */
export function safeTypedData(input: { chainId: bigint; safe: string; version: string; tx: SafeTx }): SafeTypedData {
  const version = parseSafeVersion(input.version);
  const withChain = atLeast(version, 1, 3);
  const gas = atLeast(version, 1, 0) ? "baseGas" : "dataGas";
  const { tx } = input;
  return {
    types: {
      EIP712Domain: [
        ...(withChain ? [{ name: "chainId", type: "uint256" }] : []),
        { name: "verifyingContract", type: "address" },
      ],
      SafeTx: [
        { name: "to", type: "address" },
        { name: "value", type: "uint256" },
        { name: "data", type: "bytes" },
        { name: "operation", type: "uint8" },
        { name: "safeTxGas", type: "uint256" },
        { name: gas, type: "uint256" },
        { name: "gasPrice", type: "uint256" },
        { name: "gasToken", type: "address" },
        { name: "refundReceiver", type: "address" },
        { name: "nonce", type: "uint256" },
      ],
    },
    primaryType: "SafeTx",
    domain: { ...(withChain ? { chainId: input.chainId.toString() } : {}), verifyingContract: input.safe },
    message: {
      to: tx.to,
      value: tx.value.toString(),
      data: tx.data,
      operation: tx.operation,
      safeTxGas: tx.safeTxGas.toString(),
      [gas]: tx.baseGas.toString(),
      gasPrice: tx.gasPrice.toString(),
      gasToken: tx.gasToken,
      refundReceiver: tx.refundReceiver,
      nonce: tx.nonce.toString(),
    },
  };
}
