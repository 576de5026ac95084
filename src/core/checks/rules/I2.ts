import { isHeldByFew } from "../flow/classify.js";
import { factsOf, type Facts } from "../flow/facts.js";
import { guardsOf } from "../flow/guards.js";
import type { Trace } from "../flow/trace.js";
import { lastingWrites } from "../moves.js";
import type { Rule } from "../rule.js";
import { inheritsUpgradeability, initializersOf, isUpgradeable } from "../upgradeable.js";
import { canRunForeignCode } from "../reach.js";

export const rule: Rule = {
  id: "I2",
  title: "implementation can be initialized by anyone",
  severity: "high",
  confidence: "medium",
  source: "drydock",
  needs: ["A"],
  flags:
    "A deployable upgradeable contract has an initializer, and no constructor in its inheritance writes the state that the initializer's once-only guard reads: neither `_disableInitializers()` nor an equivalent of one's own.",
  why: "The bare implementation has storage of its own. Whoever initializes it first owns it, and if it can delegatecall or self-destruct, can destroy the code behind every proxy.",
  remedy: "lock the implementation in its constructor: `constructor() { _disableInitializers(); }`",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[M] Protect Initialization of upgradeable implementations",
    swc: "SWC-118",
  },
  *contract(view, { implementations }) {
    if (!view.isDeployable || !(isUpgradeable(view) || implementations.has(view))) return;
    const written = factsOf(view).constructorWrites;
    const open = initializersOf(view).filter(
      ({ guard, trace }) => guard !== undefined && !guard.keys.some((key) => written.has(key)) && !isForDeployer(trace, factsOf(view)),
    );
    const [first] = open;
    if (first === undefined) return;
    const destructive = canRunForeignCode(view);
    // Written by hand, with a constructor that sets state: most likely it is no implementation, but set up in two steps.
    const isOwnDesign = written.size > 0 && !inheritsUpgradeability(view) && !implementations.has(view);
    yield {
      view,
      fn: first.fn,
      at: view.definition,
      confidence: isOwnDesign ? "low" : destructive ? "high" : "medium",
      detail: `${view.name} can be initialized on its own address by anyone (${open.map(({ fn }) => fn.name).join(", ")}): no constructor sets ${first.guard?.keys.map((key) => key.replace(/^ns:/, "")).join(", ") ?? ""}${destructive ? "; it can run code of its owner's choice by delegatecall or destroy itself" : ""}`,
    };
  },
};

/** Only whom the code or its constructor names may initialize, so that a stranger can't. */
function isForDeployer(trace: Trace, facts: Facts): boolean {
  const writes = lastingWrites(trace);
  return writes.length > 0 && writes.every((write) => guardsOf(trace, write, facts).some(({ holds, class: kind }) => kind === "authority" && isHeldByFew(holds, facts)));
}
