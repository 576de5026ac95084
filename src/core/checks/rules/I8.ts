import type { FunctionDefinition } from "solidity-ast";
import type { Rule } from "../rule.js";
import { isUpgradeable } from "../upgradeable.js";
import { entriesOf } from "../flow/trace.js";

export const rule: Rule = {
  id: "I8",
  title: "internal initializer without onlyInitializing",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["A"],
  flags:
    "An internal `__Name_init` or `__Name_init_unchained` of an upgradeable contract changes state and has no `onlyInitializing` (nor another check).",
  why: "A function of a later version can call it outside of initialization, and reset an owner or a limit on a live proxy; nothing but care prevents it.",
  remedy: "add `onlyInitializing`",
  references: { owasp: "SC01:2025 Access Control Vulnerabilities" },
  *contract(view) {
    if (!isUpgradeable(view)) return;
    for (const node of view.definition.nodes) {
      if (node.nodeType !== "FunctionDefinition" || !isInternalInitializer(node)) continue;
      const trace = view.traceOf(node);
      const open = trace.effects.find((effect) => effect.kind === "write" && !entriesOf(effect.path).some(({ kind }) => kind === "check"));
      if (open?.kind !== "write") continue;
      yield { view, fn: node, at: node, detail: `${node.name} sets ${open.storage.key} whoever calls it, at any time` };
    }
  },
};

function isInternalInitializer(fn: FunctionDefinition): boolean {
  return fn.implemented && fn.visibility === "internal" && /^__\w+_init(?:_unchained)?$/.test(fn.name);
}
