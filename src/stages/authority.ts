import { keccak256 } from "ethers";
import type { BlockRef, ChainPort } from "../chain/port.js";
import { readProxy } from "../chain/proxy.js";
import { codeHash, getCode, pin } from "../chain/reads.js";
import { planCallFindings } from "../core/authority/findings/plan-calls.js";
import { lookAlikeOf } from "../core/authority/look-alike.js";
import { gate, type Finding, type Gate, type NotRun, type Policy } from "../core/finding.js";
import type { InspectResult } from "../core/schema/inspect.js";
import type { PlanChange, PlanCore } from "../core/schema/plan.js";
import type { Trust } from "../core/schema/trust.js";
import { inspect } from "./inspect.js";

export interface PlanAuthorityInput {
  chain: ChainPort;
  plan: PlanCore;
  block?: BlockRef;
  /** Names by checksummed address: the deployments of this chain. */
  labels?: Readonly<Record<string, string>>;
  trust?: Trust;
  fromBlock?: bigint;
  policy?: Policy;
  /** `propose` deploys the new implementations after this check: that they are not there yet is no gap then. */
  beforeDeployment?: boolean;
}

export interface PlanAuthority extends Gate {
  /** The inspection of the plan's proxies, for the picture and the report. */
  inspection: InspectResult;
}

/**
 * The chain-state checks of a plan: who can change its proxies, judged by its route (P9–P12), what its calls do to
 * authority (P14), whether its implementations are what they should be (P15), and whether its addresses are (P16).
 *
 * @throws DrydockError as {@link inspect}.
 */
export async function planAuthority(input: PlanAuthorityInput): Promise<PlanAuthority> {
  const { chain, plan, labels = {}, trust } = input;
  const block = await pin(chain, input.block ?? "latest");
  const names = { ...labels, ...trust?.labels };
  const name = (address: string) => names[address] ?? address;
  const proxies = plan.changes.filter(({ kind }) => kind !== "pointer").map(({ proxy }) => proxy);
  const inspection = await inspect({ ...input, addresses: proxies.length > 0 ? proxies : [plan.timelock], block, route: { safe: plan.safe, timelock: plan.timelock } });
  const notRun: NotRun[] = [...inspection.notRun];
  const findings: Finding[] = [
    ...inspection.findings,
    ...planCallFindings(plan, name),
    ...(await Promise.all(plan.changes.map((change) => implementationFindings(chain, change, block, name, input.beforeDeployment === true ? [] : notRun)))).flat(),
    ...(await addressFindings(chain, plan, block, Object.keys(names), name)),
  ];
  return { ...gate("authority", findings, notRun, input.policy ?? trust?.policy), inspection };
}

/** P15: the live implementation is not the planned old one, or the new one is a proxy or has other code than planned. */
async function implementationFindings(
  chain: ChainPort,
  change: PlanChange,
  block: bigint,
  name: (address: string) => string,
  notRun: NotRun[],
): Promise<Finding[]> {
  const [live, oldHash, next, nextCode] = await Promise.all([
    readProxy(chain, change.proxy, block),
    codeHash(chain, change.oldImplementation, block),
    readProxy(chain, change.newImplementation, block),
    getCode(chain, change.newImplementation, block),
  ]);
  const say = (title: string, detail: string, address: string, remedy: string): Finding => ({
    rule: "P15",
    severity: "critical",
    confidence: "high",
    title,
    detail,
    where: { address },
    remedy,
  });
  const findings: Finding[] = [];
  if (change.kind !== "pointer" && live.implementation !== change.oldImplementation) {
    const detail = `${name(change.proxy)} runs ${live.implementation ?? "nothing"}, the plan replaces ${change.oldImplementation}`;
    findings.push(say("the live implementation is not the planned one", detail, change.proxy, "resolve the plan again; somebody upgraded in between"));
  }
  if (oldHash !== change.oldCodeHash) {
    const detail = `the code at ${change.oldImplementation} hashes to ${oldHash}, the plan says ${change.oldCodeHash}`;
    findings.push(say("the live implementation's code is not the planned one", detail, change.oldImplementation, "resolve the plan again"));
  }
  if (nextCode === "0x") {
    notRun.push({ check: `code of the new implementation ${change.newImplementation}`, reason: "it is not deployed yet" });
    return findings;
  }
  if (keccak256(nextCode) !== change.newCodeHash) {
    const detail = `the code at ${change.newImplementation} hashes to ${keccak256(nextCode)}, the plan says ${change.newCodeHash}`;
    findings.push(say("the new implementation's code is not the planned one", detail, change.newImplementation, "do not sign"));
  }
  if (next.kind !== "none") {
    const detail = `${change.newImplementation}, the new code of ${name(change.proxy)}, is a proxy itself (${next.kind})`;
    findings.push(say("the new implementation is itself a proxy", detail, change.newImplementation, "upgrade to a plain contract"));
  }
  return findings;
}

/** P16: an address of the plan without code, or one that could be taken for a known one. */
async function addressFindings(
  chain: ChainPort,
  plan: PlanCore,
  block: bigint,
  labelled: readonly string[],
  name: (address: string) => string,
): Promise<Finding[]> {
  const used = [...new Set([plan.safe, plan.timelock, ...plan.changes.map(({ proxy }) => proxy), ...plan.calls.map(({ target }) => target)])];
  const known = [...labelled, ...plan.changes.flatMap(({ oldImplementation, newImplementation }) => [oldImplementation, newImplementation])];
  const findings: Finding[] = [];
  const codes = await Promise.all(used.map((address) => getCode(chain, address, block)));
  for (const [index, address] of used.entries()) {
    if (codes[index] === "0x") {
      const detail = `${name(address)} has no code at block ${block}; a call to it succeeds and does nothing`;
      findings.push({ rule: "P16", severity: "high", confidence: "high", title: "an address of the plan has no code", detail, where: { address }, remedy: "check the address and the chain" });
    }
    const like = lookAlikeOf(address, [...known, ...used.filter((other) => other !== address)]);
    if (like !== undefined && !labelled.includes(address)) {
      const detail = `${address} could be taken for ${like}${name(like) === like ? "" : ` (${name(like)})`}`;
      findings.push({ rule: "P16", severity: "high", confidence: "high", title: "an address of the plan looks like a known one", detail, where: { address }, remedy: "compare all forty digits over another channel" });
    }
  }
  return findings;
}
