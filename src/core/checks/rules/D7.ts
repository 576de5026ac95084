import { contains, storageIn, textOf, type Term } from "../flow/term.js";
import { oracleReads, readsFeedDecimals, scalesOf, type OracleRead } from "../oracle.js";
import type { Hit, Rule, VersionPair } from "../rule.js";
import { upgradePath } from "../upgrade-path.js";

export const rule: Rule = {
  id: "D7",
  title: "price source changed by the upgrade",
  severity: "high",
  confidence: "medium",
  source: "drydock",
  needs: ["2", "C"],
  flags:
    "The new version asks another price source (another function, another fixed address, a feed that the upgrade's own call sets), or scales the same one differently, and does not ask the new source for its decimals; or it no longer asks for decimals although the old version did. The values are compared on chain by `check PLAN` and by the rehearsal.",
  why: "A ratio where a dollar price was, 18 decimals where 8 were: positions settle at prices that never were.",
  remedy: "scale by the source's own decimals, and compare old and new price for every existing asset in the rehearsal",
  references: { owasp: "SC02:2025 Price Oracle Manipulation" },
  *pair(pair) {
    const { previous, next } = pair;
    const [before, now] = [oracleReads(previous), oracleReads(next)];
    const [first] = now;
    if (before.length === 0 || first === undefined) return;
    const asks = readsFeedDecimals(next);
    const asked = readsFeedDecimals(previous);
    if (asked && !asks) {
      yield { view: next, fn: first.trace.fn, at: first.call.node, detail: `${previous.name} asks its price source for decimals, ${next.name} does not` };
      return;
    }
    if (asks) return;
    const told = new Set<string>();
    for (const read of now) {
      const { name } = read.trace.fn;
      const old = before.filter(({ trace }) => trace.fn.name === name);
      const fresh = now.filter(({ trace }) => trace.fn.name === name);
      if (old.length === 0 || told.has(name)) continue;
      told.add(name);
      const [was, is] = [sourcesOf(old), sourcesOf(fresh)];
      const source = sourceOf(read);
      if (![...was].some((one) => is.has(one))) {
        yield { view: next, fn: read.trace.fn, at: read.call.node, detail: `${name} asks ${[...is].join(", ")} for a price, where ${previous.name} asked ${[...was].join(", ")}; the scale is ${[...factorsOf(fresh)].join(", ") || "none"}` };
        continue;
      }
      // A further product may bring a factor of its own; one that is gone was replaced.
      const gone = [...factorsOf(old)].filter((factor) => !factorsOf(fresh).has(factor));
      if (gone.length > 0) {
        yield { view: next, fn: read.trace.fn, at: read.call.node, detail: `${name} scales ${source} by ${[...factorsOf(fresh)].join(", ") || "nothing"}, ${previous.name} by ${[...factorsOf(old)].join(", ")}` };
      }
    }
    yield* swappedBy(pair, now);
  },
};

/** A feed variable that the upgrade's own call writes. */
function* swappedBy(pair: VersionPair, now: readonly OracleRead[]): Iterable<Hit> {
  const known = new Set(oracleReads(pair.previous).flatMap(({ call }) => (call.target === undefined ? [] : [...storageIn(call.target)])));
  const targets = new Set(now.flatMap(({ call }) => (call.target === undefined ? [] : [...storageIn(call.target)])).filter((key) => known.has(key)));
  for (const trace of upgradePath(pair)) {
    const write = trace.effects.find((effect) => effect.kind === "write" && targets.has(effect.storage.key));
    if (write?.kind !== "write") continue;
    yield { view: pair.next, fn: trace.fn, at: write.node, detail: `${trace.fn.name} replaces the price source ${write.storage.key}, and nothing compares the decimals of old and new` };
  }
}

/** What is asked: the function, and the address as far as the code fixes it. */
function sourceOf({ call }: OracleRead): string {
  const target = call.target;
  const fixed = target !== undefined && contains(target, (term) => term.op === "constant" && !term.immutable) ? fixedText(target) : "";
  return `${fixed}${fixed === "" ? "" : "."}${call.name}`;
}

function fixedText(target: Term): string {
  let text = textOf(target);
  contains(target, (term) => {
    if (term.op === "constant" && term.value) text = textOf(term.value);
    return false;
  });
  return text;
}

function sourcesOf(reads: readonly OracleRead[]): Set<string> {
  return new Set(reads.map(sourceOf));
}

function factorsOf(reads: readonly OracleRead[]): Set<string> {
  return new Set(reads.flatMap((read) => scalesOf(read).map(({ factor }) => factor)));
}
