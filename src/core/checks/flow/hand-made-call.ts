import type { Interpreter } from "./interpreter.js";
import { visit, type Term } from "./term.js";

type CallTerm = Extract<Term, { op: "call" }>;

/** Functions of price feeds, by what hand-made calldata shows of them: the name, or the selector. */
const KNOWN: readonly [pattern: RegExp, name: string][] = [
  [/\blatestRoundData\b|feaf968c/i, "latestRoundData"],
  [/\blatestAnswer\b|50d25bcd/i, "latestAnswer"],
  [/\bdecimals\b|313ce567/i, "decimals"],
];

const known = new WeakMap<CallTerm, CallTerm>();

/**
 * `abi.decode(data, (…))` where `data` is what a low-level call with hand-made calldata returned: the call that it stands
 * for, as if it had been written with an interface. Price feeds only.
 */
export function decodedAnswer(run: Interpreter, data: Term): CallTerm | undefined {
  if (data.op !== "component" || data.of.op !== "call" || (data.of.kind !== "staticcall" && data.of.kind !== "low-level")) return undefined;
  const raw = data.of;
  const earlier = known.get(raw);
  if (earlier !== undefined) return earlier;
  const [calldata] = raw.args;
  const name = calldata === undefined ? undefined : functionNamedIn(calldata);
  if (name === undefined) return undefined;
  const call: CallTerm = { op: "call", name, kind: "external", args: [], node: raw.node, ...(raw.target && { target: raw.target }) };
  known.set(raw, call);
  run.emit({ kind: "call", call, callKind: "external", isView: true, canReenter: false }, raw.node);
  return call;
}

function functionNamedIn(calldata: Term): string | undefined {
  const texts: string[] = [];
  visit(calldata, (term) => {
    if (term.op === "literal") texts.push(term.text);
  });
  return KNOWN.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1];
}
