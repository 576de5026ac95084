import { Interface } from "ethers";
import type { ChainPort } from "../chain/port.js";
import { callFunction } from "../chain/reads.js";
import type { SafeState } from "../chain/safe.js";
import type { SafeHashes } from "../core/safe/hashes.js";
import type { SafeTx } from "../core/safe/transaction.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";

const SAFE = new Interface([
  "function getTransactionHash(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce) view returns (bytes32)",
]);

/**
 * Asks two others for the safeTxHash that owners will sign: the Safe contract itself, and Safe's own protocol-kit, which
 * computes it without Drydock's code. All three must agree, or nothing is sealed.
 *
 * @throws DrydockError HASHES_DISAGREE.
 */
export async function confirmHashes(
  chain: ChainPort,
  { chainId, safe, tx, hashes }: { chainId: bigint; safe: SafeState; tx: SafeTx; hashes: SafeHashes },
): Promise<void> {
  const fields = [tx.to, tx.value, tx.data, tx.operation, tx.safeTxGas, tx.baseGas, tx.gasPrice, tx.gasToken, tx.refundReceiver, tx.nonce];
  const [onChain] = await callFunction(chain, SAFE, "getTransactionHash", fields, { to: safe.address });
  const { calculateSafeTransactionHash } = await import("@safe-global/protocol-kit");
  const byKit = calculateSafeTransactionHash(
    safe.address,
    {
      to: tx.to,
      value: tx.value.toString(),
      data: tx.data,
      operation: Number(tx.operation),
      safeTxGas: tx.safeTxGas.toString(),
      baseGas: tx.baseGas.toString(),
      gasPrice: tx.gasPrice.toString(),
      gasToken: tx.gasToken,
      refundReceiver: tx.refundReceiver,
      nonce: Number(tx.nonce),
    },
    safe.version as Parameters<typeof calculateSafeTransactionHash>[2],
    chainId,
  );
  const others = { "the Safe contract": onChain as string, "protocol-kit": byKit };
  for (const [who, hash] of Object.entries(others)) {
    if (hash !== hashes.safeTxHash) {
      throw new DrydockError(ERRORS.HASHES_DISAGREE, { safe: safe.address, ours: hashes.safeTxHash, who, theirs: hash });
    }
  }
}
