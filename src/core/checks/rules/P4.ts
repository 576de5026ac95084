import { isReadOnly, type ContractView } from "../ast/contract-view.js";
import type { Rule } from "../rule.js";
import { implementationWrites } from "../upgrade-entry.js";

export const rule: Rule = {
  id: "P4",
  title: "implementation can't be upgraded again",
  severity: "high",
  confidence: "high",
  source: "upgrades-core",
  needs: ["A", "2"],
  flags: "A UUPS implementation has no function that can write the implementation slot, or the new version lost the one that the old version had.",
  why: "After this upgrade the proxy is frozen at this version.",
  remedy: "inherit UUPSUpgradeable",
  references: { owasp: "SC03:2025 Logic Errors" },
  translates: ["missing-public-upgradeto"],
  *contract(view) {
    if (!view.isDeployable || view.entryNamed("proxiableUUID") === undefined || canUpgrade(view)) return;
    yield { view, detail: `${view.name} answers proxiableUUID, and no function of it writes the implementation slot` };
  },
  *pair({ previous, next }) {
    if (next.entryNamed("proxiableUUID") !== undefined || !canUpgrade(previous) || canUpgrade(next)) return;
    yield { view: next, detail: `${previous.name} upgrades itself, ${next.name} can't: this is the last upgrade` };
  },
};

function canUpgrade(view: ContractView): boolean {
  return implementationWrites(view).some(({ entry }) => !isReadOnly(entry));
}
