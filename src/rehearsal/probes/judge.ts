import type { Finding } from "../../core/finding.js";
import type { ProbeResult } from "../../core/schema/rehearsal.js";
import { isInitializer, type StrangerCell, type StrangerMatrix } from "./stranger.js";
import type { UpgradeAgain } from "./upgradeable.js";

export interface JudgedProbes {
  probes: ProbeResult[];
  findings: Finding[];
}

/** What the stranger matrices of old and new, and the further upgrades, amount to. */
export function judgeProbes(old: StrangerMatrix, current: StrangerMatrix, again: UpgradeAgain): JudgedProbes {
  const findings: Finding[] = [];
  const cells = [...current.entries()];
  const probe = (id: string, own: readonly StrangerCell[], found: readonly Finding[]): ProbeResult => {
    findings.push(...found);
    const worst = found.filter(({ severity }) => severity === "critical" || severity === "high");
    return { id, verdict: worst.length > 0 ? "blocked" : "pass", tried: own.reduce((sum, { tried }) => sum + tried, 0), detail: found.map(({ detail }) => detail).join("; ") };
  };
  const initializers = cells.filter(([, cell]) => isInitializer(cell));
  const others = cells.filter(([, cell]) => !isInitializer(cell));
  const probes = [
    probe("stranger-calls-everything", others.map(([, cell]) => cell), others.flatMap(([key, cell]) => strangerFindings(old.get(key), cell))),
    probe("initializers-again", initializers.map(([, cell]) => cell), initializers.flatMap(([key, cell]) => initializerFindings(old.get(key), cell))),
  ];
  const stuck = again.stuck.map((detail) => finding("stuck", "critical", "the timelock can't upgrade again", detail, "keep an upgrade function that its authority can call"));
  const open = again.open.map((target) => finding("open-upgrade", "critical", "a stranger may upgrade after this upgrade", `${target} accepts an upgrade from anybody`, "guard the upgrade function (`_authorizeUpgrade`)"));
  findings.push(...stuck, ...open);
  const detail = [...stuck, ...open].map((one) => one.detail).join("; ");
  probes.push({ id: "upgrade-again", verdict: detail === "" ? "pass" : "blocked", tried: again.tried, detail });
  return { probes, findings };
}

function strangerFindings(before: StrangerCell | undefined, cell: StrangerCell): Finding[] {
  const where = { address: cell.address, contract: cell.contract, function: cell.signature };
  const gained = cell.privileged.filter((effect) => before?.privileged.includes(effect) !== true);
  if (gained.length > 0) {
    return [{ ...finding("privilege", "critical", "a stranger changes what decides over authority", `${cell.contract}.${cell.signature}: ${gained.join(", ")}`, "guard the function"), where }];
  }
  const reentry = cell.reentered && before?.reentered !== true && !cell.bare ? [{ ...finding("reentry", "high", "a function can be entered again before it is done", `${cell.contract}.${cell.signature} calls its caller back, who calls it again`, "finish the effects before calling out, or guard the function (ReentrancyGuard)"), where }] : [];
  if (!cell.changed || cell.bare) return reentry;
  const taken = [...cell.takes].flatMap(([call, takes]) => takes.filter((take) => before?.takes.get(call)?.includes(take) !== true));
  const takes = taken.length === 0 ? [] : [{ ...finding("stranger-takes", "critical", "a stranger takes what is not his, or sets what is not his to set", `${cell.contract}.${cell.signature}: ${[...new Set(taken)].slice(0, 3).join("; ")}`, "check who may call this, and for whom"), where }];
  if (before === undefined || cell.isNew) {
    const found = [...reentry, ...takes];
    return found.length > 0 ? found : [{ ...finding("new-selector", "medium", "a stranger changes state through a new function", `${cell.contract}.${cell.signature} is new, and a stranger's call goes through`, "make sure that everybody may do this"), where }];
  }
  // By call: some of a function's calls may always have been free to everybody.
  if (![...cell.takes.keys()].some((call) => !before.accepted.has(call))) return [...reentry, ...takes];
  return [...reentry, ...takes, { ...finding("guard-lost", "critical", "a call that the old version refuses goes through on the new one", `${cell.contract}.${cell.signature} accepts from a stranger what it refused before`, "find the check that was lost, or the state that lets the check pass"), where }];
}

function initializerFindings(before: StrangerCell | undefined, cell: StrangerCell): Finding[] {
  if (!cell.changed) return [];
  const known = before?.changed === true;
  const detail = `${cell.contract}.${cell.signature} can be called by anybody${known ? ", on the old version as well" : ""}`;
  return [
    {
      ...finding("initializer", "critical", "a stranger can initialize", detail, "call it in the same transaction as the upgrade, guard it, and disable the initializers of the bare implementation"),
      where: { address: cell.address, contract: cell.contract, function: cell.signature },
    },
  ];
}

function finding(id: string, severity: Finding["severity"], title: string, detail: string, remedy: string): Finding {
  return { rule: `rehearsal/probe/${id}`, severity, confidence: "high", title, detail, where: {}, remedy };
}
