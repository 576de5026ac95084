import { isReadOnly, signatureOf } from "../ast/contract-view.js";
import { compareEntries } from "../differences.js";
import { factsOf } from "../flow/facts.js";
import { deadSetters, isRetired, lostEvents } from "../lost-effects.js";
import { missingSiblingChecks, unguardedSiblings } from "../siblings.js";
import type { Rule } from "../rule.js";
import { hasInitializerModifier, initializersOf } from "../upgradeable.js";

export const rule: Rule = {
  id: "P8",
  title: "guard lost or weakened",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["2", "F"],
  flags:
    "Between versions: a function that changes state was removed, lost its check of the caller (modifier, require, custom error, inherited or inlined), has one that is always true or hangs on a flag that is never set, accepts more callers, or lost a check of state; a privileged setter that stays writes what nothing reads any more; an event that was emitted has another topic or is gone. Within one version: a function that takes from the same state as its siblings without the check that all of them make.",
  why: "What the old version refused, the new one lets happen to every account that exists.",
  remedy: "restore the check, or say in the plan why the function no longer needs it",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[Q] Enforce Least Privilege",
    swc: "SWC-105",
  },
  *contract(view) {
    if (view.definition.contractKind !== "contract") return;
    yield* unguardedSiblings(view);
    yield* missingSiblingChecks(view);
  },
  *pair(pair) {
    const { previous, next } = pair;
    yield* deadSetters(pair);
    yield* lostEvents(pair);
    const now = new Map(next.entries.map((entry) => [signatureOf(entry), entry]));
    const initial = new Set(initializersOf(previous).map(({ fn }) => fn));
    const factsBefore = factsOf(previous);
    const factsNow = factsOf(next);
    for (const entry of previous.entries) {
      if (initial.has(entry) || hasInitializerModifier(entry)) continue;
      const successor = now.get(signatureOf(entry));
      if (successor === undefined) {
        if (isReadOnly(entry) || entry.name === "") continue;
        const renamed = next.entries.find(({ name }) => name === entry.name);
        yield {
          view: next,
          fn: entry,
          at: next.definition,
          title: "function removed",
          // A setter of what nothing reads any more goes with it.
          severity: isRetired(pair, entry) ? "low" : "medium",
          confidence: renamed === undefined ? "high" : "low",
          detail: `${signatureOf(entry)} of ${previous.name} is gone${renamed === undefined ? "" : `; ${signatureOf(renamed)} has its name`}`,
        };
        continue;
      }
      if (isReadOnly(entry) && isReadOnly(successor)) continue;
      yield* compareEntries({ view: previous, fn: entry, facts: factsBefore }, { view: next, fn: successor, facts: factsNow });
    }
  },
};
