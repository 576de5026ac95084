import { AbiCoder, keccak256 } from "ethers";
import { codeHash, getCode, getStorage, toWord } from "../../chain/reads.js";
import { tryReadSafe, type SafeState } from "../../chain/safe.js";
import { encodeApproveHash, encodeExecTransaction, SAFE_INTERFACE } from "../../core/safe/calldata.js";
import { approvedHashSignature, packSignatures, type OwnerSignature } from "../../core/safe/signatures.js";
import { plainSafeTx, type SafeTx } from "../../core/safe/transaction.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { RELAYER } from "../fork/accounts.js";
import type { ForkTransaction } from "../fork/fork.js";
import type { RouteJournal } from "./journal.js";
import { describeRevert, failureAt } from "./reverts.js";

const EMPTY_CODE_HASH = keccak256("0x");

/** What a Safe needs to execute a transaction, packed, and who stands behind it. */
export interface Approvals {
  safeTxHash: string;
  signatures: string;
  /** The same with one owner fewer: must be refused. */
  oneShort: string;
  /** Owners by how they agreed, for the report. */
  bySignature: string[];
  byApproval: string[];
}

/** The hash that the Safe's own code computes for `tx`: right for every version. */
export async function safeTxHashOnChain(journal: RouteJournal, safe: string, tx: SafeTx): Promise<string> {
  const data = SAFE_INTERFACE.encodeFunctionData("getTransactionHash", [
    tx.to, tx.value, tx.data, tx.operation, tx.safeTxGas, tx.baseGas, tx.gasPrice, tx.gasToken, tx.refundReceiver, tx.nonce,
  ]);
  const outcome = await journal.fork.call({ from: RELAYER, to: safe, data });
  if (!outcome.succeeded || outcome.data.length !== 66) {
    throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail: `the Safe ${safe} does not answer getTransactionHash` });
  }
  return outcome.data;
}

/**
 * Collects as many approvals as the Safe's threshold asks for: real signatures first, then approvals that stand on chain,
 * then `approveHash` sent by impersonated owners, through nested Safes down to their leaf owners. Threshold, owners and
 * code stay untouched.
 */
export async function approve(
  journal: RouteJournal,
  safe: SafeState,
  tx: SafeTx,
  real: readonly OwnerSignature[] = [],
  above: readonly string[] = [],
): Promise<Approvals> {
  const safeTxHash = await safeTxHashOnChain(journal, safe.address, tx);
  const collected: OwnerSignature[] = real
    .filter(({ owner }) => safe.owners.some((known) => BigInt(known) === BigInt(owner)))
    .slice(0, safe.threshold);
  const bySignature = collected.map(({ owner }) => owner);
  const byApproval: string[] = [];
  const path = [...above, safe.address];
  // A Safe that (through others) owns itself can't be asked while it is being asked.
  const open = safe.owners.filter((owner) => !bySignature.some((signed) => BigInt(signed) === BigInt(owner)) && !path.includes(owner));
  for (const owner of await approvableFirst(journal, safe.address, safeTxHash, open)) {
    if (collected.length >= safe.threshold) break;
    await approveAs(journal, owner, safe.address, safeTxHash, path);
    collected.push({ owner, signature: approvedHashSignature(owner) });
    byApproval.push(owner);
  }
  if (collected.length < safe.threshold) {
    const detail = `the Safe ${safe.address} needs ${safe.threshold} approvals and can get ${collected.length}: Safes own each other in a ring`;
    throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail });
  }
  const sorted = [...collected].sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
  return {
    safeTxHash,
    signatures: packSignatures(sorted),
    oneShort: packSignatures(sorted.slice(0, -1)),
    bySignature,
    byApproval,
  };
}

/** Owners whose approval stands on chain already, then accounts without code, then contracts; each in the Safe's order. */
async function approvableFirst(journal: RouteJournal, safe: string, hash: string, owners: readonly string[]): Promise<string[]> {
  const ranked = await Promise.all(
    owners.map(async (owner) => {
      if (BigInt(await getStorage(journal.fork.port, safe, approvedHashSlot(owner, hash))) !== 0n) return { owner, rank: 0 };
      return { owner, rank: (await isKeyed(journal, owner)) ? 1 : 2 };
    }),
  );
  return ranked.sort((a, b) => a.rank - b.rank).map(({ owner }) => owner);
}

async function approveAs(journal: RouteJournal, owner: string, safe: string, hash: string, above: readonly string[]): Promise<void> {
  const slot = approvedHashSlot(owner, hash);
  if (BigInt(await getStorage(journal.fork.port, safe, slot)) !== 0n) return;
  const data = encodeApproveHash(hash);
  const nested = (await isKeyed(journal, owner)) ? undefined : await tryReadSafe(journal.fork.port, owner);
  if (nested === undefined) {
    await journal.approval({ from: owner, to: safe, data }, [{ address: safe, slot }]);
    return;
  }
  const inner = plainSafeTx({ to: safe, data, nonce: nested.nonce });
  const approvals = await approve(journal, nested, inner, [], above);
  const transaction = { from: RELAYER, to: nested.address, data: encodeExecTransaction(inner, approvals.signatures) };
  if (nested.guard !== null) await passGuard(journal, nested.address, nested.guard, transaction);
  await journal.approval(transaction, [{ address: safe, slot }, { address: nested.address, slot: toWord(5n) }]);
}

/** The guard of a Safe does not let a transaction of the route through. */
export class GuardRefusal extends Error {
  public readonly guard: string;

  constructor(safe: string, guard: string, reason: string) {
    super(`the guard ${guard} of the Safe ${safe} refuses: ${reason}`);
    this.guard = guard;
  }
}

/** @throws GuardRefusal when the guard of a nested Safe refuses. */
async function passGuard(journal: RouteJournal, safe: string, guard: string, transaction: ForkTransaction): Promise<void> {
  const { fork } = journal;
  const refusal = await fork.attempt(async () => {
    const sent = await fork.send(transaction, fork.now);
    return sent.succeeded ? undefined : failureAt(await fork.callTree(sent.hash), guard);
  });
  if (refusal !== undefined) throw new GuardRefusal(safe, guard, describeRevert(refusal.output ?? "0x", [], refusal.error));
}

/** No code, or only an EIP-7702 delegation: somebody holds a key. */
async function isKeyed(journal: RouteJournal, account: string): Promise<boolean> {
  if ((await codeHash(journal.fork.port, account)) === EMPTY_CODE_HASH) return true;
  return (await getCode(journal.fork.port, account)).startsWith("0xef0100");
}

/** Slot of `approvedHashes[owner][hash]`: the mapping is variable 8 in Safe 1.0 to 1.5. */
export function approvedHashSlot(owner: string, hash: string): string {
  const coder = AbiCoder.defaultAbiCoder();
  const inner = keccak256(coder.encode(["address", "uint256"], [owner, 8n]));
  return keccak256(coder.encode(["bytes32", "bytes32"], [hash, inner]));
}
