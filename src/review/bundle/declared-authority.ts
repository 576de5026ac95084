import { AbiCoder, keccak256 } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { PlanCore } from "../../core/schema/plan.js";
import type { Rehearsal } from "../../core/schema/rehearsal.js";
import type { AgreedRole } from "../../core/schema/trust.js";

const AUTHORITY = /owner|admin|role|govern|authority|guardian|threshold|module|guard|singleton|implementation|beacon|delay/i;

// ERC-7201 slot of "openzeppelin.storage.AccessControl"; `_roles` is its first variable, `hasRole` the first of RoleData.
const ROLES = "0x02dd7bc7dec4dceedda775e58dd541e08a116c6c53815c0bd028192f7b626800";

/**
 * State changes that the author declared, and that no declaration of theirs may excuse: owners, admins, roles, code, and
 * whatever is stored in the Safe. The route's own writes and the planned implementations are not declared ones. A role that
 * the signer's own trust file agrees to is listed, and does not block.
 *
 * @param agreed of the signer's trust file.
 */
export function declaredAuthority({ stateDiff }: Rehearsal, plan: PlanCore, agreed: readonly AgreedRole[] = []): Finding[] {
  return stateDiff
    .filter(({ expected, by, name, address }) => expected && by === "expectations" && (address === plan.safe || AUTHORITY.test(name ?? "")))
    .map((change): Finding => {
      const { address, name, slot, before, after } = change;
      const agreement = agreed.find((role) => covers(role, change));
      const what = `${name ?? slot}: ${before} → ${after}`;
      if (agreement !== undefined) {
        return {
          rule: "review/agreed-authority-change",
          severity: "info",
          confidence: "high",
          title: "a role changes, as your trust file agrees",
          detail: `${what}; your reason: ${agreement.reason}`,
          where: { address, slot },
          remedy: "look at it once more: it is yours alone to agree to",
        };
      }
      return {
        rule: "review/declared-authority-change",
        severity: "high",
        confidence: "high",
        title: "an owner, admin, role or code changes, and is only declared",
        detail: `${what}; the author declares it, which excuses nothing`,
        where: { address, slot },
        remedy: "agree on this change with the other owners over another channel; a role then goes into `agreed` of your trust file",
      };
    });
}

/** By the slot, not by a name: whose name it is depends on a layout. */
function covers({ contract, role, account, change }: AgreedRole, { address, slot, before, after }: Rehearsal["stateDiff"][number]): boolean {
  const [was, is] = change === "granted" ? ["false", "true"] : ["true", "false"];
  return address === contract && slot === hasRoleSlot(role, account) && before === was && after === is;
}

function hasRoleSlot(role: string, account: string): string {
  const hash = (type: string, key: string, slot: string) => keccak256(AbiCoder.defaultAbiCoder().encode([type, "bytes32"], [key, slot]));
  return hash("address", account, hash("bytes32", role, ROLES));
}
