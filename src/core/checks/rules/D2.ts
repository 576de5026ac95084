import { contains, type Term } from "../flow/term.js";
import { comparisonsIn, isAnswer, oracleReads, termsOf, usesAnswer, type OracleRead } from "../oracle.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "D2",
  title: "oracle answer may be zero or negative",
  severity: "medium",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "A signed oracle answer is used and not compared, as a signed number, with a bound that excludes zero and below. A check after the cast to an unsigned type does not see negative answers. `latestAnswer` is flagged as such: it gives no time and returns zero when there is no answer.",
  why: "A failing feed answers zero or below; cast to an unsigned number a negative answer is astronomically high.",
  remedy: "require `answer > 0` (better: a plausible range) before the cast, and use `latestRoundData`",
  references: { owasp: "SC02:2025 Price Oracle Manipulation", ethtrust: "[Q] Protect against Oracle Failure" },
  *contract(view) {
    const seen = new Set<string>();
    for (const read of oracleReads(view)) {
      if (read.kind === "other" || seen.has(read.call.node.src)) continue;
      const terms = termsOf(read.trace);
      const used = [...terms].some((term) => usesAnswer(read, term));
      const old = read.kind === "answer";
      if (!used || (!old && (isBounded(read, terms) || isPassedOn(read)))) continue;
      seen.add(read.call.node.src);
      yield {
        view,
        fn: read.trace.fn,
        at: read.call.node,
        detail: old
          ? `${read.trace.fn.name} uses latestAnswer, which tells neither time nor failure`
          : `${read.trace.fn.name} uses the answer of ${read.call.name} without excluding zero and below`,
      };
    }
  },
};

/** An adapter that hands the raw signed answer to its caller leaves the check to it. */
function isPassedOn(read: OracleRead): boolean {
  const signed = read.trace.fn.returnParameters.parameters.some(({ typeDescriptions }) => /^int/.test(typeDescriptions.typeString ?? ""));
  return signed && read.trace.returns.some((term) => isAnswer(read, term));
}

function isBounded(read: OracleRead, terms: ReadonlySet<Term>): boolean {
  let positive = false;
  let notNegative = false;
  let notZero = false;
  for (const { operator, left, right } of comparisonsIn(terms)) {
    for (const [mine, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (!usesAnswer(read, mine) || usesAnswer(read, other)) continue;
      const zero = other.op === "literal" && /^0+$/.test(other.text);
      const equality = operator === "==" || operator === "!=";
      if (zero) notZero ||= equality || operator === ">" || operator === "<" ? isStrict(operator, mine === left) : false;
      if (equality || isUnsigned(read, mine)) continue;
      notNegative = true;
      if (!zero || isStrict(operator, mine === left)) positive = true;
    }
  }
  return positive || (notNegative && notZero);
}

/** `x > 0`, `0 < x` and their negations `x <= 0`, `0 >= x`; `x >= 0` and `x < 0` let zero through. */
function isStrict(operator: string, first: boolean): boolean {
  if (operator === "==" || operator === "!=") return true;
  return first ? operator === ">" || operator === "<=" : operator === "<" || operator === ">=";
}

/** The answer stands inside a cast to an unsigned type. */
function isUnsigned(read: OracleRead, term: Term): boolean {
  return contains(term, (inner) => inner.op === "cast" && inner.type.startsWith("uint") && usesAnswer(read, inner.of));
}
