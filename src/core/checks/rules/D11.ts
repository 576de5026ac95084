import { accrualsOf, accrues } from "../accrual.js";
import { childrenOf, storageName, type Term } from "../flow/term.js";
import { userEntries } from "../moves.js";
import type { Rule } from "../rule.js";

const SETTLES = /accrue|settle|update|poke|sync|checkpoint|touch|drip|refresh/i;

export const rule: Rule = {
  id: "D11",
  title: "rate changed without accruing first",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "A function sets a rate that an accumulator multiplies with elapsed time, and the accumulator's time is not brought up to date before, in the same call.",
  why: "The new rate is applied to the whole time since the last accrual: somebody pays or receives interest or funding that was never agreed.",
  remedy: "accrue under the old rate first, then set the new one",
  references: { owasp: "SC03:2025 Logic Errors" },
  *contract(view) {
    const accruals = accrualsOf(view);
    if (accruals.length === 0) return;
    for (const trace of userEntries(view)) {
      const told = new Set<string>();
      for (const write of trace.effects) {
        if (write.kind !== "write" || !isChosen(write.value)) continue;
        const name = storageName(write.storage);
        const accrual = accruals.find(({ rates, last, trace: own }) => rates.has(name) && name !== last && own.fn !== trace.fn);
        if (accrual === undefined || told.has(name)) continue;
        const settled = trace.effects.some(
          (effect) =>
            effect.order < write.order &&
            ((effect.kind === "write" && storageName(effect.storage) === accrual.last) ||
              (effect.kind === "call" && effect.callKind !== "library" && SETTLES.test(effect.call.name))),
        );
        // A new record starts its own time.
        const starts = !accrues(trace, accrual.last) && trace.effects.some((effect) => effect.kind === "write" && storageName(effect.storage) === accrual.last);
        if (settled || starts) continue;
        told.add(name);
        yield {
          view,
          fn: trace.fn,
          at: write.node,
          detail: `${trace.fn.name} sets ${name.replace(/^ns:/, "")} before ${accrual.index.replace(/^ns:/, "")} is brought up to date: the new rate counts from ${accrual.last.replace(/^ns:/, "")} on`,
        };
      }
    }
  },
};

/** The caller hands the value in, other than as a key under which it is looked up. */
function isChosen(value: Term): boolean {
  if (value.op === "parameter") return true;
  if (value.op === "index" || value.op === "call" || value.op === "component") return value.op === "index" && isChosen(value.base);
  return childrenOf(value).some(isChosen);
}
