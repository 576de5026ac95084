import { Interface } from "ethers";
import type { Action, Call, Feed, Market, Venue } from "../adapter.js";
import type { Fork } from "../fork/fork.js";
import { describeRevert, rootFailure } from "../route/reverts.js";
import { feedCode, type FeedAnswer } from "./feed-shim.js";
import { takeFrame, type Frame } from "./frame.js";

/** The feeds as they answer on the warmed snapshot. */
export interface WarmFeed {
  feed: Feed;
  answer: bigint;
  updatedAt: bigint;
}

/** What one scenario works on: one version, one snapshot, the same accounts and numbers for old and new. */
export class ScenarioWorld {
  readonly frames: Frame[] = [];
  readonly outcomes: { label: string; result: string; gas: bigint }[] = [];

  constructor(
    readonly fork: Fork,
    readonly venue: Venue,
    readonly feeds: readonly WarmFeed[],
    readonly markets: readonly Market[],
    readonly sample: readonly string[],
    readonly interfaces: readonly Interface[],
    private readonly blockTime: bigint,
  ) {}

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

  /** Makes an action happen in a block of its own and remembers how it went; undefined where the venue has no such action. */
  async act(action: Action, label = describe(action)): Promise<boolean | undefined> {
    const call = await this.venue.action(action);
    return call === undefined ? undefined : this.send(call, label);
  }

  async send({ from, to, data, value }: Call, label: string): Promise<boolean> {
    const sent = await this.fork.send({ from, to, data, ...(value === undefined ? {} : { value }) }, this.fork.now + this.blockTime);
    let result = "succeeds";
    if (!sent.succeeded) {
      const root = rootFailure(await this.fork.callTree(sent.hash));
      result = `reverts: ${describeRevert(root?.output ?? "0x", this.interfaces, root?.error)}`;
    }
    this.outcomes.push({ label, result, gas: sent.gasUsed });
    return sent.succeeded;
  }

  /** Records what the venue says now. */
  async observe(label: string): Promise<Frame> {
    const frame = await takeFrame(this.venue, this.sample, label);
    this.frames.push(frame);
    return frame;
  }
}

function describe(action: Action): string {
  const who = "account" in action ? action.account : action.caller;
  const market = "market" in action ? ` in market ${action.market}` : "";
  return `${action.kind} by ${who}${market}`;
}
