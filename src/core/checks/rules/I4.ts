import { missingParents } from "../parent-initializers.js";
import type { Rule } from "../rule.js";
import { isUpgradeable } from "../upgradeable.js";
import { newReinitializers, upgradePath } from "../upgrade-path.js";

export const rule: Rule = {
  id: "I4",
  title: "parent initializer not called",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A", "2"],
  flags:
    "A parent has an internal initializer that sets state, and no initializer of the contract runs it on every path; a call inside a branch is not enough. Between versions: a parent that is new in this version, whose initializer the upgrade does not run.",
  why: "The parent's state stays zero: no owner, no domain separator, a reentrancy lock in an impossible state.",
  remedy: "call the parent's `__Parent_init` unconditionally; for a parent that is new in this version, in the reinitializer",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["missing-initializer-call"],
  *contract(view, { implementations }) {
    if (view.isAbstract || !(isUpgradeable(view) || implementations.has(view))) return;
    for (const { base, init, conditional, by } of missingParents(view)) {
      yield {
        view,
        fn: by,
        at: by,
        detail: `${init.name} of ${base.name} is ${conditional ? `called by ${by.name} on some paths only` : "called by no initializer"}`,
      };
    }
  },
  *pair(pair) {
    const { previous, next } = pair;
    const old = new Set(previous.bases.map(({ name }) => name));
    const path = new Set(upgradePath(pair).flatMap(({ entered }) => [...entered]));
    const [reinitializer] = newReinitializers(pair);
    for (const base of next.bases.slice(1)) {
      if (old.has(base.name)) continue;
      const inits = base.nodes.filter(
        (node) => node.nodeType === "FunctionDefinition" && node.visibility === "internal" && /^__\w+_init(?:_unchained)?$/.test(node.name),
      );
      const setting = inits.filter(
        (node) => node.nodeType === "FunctionDefinition" && next.traceOf(node).effects.some((effect) => effect.kind === "write" && !effect.storage.key.startsWith("ns:InitializableStorage")),
      );
      const [first] = setting;
      if (first?.nodeType !== "FunctionDefinition" || setting.some((node) => "id" in node && path.has(node.id))) continue;
      yield {
        view: next,
        ...(reinitializer && { fn: reinitializer.fn }),
        at: reinitializer?.fn ?? next.definition,
        detail: `${base.name} is new in this version, and the upgrade does not run its ${first.name}`,
      };
    }
  },
};
