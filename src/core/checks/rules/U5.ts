import { isStored } from "../ast/contract-view.js";
import type { Rule } from "../rule.js";
import { isUpgradeable } from "../upgradeable.js";

export const rule: Rule = {
  id: "U5",
  title: "upgradeable base without room to grow",
  severity: "low",
  confidence: "high",
  source: "drydock",
  needs: ["A"],
  flags:
    "An upgradeable contract that others inherit from (or that is abstract) declares state variables, and has neither a storage gap nor an ERC-7201 namespace.",
  why: "A variable added to the base in a later version moves every variable of the contracts that inherit from it.",
  remedy: "put the base's state into an ERC-7201 namespace, or end it with `uint256[n] private __gap`",
  references: { owasp: "SC03:2025 Logic Errors" },
  *contract(view) {
    if (!isUpgradeable(view)) return;
    const isBase = view.isAbstract || view.program.derivedFrom(view.definition).length > 0;
    if (!isBase) return;
    const own = view.definition.nodes.flatMap((node) =>
      node.nodeType === "VariableDeclaration" && isStored(node) ? [node] : [],
    );
    const hasGap = own.some(({ name, typeDescriptions }) => /gap/i.test(name) && /\[\d+\]$/.test(typeDescriptions.typeString ?? ""));
    const [first] = own;
    if (first === undefined || hasGap) return;
    yield {
      view,
      at: first,
      detail: `${view.name} declares ${own.map(({ name }) => name).join(", ")} and has no gap and no namespace`,
    };
  },
};
