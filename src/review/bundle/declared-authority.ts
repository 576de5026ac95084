import type { Finding } from "../../core/finding.js";
import type { PlanCore } from "../../core/schema/plan.js";
import type { Rehearsal } from "../../core/schema/rehearsal.js";

const AUTHORITY = /owner|admin|role|govern|authority|guardian|threshold|module|guard|singleton|implementation|beacon|delay/i;

/**
 * State changes that the author declared, and that no declaration may excuse: owners, admins, roles, code, and whatever
 * is stored in the Safe. The route's own writes and the planned implementations are not declared ones.
 */
export function declaredAuthority({ stateDiff }: Rehearsal, plan: PlanCore): Finding[] {
  return stateDiff
    .filter(({ expected, by, name, address }) => expected && by === "expectations" && (address === plan.safe || AUTHORITY.test(name ?? "")))
    .map(({ address, name, slot, before, after }) => ({
      rule: "review/declared-authority-change",
      severity: "high",
      confidence: "high",
      title: "an owner, admin, role or code changes, and is only declared",
      detail: `${name ?? slot}: ${before} → ${after}; the author declares it, which excuses nothing`,
      where: { address, slot },
      remedy: "agree on this change with the other owners over another channel before signing",
    }));
}
