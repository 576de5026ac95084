import { decodeCall } from "../../decode/decode.js";
import type { DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import type { PlanCore } from "../../schema/plan.js";

/**
 * Functions that change who decides: Safe owners and modules, OpenZeppelin's Ownable, AccessControl, AccessManager,
 * TimelockController and proxy admins. Upgrades themselves are not here: they are what the plan is for.
 */
const CHANGES_AUTHORITY = new Set([
  "addOwnerWithThreshold",
  "removeOwner",
  "swapOwner",
  "changeThreshold",
  "enableModule",
  "disableModule",
  "setGuard",
  "setModuleGuard",
  "setFallbackHandler",
  "changeMasterCopy",
  "transferOwnership",
  "renounceOwnership",
  "setOwner",
  "setAuthority",
  "grantRole",
  "revokeRole",
  "renounceRole",
  "setRoleAdmin",
  "beginDefaultAdminTransfer",
  "changeDefaultAdminDelay",
  "setTargetFunctionRole",
  "updateAuthority",
  "updateDelay",
  "changeAdmin",
  "changeProxyAdmin",
]);

/** P14: calls of the plan, at any depth, that change a role, an owner, a threshold, a module or a delay. */
export function planCallFindings(plan: Pick<PlanCore, "chainId" | "calls" | "timelock">, name: (address: string) => string): Finding[] {
  return plan.calls.flatMap(({ target, value, data }) => {
    const root = decodeCall({ chainId: BigInt(plan.chainId), from: plan.timelock, to: target, value: BigInt(value), data, operation: 0 });
    return [...everyCall(root)].flatMap((call) => {
      const called = call.function?.split("(")[0] ?? "";
      if (!CHANGES_AUTHORITY.has(called)) return [];
      const values = call.args.map((arg) => `${arg.name === "" ? arg.type : arg.name} ${arg.value === undefined ? "…" : name(arg.value)}`);
      return [
        {
          rule: "P14",
          severity: "high" as const,
          confidence: call.relation === "guess" ? ("low" as const) : ("high" as const),
          title: "the upgrade itself changes who decides",
          detail: `${called} on ${name(call.to ?? target)}: ${values.join(", ") || "no arguments"}`,
          where: { address: call.to ?? target, ...(call.function === undefined ? {} : { function: call.function }) },
          remedy: "make the change of authority a proposal of its own, that owners agree on as such",
        },
      ];
    });
  });
}

function* everyCall(root: DecodedCall): Generator<DecodedCall> {
  yield root;
  for (const call of root.calls) yield* everyCall(call);
}
