import { accrualsOf } from "../accrual.js";
import { factsOf } from "../flow/facts.js";
import { contains, storageIn, storageName } from "../flow/term.js";
import type { Trace } from "../flow/trace.js";
import type { Rule } from "../rule.js";
import { upgradePath } from "../upgrade-path.js";

export const rule: Rule = {
  id: "D12",
  title: "accumulator reset or not migrated",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["2", "C"],
  flags:
    "What the upgrade runs sets an accumulator of the old version (interest index, cumulative funding) to a fixed value; or the new version accrues in a new variable that nothing fills from the old one, or since a new time that nothing sets.",
  why: "Positions remember the index at which they were opened. Against a reset index their interest or funding is wrong, or the subtraction reverts and they can't be closed.",
  remedy: "keep the accumulator, or copy it in the reinitializer; set the new time to the old one",
  references: { owasp: "SC03:2025 Logic Errors" },
  *pair(pair) {
    const { previous, next } = pair;
    const old = accrualsOf(previous);
    if (old.length === 0) return;
    const path = upgradePath(pair);
    const oldIndexes = new Set(old.map(({ index }) => index));
    for (const trace of path) {
      for (const write of trace.effects) {
        if (write.kind !== "write" || !oldIndexes.has(storageName(write.storage))) continue;
        const fixed = write.operator === "delete" || !contains(write.value, (term) => ["parameter", "state", "call", "component"].includes(term.op));
        if (fixed) yield { view: next, fn: trace.fn, at: write.node, detail: `${trace.fn.name} resets ${storageName(write.storage)}, against which existing positions are measured` };
      }
    }
    const oldNames = new Set([...previous.variables.map(({ name }) => name), ...factsOf(previous).writes.keys(), ...oldIndexes, ...old.map(({ last }) => last)]);
    const set = new Map(path.flatMap(({ effects }) => effects.flatMap((effect) => (effect.kind === "write" ? [[storageName(effect.storage), effect] as const] : []))));
    const read = factsOf(next).reads;
    for (const accrual of accrualsOf(next)) {
      const { index, last, write } = accrual;
      const isNew = !oldNames.has(index) && !oldNames.has(index.split(".")[0] ?? index);
      const abandoned = old.filter((one) => !read.has(one.write.storage.key) && !factsOf(next).writes.has(one.write.storage.key));
      const filled = set.get(index);
      if (isNew && abandoned.length > 0 && (filled === undefined || !abandoned.some((one) => storageIn(filled.value).has(one.write.storage.key)))) {
        yield { view: next, at: write.node, detail: `${index} replaces ${abandoned.map((one) => one.index).join(", ")} and does not start from it` };
      }
      const newTime = !oldNames.has(last) && !oldNames.has(last.split(".")[0] ?? last);
      if (newTime && !set.has(last) && !set.has(last.split(".")[0] ?? last) && !startsAtFirstUse(accrual.trace, last)) {
        yield { view: next, at: write.node, title: "accrual starts at time zero", detail: `${last} is new and the upgrade does not set it: the first accrual counts from 1970` };
      }
    }
  },
};

/** `if (last == 0) last = block.timestamp` */
function startsAtFirstUse(trace: Trace, last: string): boolean {
  return trace.effects.some((effect) => {
    for (let entry = effect.path; entry !== undefined; entry = entry.parent) {
      const { holds } = entry;
      if (holds.op === "binary" && (holds.operator === "==" || holds.operator === "!=") && storageIn(holds).has(last.split(".")[0] ?? last) && [holds.left, holds.right].some((side) => side.op === "literal" && side.text === "0")) return true;
    }
    return false;
  });
}
