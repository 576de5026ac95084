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
  "reclaim(uint256,address)",
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
  // AccessManager (OpenZeppelin 5)
  "setRoleAdmin(uint64,uint64)",
  "setRoleGuardian(uint64,uint64)",
  "setGrantDelay(uint64,uint32)",
  "setTargetAdminDelay(address,uint32)",
  "renounceRole(uint64,address)",
  // Zodiac's modifiers, which act for the Safe
  "setAvatar(address)",
  "setTarget(address)",
  "setTxCooldown(uint256)",
  "setTxExpiration(uint256)",
  "assignRoles(address,bytes32[],bool[])",
  "assignRoles(address,uint16[],bool[])",
  "setDefaultRole(address,bytes32)",
  "setDefaultRole(address,uint16)",
  "allowTarget(bytes32,address,uint8)",
  "scopeTarget(bytes32,address)",
  "allowFunction(bytes32,address,bytes4,uint8)",
]);

/** Contracts that a protocol believes: its price source, its rules, its interest. Whoever sets them can empty it. */
const TRUSTED_CONTRACTS: ReadonlySet<string> = new Set([
  "_setPriceOracle(address)",
  "_setComptroller(address)",
  "_setInterestRateModel(address)",
  "setAddress(bytes32,address)",
]);

/** What is decided elsewhere, and only named here by its number. */
const UNSEEN: ReadonlySet<string> = new Set([
  "queue(uint256)",
  "execute(uint256)",
  "executeVote(uint256)",
  "castVote(uint256,uint8)",
  "castVoteWithReason(uint256,uint8,string)",
  "vote(uint256,bool,bool)",
]);

/** Where a name leads, who votes, who may spend: it sends money, visitors or power elsewhere, and can be taken back. */
const REDIRECTIONS: ReadonlySet<string> = new Set([
  "setResolver(bytes32,address)",
  "setAddr(bytes32,address)",
  "setContenthash(bytes32,bytes)",
  "delegate(address)",
  "setDelegate(bytes32,address)",
  "setTargetClosed(address,bool)",
  "addDelegate(address)",
]);

/** Where a call that replaces code has the proxy (undefined: the target itself) and the implementation, if it says so. */
interface Upgrade {
  proxy?: number;
  implementation?: number;
}
const UPGRADES: ReadonlyMap<string, Upgrade> = new Map<string, Upgrade>([
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
  ["_acceptImplementation()", {}],
  ["_become(address)", { proxy: 0 }],
  ["deployAndUpgradeTo(address,address)", { proxy: 1 }],
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
    const privileged = SOUNDS_PRIVILEGED.test(nameOf(call)) || REDIRECTIONS.has(call.function ?? "");
    if (UPGRADES.has(call.function ?? "") || TRUSTED_CONTRACTS.has(call.function ?? "") || !privileged) return [];
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
        detail: `${proxy ?? "an unknown contract"} would run ${newCode(call, upgrade)}; no plan that was reviewed here says so`,
        remedy:
          "review the proposal bundle of this upgrade, which shows the code, its storage layout and its rehearsal",
      }),
    ];
  }),
});

/** In words, what a contract runs after the call. */
function newCode(call: DecodedCall, { implementation }: Upgrade): string {
  if (call.function?.startsWith("diamondCut(")) {
    const facets = (call.args[0]?.items ?? []).map((cut) => {
      const [facet, action, selectors] = cut.items ?? [];
      return `${selectors?.items?.length ?? 0} functions ${["added", "replaced", "removed"][Number(action?.value)] ?? "changed"}: ${facet?.value ?? "unknown"}`;
    });
    return `other facets (${facets.join("; ") || "none"}), after a delegatecall into ${argument(call, 1)}`;
  }
  return implementation === undefined ? "code that the call itself does not name" : argument(call, implementation);
}

/** A contract that others believe is replaced. */
export const trustedContractChange: SafeRule = ({ calls }) => ({
  findings: calls
    .filter((call) => TRUSTED_CONTRACTS.has(call.function ?? ""))
    .map((call) =>
      aboutCall(call, {
        rule: "trusted-contract",
        severity: "high",
        title: "replaces a contract that this one believes",
        detail: `${nameOf(call)}(${call.args.map(({ value }) => value ?? "…").join(", ")}) on ${call.to ?? "an unknown contract"}: whoever controls the new one controls what is believed`,
        remedy: "check the new contract's verified source, and agree on it with the other owners before signing",
      }),
    ),
});

/** A vote for, or the execution of, something that is only named by its number. */
export const unseenProposal: SafeRule = ({ calls }) => ({
  findings: calls
    .filter((call) => UNSEEN.has(call.function ?? ""))
    .map((call) =>
      aboutCall(call, {
        rule: "unseen-proposal",
        severity: "medium",
        title: "acts on a proposal that is not shown here",
        detail: `${nameOf(call)}(${call.args.map(({ value }) => value ?? "…").join(", ")}) on ${call.to ?? "an unknown contract"}: the number does not say what is decided`,
        remedy: "read the proposal of this number on the governor itself",
      }),
    ),
});

function isPlanned(input: RuleInput, call: DecodedCall, upgrade: Upgrade): boolean {
  if (upgrade.implementation === undefined) return false;
  const proxy = upgrade.proxy === undefined ? call.to : argument(call, upgrade.proxy);
  const planned = input.planned?.get(proxy?.toLowerCase() ?? "");
  return planned !== undefined && planned.toLowerCase() === argument(call, upgrade.implementation).toLowerCase();
}
