import type { Confidence, Finding, Severity } from "../../finding.js";
import { duration, listed, type AuthorityFacts, type Expectations } from "../facts.js";
import type { AuthorityPath } from "../paths.js";

/** A path that is not as it should be, before equal ones are put together. */
interface Complaint {
  severity: Severity;
  confidence: Confidence;
  title: string;
  detail: (proxies: string) => string;
  remedy: string;
}

/**
 * P9: every path to new code is judged by itself: nobody's key, one key without delay, past the declared timelock, too
 * few keys, too short a delay, unknown code. Paths with the same flaw and the same holder become one finding that names
 * all their proxies.
 */
export function upgradeAuthorityFindings(facts: AuthorityFacts, expected: Expectations): Finding[] {
  const groups = new Map<string, { complaint: Complaint; path: AuthorityPath; proxies: Set<string> }>();
  for (const path of facts.paths) {
    const complaint = judge(path, expected);
    if (complaint === undefined) continue;
    const key = `${complaint.title} ${path.leaf.address}`;
    const group = groups.get(key) ?? { complaint, path, proxies: new Set<string>() };
    group.proxies.add(path.proxy);
    groups.set(key, group);
  }
  const findings = [...groups.values()].map(({ complaint, path, proxies }): Finding => ({
    rule: "P9",
    severity: complaint.severity,
    confidence: complaint.confidence,
    title: complaint.title,
    detail: `${complaint.detail(listed([...proxies].map(expected.name)))}; the path: ${describe(path, expected)}`,
    where: { address: path.leaf.kind === "anyone" ? path.proxy : path.leaf.address },
    remedy: complaint.remedy,
  }));
  for (const { address } of facts.proxies) {
    const node = facts.graph.get(address);
    if (node === undefined || node.complete || node.kind === "contract") continue;
    findings.push({
      rule: "P9",
      severity: "high",
      confidence: "medium",
      title: "who can change this code could not be resolved completely",
      detail: `${expected.name(address)}: ${node.facts.note ?? "not everything that its guard reads could be found out"}; ${node.ways.length} ways are known, there may be more`,
      where: { address },
      remedy: "read the guard of its upgrade function, and put the upgrade right behind a timelock that a Safe proposes to",
    });
  }
  return findings;
}

function judge(path: AuthorityPath, expected: Expectations): Complaint | undefined {
  const { leaf, delay, keys, proxy } = path;
  const who = expected.name(leaf.address);
  const remedy = "hand the upgrade right to a timelock that a Safe with several owners proposes to";
  if (leaf.kind === "anyone") {
    const title = delay === 0n ? "everybody can change the code" : "everybody can start a change of the code";
    return { severity: "critical", confidence: "high", title, remedy, detail: (proxies) => `no key is needed for ${proxies}` };
  }
  const declared = expected.route?.timelock ?? expected.trust?.proxies.find(({ address }) => address === proxy)?.timelock ?? undefined;
  const passes = declared === undefined || declared === null || path.steps.some(({ holder }) => holder === declared);
  const single = keys < Math.max(2, expected.minKeys) && leaf.kind !== "governor";
  if (delay === 0n && single) {
    return {
      severity: "high",
      confidence: "high",
      title: `${keys === 1 ? "one key changes" : `${keys} keys change`} the code at once`,
      remedy,
      detail: (proxies) => `${who} alone (${leaf.kind}, ${keys} of ${expected.minKeys} keys wanted) changes ${proxies} without any delay`,
    };
  }
  if (!passes) {
    return {
      severity: "high",
      confidence: "high",
      title: "the code can be changed past the declared timelock",
      remedy: "take this right away, so that the timelock is the only way",
      detail: (proxies) => `${who} changes ${proxies} without ${expected.name(declared)}`,
    };
  }
  if (leaf.kind === "contract") {
    return {
      severity: "medium",
      confidence: "medium",
      title: "a contract that could not be resolved can change the code",
      remedy: "find out who controls this contract; until then count it as one key",
      detail: (proxies) => `${who} decides over ${proxies} after ${duration(delay)}, and who decides over it is not known`,
    };
  }
  if (delay === 0n && leaf.kind !== "governor") {
    return {
      severity: "medium",
      confidence: "high",
      title: "the code can be changed without delay",
      remedy: "put a timelock between the Safe and the proxy",
      detail: (proxies) => `${who} (${keys} keys) changes ${proxies} at once`,
    };
  }
  if (delay < expected.minDelay && leaf.kind !== "governor") {
    return {
      severity: "medium",
      confidence: "high",
      title: "the code can be changed after a delay that is too short",
      remedy: `raise the delay to at least ${duration(expected.minDelay)}`,
      detail: (proxies) => `${who} changes ${proxies} after ${duration(delay)}, wanted are ${duration(expected.minDelay)}`,
    };
  }
  if (single) {
    return {
      severity: "medium",
      confidence: "high",
      title: "one key is enough to change the code after the delay",
      remedy,
      detail: (proxies) => `${who} alone changes ${proxies} after ${duration(delay)}`,
    };
  }
  return undefined;
}

/** `Exchange ← admin ProxyAdmin ← owner Timelock (2 d) ← proposer Safe`. */
export function describe(path: Pick<AuthorityPath, "proxy" | "steps">, { name }: Pick<Expectations, "name">): string {
  const steps = path.steps.map(({ holder, right, delay }) => `${right} ${name(holder)}${delay === 0n ? "" : ` (${duration(delay)})`}`);
  return [name(path.proxy), ...steps].join(" ← ");
}
