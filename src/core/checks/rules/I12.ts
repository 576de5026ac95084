import { factsOf } from "../flow/facts.js";
import { isOwnElement } from "../flow/classify.js";
import { isAuthorized } from "../flow/guards.js";
import { contains } from "../flow/term.js";
import type { Trace, WriteEffect } from "../flow/trace.js";
import type { Rule } from "../rule.js";
import { initializerVersion, initializersOf, isUpgradeable } from "../upgradeable.js";
import { calledFunction } from "../upgrade-path.js";

export const rule: Rule = {
  id: "I12",
  title: "reinitializer that anyone can call",
  severity: "high",
  confidence: "low",
  source: "drydock",
  needs: ["A"],
  flags:
    "A reinitializer takes values from its caller and checks nobody. With a plan: the upgrade's own call does not run it, so that it waits for a separate transaction (high confidence). Without a plan it is a hint.",
  why: "The first who calls it after the upgrade decides what it sets.",
  remedy: "run it in the upgrade's own call, or let only the owner call it",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities", swc: "SWC-105" },
  *contract(view, { implementations }) {
    if (!view.isDeployable || !isUpgradeable(view) || implementations.has(view)) return;
    for (const { fn, trace, guard } of initializersOf(view)) {
      const version = initializerVersion(view, fn);
      if (guard === undefined || version === undefined || version === "1") continue;
      const open = openWrite(trace, view);
      if (open !== undefined) yield { view, fn, at: fn, detail: `${fn.name} lets its caller choose ${open.storage.key}; it is safe only inside the upgrade's own call` };
    }
  },
  *pair({ next, upgradeCall }) {
    if (upgradeCall === undefined) return;
    const called = upgradeCall === null ? undefined : calledFunction(next, upgradeCall);
    const entered = called === undefined ? undefined : next.traceOf(called).entered;
    for (const { fn, trace, guard } of initializersOf(next)) {
      const version = initializerVersion(next, fn);
      if (guard === undefined || version === undefined || version === "1") continue;
      if (called === fn || entered?.has(fn.id) === true) continue;
      const open = openWrite(trace, next);
      if (open !== undefined) {
        yield { view: next, fn, at: fn, confidence: "high", detail: `${fn.name} lets its caller choose ${open.storage.key}, and the upgrade leaves it for a separate transaction` };
      }
    }
  },
};

function openWrite(trace: Trace, view: Parameters<typeof factsOf>[0]): WriteEffect | undefined {
  return trace.effects.find(
    (effect): effect is WriteEffect =>
      effect.kind === "write" &&
      !isOwnElement(effect.term) &&
      contains(effect.value, (term) => term.op === "parameter" || term.op === "caller") &&
      !isAuthorized(trace, effect, factsOf(view)),
  );
}
