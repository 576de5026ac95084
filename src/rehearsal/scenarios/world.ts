import type { Action, Call, Feed, Market, StorageWrite, Venue } from "../adapter.js";
import { describeLog } from "../diff/describe-log.js";
import type { ContractNames } from "../diff/names.js";
import type { Fork } from "../fork/fork.js";
import { describeRevert, rootFailure } from "../route/reverts.js";
import { feedCode, type FeedAnswer } from "./feed-shim.js";
import { takeFrame, type Frame } from "./frame.js";

/** Runtime code that answers every call with the magic value of ERC-1271. */
const AGREES_TO_EVERYTHING = "0x631626ba7e60e01b5f5260205ff3";

/** The feeds as they answer on the warmed snapshot. */
export interface WarmFeed {
  feed: Feed;
  answer: bigint;
  updatedAt: bigint;
}

/** How one action went. */
export interface Outcome {
  label: string;
  /** `succeeds` with what it returned, or the revert in words. */
  result: string;
  /** The events that it emitted, in words. */
  events: string;
  gas: bigint;
  succeeded: boolean;
}

export interface WorldOptions {
  fork: Fork;
  venue: Venue;
  feeds: readonly WarmFeed[];
  markets: readonly Market[];
  sample: readonly string[];
  names: ContractNames;
  /** Contracts whose upgrade slots and owners nothing in a scenario may change (I9). */
  guarded: readonly string[];
  blockTime: bigint;
}

/** What one scenario works on: one version, one snapshot, the same accounts and numbers for old and new. */
export class ScenarioWorld {
  readonly frames: Frame[] = [];
  readonly outcomes: Outcome[] = [];
  readonly notes: string[] = [];
  readonly checks = new Map<string, number>();
  readonly fork: Fork;
  readonly venue: Venue;
  readonly feeds: readonly WarmFeed[];
  readonly markets: readonly Market[];
  readonly sample: readonly string[];
  private readonly options: WorldOptions;
  private liquidations = 0;

  constructor(options: WorldOptions) {
    this.options = options;
    ({ fork: this.fork, venue: this.venue, feeds: this.feeds, markets: this.markets, sample: this.sample } = options);
  }

  /** Lets `seconds` pass in one block. */
  async pass(seconds: bigint): Promise<void> {
    await this.fork.mine(this.fork.now + seconds);
  }

  /** Has every feed give its warm answer times `bps` / 10,000, always fresh. */
  async setPrices(bps: bigint, which: (warm: WarmFeed) => boolean = () => true): Promise<void> {
    for (const warm of this.feeds.filter(which)) {
      await this.shim(warm, { answer: (warm.answer * bps) / 10_000n, decimals: warm.feed.decimals });
    }
  }

  async shim({ feed }: WarmFeed, answer: FeedAnswer): Promise<void> {
    await this.fork.setCode(feed.address, feedCode(answer));
  }

  /** Writes storage words: a perturbation that no governance was asked for. */
  async write(words: readonly StorageWrite[]): Promise<void> {
    for (const { address, slot, value } of words) await this.fork.setStorage(address, slot, value);
  }

  /** Does `work` and undoes it on the fork; what was observed stays. */
  async apart(work: () => Promise<void>): Promise<void> {
    const { liquidations } = this;
    await this.fork.attempt(work);
    this.liquidations = liquidations;
  }

  /** Makes an action happen in a block of its own and remembers how it went; undefined where the venue has no such action. */
  async act(action: Action, label = describe(action)): Promise<boolean | undefined> {
    const call = await this.venue.action(action);
    if (call === undefined) return undefined;
    const succeeded = await this.send(call, label, [call.from, ...namedBy(action)]);
    if (succeeded && action.kind === "liquidate") this.liquidations++;
    return succeeded;
  }

  /**
   * Invariants are checked after every call that went through: one that reverts leaves everything as it was. Of the sampled
   * accounts the frame has those that are `concerned`; what the call did to others shows in the next whole frame.
   */
  async send({ from, to, data, value, signedBy = [] }: Call, label: string, concerned: readonly string[] = [from]): Promise<boolean> {
    const { names, blockTime } = this.options;
    for (const signer of signedBy) await this.fork.setCode(signer, AGREES_TO_EVERYTHING);
    const { sent, tree } = await this.fork.sendTraced({ from, to, data, ...(value === undefined ? {} : { value }) }, this.fork.now + blockTime);
    let result = tree.output === undefined || tree.output === "0x" ? "succeeds" : `returns ${tree.output}`;
    if (!sent.succeeded) {
      const root = rootFailure(tree);
      result = `reverts: ${describeRevert(root?.output ?? "0x", names.interfaces, root?.error)}`;
    }
    const events = sent.logs.map((log) => describeLog(log, names)).join("; ");
    this.outcomes.push({ label, result, events, gas: sent.gasUsed, succeeded: sent.succeeded });
    if (sent.succeeded) await this.frame(`after ${label}`, concerned);
    return sent.succeeded;
  }

  /** Counts one check of an invariant that is made by what actions do, not by frames. */
  check(invariant: string): void {
    this.checks.set(invariant, (this.checks.get(invariant) ?? 0) + 1);
  }

  /** What a reader should know; said once. */
  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }

  /** Records what the venue says now, of itself and of every sampled account. */
  observe(label: string): Promise<Frame> {
    return this.frame(label);
  }

  private async frame(label: string, concerned?: readonly string[]): Promise<Frame> {
    const { fork, venue, liquidations } = this;
    const sample = concerned === undefined ? this.sample : this.sample.filter((account) => concerned.includes(account));
    const frame = await takeFrame({ venue, sample, label, isWhole: concerned === undefined, liquidations, guarded: this.options.guarded, port: fork.port });
    this.frames.push(frame);
    return frame;
  }
}

function namedBy(action: Action): string[] {
  return [...("account" in action ? [action.account] : []), ...("maker" in action ? [action.maker] : [])];
}

function describe(action: Action): string {
  const who = "account" in action ? action.account : action.caller;
  const market = "market" in action ? ` in market ${action.market}` : "";
  return `${action.kind} by ${who}${market}`;
}
