/** What a perturbed feed answers. `updatedAt` undefined means always fresh. `answer` in the feed's own decimals. */
export type FeedAnswer = { answer: bigint; decimals: number; updatedAt?: bigint } | "reverts";

const DECIMALS = "313ce567";
const LATEST_ANSWER = "50d25bcd";
const LATEST_TIMESTAMP = "8205bf6a";
/** High enough that no feed's real round comes after it. */
const ROUND = 0xffffffffn;

/**
 * Runtime code of an AggregatorV3-like feed that always gives one answer: `decimals()`, `latestAnswer()`,
 * `latestTimestamp()`, and the five words of `latestRoundData()` for everything else.
 */
export function feedCode(feed: FeedAnswer): string {
  if (feed === "reverts") return "0x5f5ffd";
  const answer = `7f${BigInt.asUintN(256, feed.answer).toString(16).padStart(64, "0")}`;
  const time = feed.updatedAt === undefined ? "42" : `67${feed.updatedAt.toString(16).padStart(16, "0")}`;
  const round = `67${ROUND.toString(16).padStart(16, "0")}`;
  const one = (value: string): string => `5b${value}5f5260205ff3`;
  const data = `${round}5f52${answer}602052${time}604052${time}606052${round}60805260a05ff3`;
  const decimals = one(`60${feed.decimals.toString(16).padStart(2, "0")}`);
  const dispatch = (at: readonly number[]): string =>
    "5f3560e01c" +
    [DECIMALS, LATEST_ANSWER, LATEST_TIMESTAMP].map((selector, index) => `8063${selector}1461${hex16(at[index] ?? 0)}57`).join("");
  const start = (dispatch([0, 0, 0]).length + data.length) / 2;
  const places = [start, start + decimals.length / 2, start + (decimals.length + one(answer).length) / 2];
  return `0x${dispatch(places)}${data}${decimals}${one(answer)}${one(time)}`;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
