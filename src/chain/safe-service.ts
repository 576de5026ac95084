import { createRequire } from "node:module";
import type ApiKit from "@safe-global/api-kit";
import type { SafeHashes } from "../core/safe/hashes.js";
import type { SafeTx } from "../core/safe/transaction.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** A Safe Transaction Service. Whatever it answers is a claim: the caller recomputes hashes and recovers signatures. */
export interface SafeService {
  /** Posts a transaction with one owner's signature. */
  propose(transaction: { safe: string; tx: SafeTx; hashes: SafeHashes; sender: string; signature: string; origin?: string }): Promise<void>;
  /** Adds an owner's signature to a transaction that is there. */
  confirm(safeTxHash: string, signature: string): Promise<void>;
  /** The document about one transaction, as it came. */
  fetch(safeTxHash: string): Promise<unknown>;
  /** Documents about all transactions of a Safe that are not executed, from a nonce on. */
  pending(safe: string, fromNonce: bigint): Promise<readonly unknown[]>;
}

type SafeApiKit = InstanceType<typeof ApiKit.default>;

/** Documents that one listing may hold; a queue of more is no queue that people can review. */
const MAX_PENDING = 200;

/**
 * A service through `@safe-global/api-kit`, which is loaded on first use.
 *
 * @param url the service's API root, `https://…/api`; api-kit's own for the chain when left out (it then wants a key).
 * @throws DrydockError SAFE_SERVICE from every method when the service refuses or can't be reached.
 */
export function openSafeService(options: { chainId: bigint; url?: string; apiKey?: string }): SafeService {
  let kit: SafeApiKit | undefined;
  const ask = async <T>(what: string, request: (kit: SafeApiKit) => Promise<T>): Promise<T> => {
    try {
      kit ??= newKit(options);
      return await request(kit);
    } catch (error) {
      const service = options.url ?? `of chain ${options.chainId}`;
      throw new DrydockError(ERRORS.SAFE_SERVICE, { service, what, reason: reasonOf(error) }, { cause: error });
    }
  };
  return {
    propose: ({ safe, tx, hashes, sender, signature, origin }) =>
      ask("propose", (api) =>
        api.proposeTransaction({
          safeAddress: safe,
          safeTransactionData: {
            to: tx.to,
            value: tx.value.toString(),
            data: tx.data,
            operation: tx.operation,
            safeTxGas: tx.safeTxGas.toString(),
            baseGas: tx.baseGas.toString(),
            gasPrice: tx.gasPrice.toString(),
            gasToken: tx.gasToken,
            refundReceiver: tx.refundReceiver,
            nonce: Number(tx.nonce),
          },
          safeTxHash: hashes.safeTxHash,
          senderAddress: sender,
          senderSignature: signature,
          ...(origin === undefined ? {} : { origin }),
        }),
      ),
    confirm: (safeTxHash, signature) =>
      ask("confirm", async (api) => {
        await api.confirmTransaction(safeTxHash, signature);
      }),
    fetch: (safeTxHash) => ask("fetch", (api) => api.getTransaction(safeTxHash)),
    pending: (safe, fromNonce) =>
      ask("list", async (api) => (await api.getPendingTransactions(safe, { currentNonce: Number(fromNonce), limit: MAX_PENDING })).results),
  };
}

/** api-kit's ES module has no named constructor under every loader; its CommonJS build has. */
function newKit({ chainId, url, apiKey }: { chainId: bigint; url?: string; apiKey?: string }): SafeApiKit {
  const loaded = createRequire(import.meta.url)("@safe-global/api-kit") as typeof ApiKit;
  return new loaded.default({ chainId, ...(url === undefined ? {} : { txServiceUrl: url }), ...(apiKey === undefined ? {} : { apiKey }) });
}
