/** What a perturbed feed answers. `updatedAt` undefined means always fresh. `answer` in the feed's own decimals. */
export type FeedAnswer = { answer: bigint; decimals: number; updatedAt?: bigint } | "reverts";

const DECIMALS = "313ce567";
const LATEST_ANSWER = "50d25bcd";
const LATEST_TIMESTAMP = "8205bf6a";
const GET_ROUND_DATA = "9a6fc8f5";

/**
 * Runtime code of an AggregatorV3-like feed that always gives one answer: `decimals()`, `latestAnswer()`,
 * `latestTimestamp()`, `getRoundData(uint80)`, and the five words of `latestRoundData()` for everything else. Its rounds are
 * seconds: round N was updated at N, and one that lies after the latest does not exist.
 */
export function feedCode(feed: FeedAnswer): string {
  if (feed === "reverts") return "0x5f5ffd";
  const answer = `7f${BigInt.asUintN(256, feed.answer).toString(16).padStart(64, "0")}`;
  const time = feed.updatedAt === undefined ? "42" : `67${feed.updatedAt.toString(16).padStart(16, "0")}`;
  const one = (value: string): string => `5b${value}5f5260205ff3`;
  const round = (at: string): string => `${at}5f52${answer}602052${at}604052${at}606052${at}60805260a05ff3`;
  const handlers = [
    { selector: DECIMALS, code: one(`60${feed.decimals.toString(16).padStart(2, "0")}`) },
    { selector: LATEST_ANSWER, code: one(answer) },
    { selector: LATEST_TIMESTAMP, code: one(time) },
    // A round after the latest: revert by a jump to where no code is.
    { selector: GET_ROUND_DATA, code: `5b${time}6004351161ffff57${round("600435")}` },
  ];
  const latest = round(time);
  let dispatch = "5f3560e01c";
  let body = "";
  // Each comparison with a selector, and the jump behind it, takes 11 bytes.
  let place = (dispatch.length + latest.length) / 2 + handlers.length * 11;
  for (const { selector, code } of handlers) {
    dispatch += `8063${selector}1461${hex16(place)}57`;
    body += code;
    place += code.length / 2;
  }
  return `0x${dispatch}${latest}${body}`;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
