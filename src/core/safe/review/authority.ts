import type { DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import { argument, nameOf } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { RuleInput, SafeRule } from "./types.js";

const OWNERSHIP: ReadonlySet<string> = new Set([
  "transferOwnership(address)",
  "renounceOwnership()",
  "setOwner(address)",
  "setOwner(bytes32,address)",
  "setSubnodeOwner(bytes32,bytes32,address)",
  "setRecord(bytes32,address,address,uint64)",
  "setSubnodeRecord(bytes32,bytes32,address,address,uint64)",
  "setAuthority(address)",
  "updateAuthority(address,address)",
  "grantRole(bytes32,address)",
  "revokeRole(bytes32,address)",
  "renounceRole(bytes32,address)",
  "grantRole(uint64,address,uint32)",
  "revokeRole(uint64,address)",
  "setRoleAdmin(bytes32,bytes32)",
  "setTargetFunctionRole(address,bytes4[],uint64)",
  "beginDefaultAdminTransfer(address)",
  "changeDefaultAdminDelay(uint48)",
  "setPendingAdmin(address)",
  "_setPendingAdmin(address)",
  "changeAdmin(address)",
  "changeProxyAdmin(address,address)",
  "setPoolAdmin(address)",
  "setEmergencyAdmin(address)",
  "updateDelay(uint256)",
  "setDelay(uint256)",
]);

/** Where a name leads: who holds it can send money and visitors elsewhere. */
const NAME_RECORDS: ReadonlySet<string> = new Set([
  "setResolver(bytes32,address)",
  "setAddr(bytes32,address)",
  "setContenthash(bytes32,bytes)",
]);

/** Where a call that replaces code has the proxy (undefined: the target itself) and the implementation. */
const UPGRADES: ReadonlyMap<string, { proxy?: number; implementation: number }> = new Map([
  ["upgradeTo(address)", { implementation: 0 }],
  ["upgradeToAndCall(address,bytes)", { implementation: 0 }],
  ["upgrade(address,address)", { proxy: 0, implementation: 1 }],
  ["upgradeAndCall(address,address,bytes)", { proxy: 0, implementation: 1 }],
  ["diamondCut((address,uint8,bytes4[])[],address,bytes)", { implementation: 1 }],
  ["setPoolImpl(address)", { implementation: 0 }],
  ["setLendingPoolImpl(address)", { implementation: 0 }],
  ["setAddressAsProxy(bytes32,address)", { implementation: 1 }],
  ["_setImplementation(address,bool,bytes)", { implementation: 0 }],
  ["_setPendingImplementation(address)", { implementation: 0 }],
]);

const SOUNDS_PRIVILEGED =
  /^_?(set|transfer|change|update|add|remove|grant|revoke|nominate|propose|upgrade|replace|migrate)\w*(owner|admin|govern|role|authority|guardian|operator|minter|implementation|executor|proposer|timelock|signer|oracle|implem|facet|code)/i;

/** Owner, role, admin or delay of any contract; stays red even when the bundle declares it (Radiant 2024). */
export const authorityChange: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    if (OWNERSHIP.has(call.function ?? ""))
      return [
        aboutCall(call, {
          rule: "authority-change",
          severity: "high",
          title: "changes an owner, a role, an admin or a delay",
          detail: `${nameOf(call)}(${call.args.map(({ value }) => value ?? "…").join(", ")}) on ${call.to ?? "an unknown contract"}`,
          remedy: "agree on this change with the other owners over another channel before signing",
        }),
      ];
    const privileged = SOUNDS_PRIVILEGED.test(nameOf(call)) || NAME_RECORDS.has(call.function ?? "");
    if (UPGRADES.has(call.function ?? "") || !privileged) return [];
    if (call.contract === "Safe") return [];
    return [
      aboutCall(call, {
        rule: "privileged-change",
        severity: "medium",
        title: "by its name, this changes who or what a contract trusts",
        detail: `${nameOf(call)}(${call.args.map(({ value }) => value ?? "…").join(", ")}) on ${call.to ?? "an unknown contract"}`,
        remedy: "know what the new value is and why it changes",
      }),
    ];
  }),
});

/** Code that a call replaces, other than by the plan under review. */
export const implementationChange: SafeRule = (input) => ({
  findings: input.calls.flatMap((call): Finding[] => {
    const upgrade = UPGRADES.get(call.function ?? "");
    if (!upgrade || isPlanned(input, call, upgrade)) return [];
    const proxy = upgrade.proxy === undefined ? call.to : argument(call, upgrade.proxy);
    return [
      aboutCall(call, {
        rule: "implementation-change",
        severity: "high",
        title: "replaces the code of a contract",
        detail: `${proxy ?? "an unknown contract"} would run ${argument(call, upgrade.implementation)}; no plan that was reviewed here says so`,
        remedy:
          "review the proposal bundle of this upgrade, which shows the code, its storage layout and its rehearsal",
      }),
    ];
  }),
});

function isPlanned(input: RuleInput, call: DecodedCall, upgrade: { proxy?: number; implementation: number }): boolean {
  const proxy = upgrade.proxy === undefined ? call.to : argument(call, upgrade.proxy);
  const planned = input.planned?.get(proxy?.toLowerCase() ?? "");
  return planned !== undefined && planned.toLowerCase() === argument(call, upgrade.implementation).toLowerCase();
}
