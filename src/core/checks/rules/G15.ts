import { factsOf, type Facts } from "../flow/facts.js";
import { contains, namesIn, storageName, textOf, type Term } from "../flow/term.js";
import type { Effect, PathEntry, Trace } from "../flow/trace.js";
import { entriesOf } from "../flow/trace.js";
import type { Located } from "../flow/term.js";
import type { Rule } from "../rule.js";

const SEEDS = new Set(["block.timestamp", "block.number", "block.difficulty", "block.prevrandao", "block.coinbase", "block.gaslimit"]);

export const rule: Rule = {
  id: "G15",
  title: "block data used as randomness or as an exact condition",
  severity: "medium",
  confidence: "medium",
  source: "solhint",
  needs: ["A"],
  flags:
    "Something is decided by block data that its producer can choose or everyone can predict: a hash or a remainder of `block.timestamp`, `block.number`, `block.prevrandao`, `block.coinbase` or `blockhash`, or an exact comparison with `block.timestamp`. Deadlines, ages and accruals are left alone.",
  why: "The producer of the block, or a contract that runs in the same block, knows the value and takes only the winning side.",
  remedy: "use a verifiable random function or a commit-reveal scheme",
  references: {
    owasp: "SC09:2025 Insecure Randomness",
    ethtrust: "[M] Don't misuse block data",
    swc: "SWC-120",
  },
  translates: ["solhint:not-rely-on-time", "solhint:not-rely-on-block-hash"],
  *contract(view) {
    const seen = new Set<string>();
    const drawn = storedDraws(factsOf(view));
    for (const trace of factsOf(view).all) {
      for (const [term, node] of decisions(trace)) {
        const why = reasonIn(term, drawn);
        if (why === undefined || seen.has(node.src)) continue;
        seen.add(node.src);
        yield { view, fn: trace.fn, at: node, detail: `${trace.fn.name || "fallback"} ${why}` };
      }
    }
  },
};

/** Values on which something depends: conditions, what is stored, who is called with how much. */
function* decisions(trace: Trace): Iterable<[Term, Located]> {
  const entries = new Set<PathEntry>(trace.effects.flatMap(({ path }: Effect) => entriesOf(path)));
  for (const { holds, node } of entries) yield [holds, node];
  for (const effect of trace.effects) {
    if (effect.kind === "check") yield [effect.holds, effect.node];
    if (effect.kind === "write") {
      yield [effect.value, effect.node];
      for (const index of effect.storage.indexes) if (!isHash(index)) yield [index, effect.node];
    }
    if (effect.kind === "call") {
      if (effect.value) yield [effect.value, effect.node];
      if (effect.call.target) yield [effect.call.target, effect.node];
      for (const argument of effect.call.args) if (effect.callKind === "transfer" || effect.callKind === "send") yield [argument, effect.node];
    }
  }
  for (const term of trace.returns) if (!["view", "pure"].includes(trace.fn.stateMutability)) yield [term, trace.fn];
}

/** State that a hash of block data was put into: a seed that the next one to call can read, or foresee. */
function storedDraws(facts: Facts): ReadonlySet<string> {
  const drawn = [...facts.writes.values()].flat().filter(({ effect }) => effect.storage.indexes.length === 0 && contains(effect.value, isSeedHash));
  return new Set(drawn.map(({ effect }) => storageName(effect.storage)));
}

function reasonIn(term: Term, drawn: ReadonlySet<string>): string | undefined {
  let reason: string | undefined;
  const rounding = roundingsIn(term);
  contains(term, (inner) => {
    if (inner.op === "binary" && inner.operator === "%" && isSeed(inner.left) && !rounding.has(inner)) reason = "takes a remainder of block data";
    else if (inner.op === "binary" && inner.operator === "%" && drawn.size > 0 && [...namesIn(inner.left)].some((name) => drawn.has(name))) reason = "takes a remainder of a stored hash of block data";
    else if (inner.op === "cast" && inner.type.startsWith("uint") && isSeedHash(inner.of)) reason = "hashes block data for a random value";
    else if (inner.op === "call" && inner.name === "blockhash") reason = "depends on a block hash";
    else if (inner.op === "binary" && inner.operator === "==" && (isTime(inner.left) || isTime(inner.right)) && !hasState(inner)) reason = "asks for one exact time";
    return reason !== undefined;
  });
  return reason;
}


/** `t - t % day` is the start of a day, not a draw. */
function roundingsIn(term: Term): Set<Term> {
  const found = new Set<Term>();
  contains(term, (inner) => {
    if (inner.op !== "binary" || inner.operator !== "-" || inner.right.op !== "binary" || inner.right.operator !== "%") return false;
    if (textOf(inner.left) === textOf(inner.right.left)) found.add(inner.right);
    return false;
  });
  return found;
}

function isSeed(term: Term): boolean {
  return contains(term, (inner) => (inner.op === "environment" && SEEDS.has(inner.name)) || (inner.op === "call" && inner.name === "blockhash")) && isRandomised(term);
}

/** A remainder of the time is a schedule when it is taken of an age; of the bare value or of a hash it is a lottery. */
function isRandomised(term: Term): boolean {
  if (term.op === "cast") return isRandomised(term.of);
  if (term.op === "environment") return SEEDS.has(term.name);
  if (term.op === "binary") return (term.operator === "+" || term.operator === "*" || term.operator === "^") && (isRandomised(term.left) || isRandomised(term.right));
  return term.op === "call" || term.op === "phi";
}

/** As a key, a hash of the time is an identifier. */
function isHash(term: Term): boolean {
  return term.op === "cast" ? isHash(term.of) : term.op === "call" && term.name === "keccak256";
}

/** A hash of block data that becomes a number; as an identifier or a commitment it stays bytes. */
function isSeedHash(term: Term): boolean {
  return (
    term.op === "call" &&
    /^(?:keccak256|sha3|sha256)$/.test(term.name) &&
    contains(term, (inner) => (inner.op === "environment" && SEEDS.has(inner.name)) || (inner.op === "call" && inner.name === "blockhash"))
  );
}

function isTime(term: Term): boolean {
  return term.op === "environment" && (term.name === "block.timestamp" || term.name === "block.number");
}

function hasState(term: Extract<Term, { op: "binary" }>): boolean {
  const other = isTime(term.left) ? term.right : term.left;
  return contains(other, (inner) => inner.op === "state" || inner.op === "field" || inner.op === "index");
}
