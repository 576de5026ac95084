import { getAddress } from "ethers";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { preimagesOf, type Preimages } from "../diff/preimages.js";
import { followedBy, transactionDiff, type StateDiff } from "../diff/transaction-diff.js";
import type { Fork, ForkLog, ForkTransaction, SentTransaction } from "../fork/fork.js";
import { revertOf } from "./reverts.js";

export interface Subtracted {
  address: string;
  what: string;
  reason: string;
}

/**
 * What the rehearsal sends, in order, with what each transaction changed. Approvals and deployments are the rehearsal's
 * own doing: of those only the named effects are subtracted, everything else that they changed stays in the diff.
 */
export class RouteJournal {
  public readonly fork: Fork;
  public readonly blockTime: bigint;
  public readonly subtracted: Subtracted[] = [];
  private total: StateDiff = new Map();
  private readonly events: ForkLog[] = [];
  private readonly hashes: string[] = [];

  constructor(fork: Fork, blockTime: bigint) {
    this.fork = fork;
    this.blockTime = blockTime;
  }

  /** Everything that changed so far, without what was subtracted. */
  public get diff(): StateDiff {
    return this.total;
  }

  /** Logs of the route's own transactions, in order. */
  public get logs(): readonly ForkLog[] {
    return this.events;
  }

  /** What the route's transactions hashed, for naming slots: traced with memory, which takes its time. */
  public async preimages(): Promise<Preimages> {
    const found = new Map<string, string>();
    for (const hash of this.hashes) {
      for (const [image, preimage] of await preimagesOf(this.fork, hash)) found.set(image, preimage);
    }
    return found;
  }

  /** Timestamp of the next block: one block time after the latest. */
  public next(): bigint {
    return this.fork.now + this.blockTime;
  }

  /** Sends a transaction of the route: all that it changes counts, but for the nonce of an impersonated sender. */
  public async step(transaction: ForkTransaction, timestamp: bigint): Promise<SentTransaction> {
    const sent = await this.fork.send(transaction, timestamp);
    const diff = await transactionDiff(this.fork, sent.hash);
    this.dropNonce(diff, transaction.from);
    this.total = followedBy(this.total, diff);
    this.events.push(...sent.logs);
    this.hashes.push(sent.hash);
    return sent;
  }

  /**
   * Sends an approval, at the latest block's own time. `written` are the slots that an approval writes.
   *
   * @throws DrydockError REHEARSAL_IMPOSSIBLE if it reverts.
   */
  public async approval(
    transaction: ForkTransaction,
    written: readonly { address: string; slot: string }[],
  ): Promise<void> {
    const sent = await this.own(transaction, `approval by ${transaction.from}`);
    const diff = await transactionDiff(this.fork, sent.hash);
    this.dropNonce(diff, transaction.from);
    for (const { address, slot } of written) {
      const account = diff.get(getAddress(address));
      if (account?.storage.delete(slot) !== true) continue;
      this.subtracted.push({ address: getAddress(address), what: `slot ${slot}`, reason: `approval by ${transaction.from}` });
      if (account.storage.size === 0 && Object.keys(account).length === 1) diff.delete(getAddress(address));
    }
    this.total = followedBy(this.total, diff);
  }

  /** Deploys `address` by `transaction`: the new account is subtracted, whatever else happened is not. */
  public async deployment(transaction: ForkTransaction, address: string, name: string): Promise<SentTransaction> {
    const sent = await this.own(transaction, `deployment of ${name}`);
    const diff = await transactionDiff(this.fork, sent.hash);
    this.dropNonce(diff, transaction.from);
    this.dropNonce(diff, transaction.to ?? "", "the singleton factory deploys");
    if (diff.delete(getAddress(address))) {
      this.subtracted.push({ address: getAddress(address), what: "the whole account", reason: `deployment of ${name}` });
    }
    this.total = followedBy(this.total, diff);
    return sent;
  }

  private async own(transaction: ForkTransaction, what: string): Promise<SentTransaction> {
    const sent = await this.fork.send(transaction, this.fork.now);
    if (!sent.succeeded) {
      const { reason } = revertOf(await this.fork.callTree(sent.hash));
      throw new DrydockError(ERRORS.REHEARSAL_IMPOSSIBLE, { detail: `the ${what} reverts: ${reason}` });
    }
    return sent;
  }

  private dropNonce(diff: StateDiff, address: string, reason = "sent a transaction of the rehearsal"): void {
    if (address === "") return;
    const key = getAddress(address);
    const account = diff.get(key);
    if (account?.nonce === undefined) return;
    delete account.nonce;
    this.subtracted.push({ address: key, what: "nonce", reason });
    if (account.storage.size === 0 && Object.keys(account).length === 1) diff.delete(key);
  }
}
