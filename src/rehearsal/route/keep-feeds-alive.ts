import { getAddress } from "ethers";
import { getCode } from "../../chain/reads.js";
import { rehearsalAccount } from "../fork/accounts.js";
import type { CallFrame } from "../fork/fork.js";
import { detached, type RouteContext } from "./context.js";
import { RouteJournal } from "./journal.js";
import { revertOf } from "./reverts.js";
import { sendStep, type PreparedStep } from "./safe-step.js";

/** What a venue asks a Chainlink-style feed for: `latestRoundData()`, `latestTimestamp()`, `latestAnswer()`. */
const FEED_SELECTORS: readonly string[] = ["0xfeaf968c", "0x8205bf6a", "0x50d25bcd"];
/** A feed that reverts may hide the next one. */
const ROUNDS = 5;

/**
 * Waiting out the delay on a fork makes every price feed stale, which no live chain does. The feeds that the execution
 * reads are found by trying it, and answer from then on with the age that they had at the pinned block. The first try,
 * without, stays in the report: it shows what staleness would do.
 *
 * @param shift seconds that the fork waited.
 * @param time names this helping; feeds that were helped before are helped on top of that.
 */
export async function keepFeedsAlive(context: RouteContext, prepared: PreparedStep | undefined, shift: bigint, time = "once"): Promise<void> {
  if (shift <= 0n) return;
  const { fork } = context;
  const alive = new Set<string>();
  let untouched: string | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const { feeds, outcome } = await tryExecution(context, prepared);
    untouched ??= outcome;
    const found = feeds.filter((feed) => !alive.has(feed));
    if (found.length === 0) break;
    for (const feed of found) {
      const original = rehearsalAccount(`code of the feed ${feed}, ${time}`);
      await fork.setCode(original, await getCode(fork.port, feed));
      await fork.setCode(feed, agedFeedCode(original, shift));
      alive.add(feed);
    }
  }
  if (alive.size === 0) return;
  context.steps.push({
    id: "keep-feeds-alive",
    verdict: "pass",
    detail: `${[...alive].join(", ")} answer as fresh as at the pinned block; without that the execution ${untouched}`,
    timestamp: String(fork.now),
  });
}

async function tryExecution(context: RouteContext, prepared: PreparedStep | undefined): Promise<{ feeds: string[]; outcome: string }> {
  const { fork } = context;
  return fork.attempt(async () => {
    const apart = detached(context, new RouteJournal(fork, context.journal.blockTime));
    const { sent, reason } = await sendStep(apart, "execute", prepared, fork.now);
    const tree = await fork.callTree(sent.hash);
    const outcome = reason === undefined ? "passes as well" : `fails with ${sent.succeeded ? reason : revertOf(tree).reason}`;
    return { feeds: feedsIn(tree), outcome };
  });
}

/** The outermost contracts that are asked as a feed is; behind a feed's proxy stand others, which need no help. */
function feedsIn(frame: CallFrame): string[] {
  if (frame.to !== undefined && FEED_SELECTORS.includes(frame.input.slice(0, 10))) return [getAddress(frame.to)];
  return [...new Set((frame.calls ?? []).flatMap(feedsIn))];
}

/**
 * Code for a feed's address: delegates to the original code, which so reads the feed's own storage, and adds `shift` to
 * `startedAt` and `updatedAt` of `latestRoundData()`, and to `latestTimestamp()`, never beyond the block's own time.
 */
function agedFeedCode(original: string, shift: bigint): string {
  const delegate = `365f5f375f5f365f73${original.slice(2).toLowerCase()}5af43d5f5f3e`;
  const revertIfFailed = (ok: number) => `60${byte(ok)}573d5ffd5b`;
  const jumpOn = (selector: string, to: number) => `5f3560e01c63${selector.slice(2)}1460${byte(to)}57`;
  // min(word + shift, timestamp), without branches: v ^ ((v ^ t) * (v > t))
  const age = (offset: number) => `60${byte(offset)}5167${shift.toString(16).padStart(16, "0")}0142808211918091189091021860${byte(offset)}52`;
  const returnAll = "3d5ff3";
  const length = (code: string) => code.length / 2;

  const ok = length(delegate) + 6;
  const head = delegate + revertIfFailed(ok);
  const jumpsLength = 2 * length(jumpOn(FEED_SELECTORS[0] ?? "", 0)) + length(returnAll);
  const round = length(head) + jumpsLength;
  const roundCode = `5b${age(0x40)}${age(0x60)}${returnAll}`;
  const stamp = round + length(roundCode);
  const jumps = jumpOn(FEED_SELECTORS[0] ?? "", round) + jumpOn(FEED_SELECTORS[1] ?? "", stamp) + returnAll;
  return `0x${head}${jumps}${roundCode}5b${age(0)}${returnAll}`;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}
