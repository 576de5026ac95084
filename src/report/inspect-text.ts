import type { InspectResult } from "../core/schema/inspect.js";
import { visible } from "../core/visible.js";
import { findingsText, notRunText } from "./findings-text.js";

/** Seconds as a person says them: `2 d`, `90 min`, `0 s`. */
export function duration(seconds: string | bigint): string {
  const total = BigInt(seconds);
  if (total >= 86_400n && total % 3_600n === 0n) {
    return total % 86_400n === 0n ? `${total / 86_400n} d` : `${total / 86_400n} d ${(total % 86_400n) / 3_600n} h`;
  }
  if (total >= 3_600n && total % 3_600n === 0n) return `${total / 3_600n} h`;
  return total >= 60n && total % 60n === 0n ? `${total / 60n} min` : `${total} s`;
}

/** What `inspect` found, for a terminal: proxies, every path to new code, single points of failure, findings. */
export function inspectText(result: InspectResult): string {
  const nodes = new Map(result.authority.nodes.map((node) => [node.address, node]));
  const name = (address: string): string => visible(nodes.get(address)?.label ?? address);
  const lines = [`chain ${result.chainId}, block ${result.block.number}, reads ${result.reads.confidence}`];
  if (result.reads.endpoints.length > 0) {
    const { endpoints, quorum, provenWords, unproven } = result.reads;
    lines.push(`${quorum} of ${endpoints.length} endpoints agree on its hash; ${provenWords} words proven, ${unproven.length} answers believed`);
    for (const { endpoint, role, detail } of endpoints) lines.push(`  ${visible(endpoint)}  ${role}${detail === "" ? "" : `: ${visible(detail)}`}`);
  }
  for (const proxy of result.proxies) {
    lines.push("", `${name(proxy.address)}  ${proxy.address}  ${proxy.kind}`);
    lines.push(`  implementation  ${proxy.implementation ?? "none"}`);
    lines.push(`  initialized     version ${proxy.initialized.version} (${proxy.initialized.location})`);
    if (proxy.admin !== null) lines.push(`  admin           ${name(proxy.admin)}, owned by ${proxy.owner === null ? "nobody" : name(proxy.owner)}`);
    if (proxy.siblings.length > 0) lines.push(`  siblings        ${proxy.siblings.map(({ address, same }) => `${name(address)} (${same})`).join(", ")}`);
    for (const path of result.authority.paths.filter((candidate) => candidate.proxy === proxy.address)) {
      const way = [...path.steps].reverse().map(({ holder, right }) => `${name(holder)} (${right})`);
      lines.push(`  new code by     ${way.join(" → ")}: after ${duration(path.delay)}, ${path.keys} key(s)`);
    }
  }
  if (result.singlePointsOfFailure.length > 0) {
    lines.push("", "single points of failure");
    for (const { address, kind, effect, proxies } of result.singlePointsOfFailure) {
      const what = effect === "changes-code" ? "alone changes the code of" : "alone blocks a fix of";
      lines.push(`  ${name(address)} (${kind}) ${what} ${proxies.map(name).join(", ")}`);
    }
  }
  const notRun = notRunText("not checked", result.notRun);
  return [...lines, "", findingsText(result.findings), notRun, `verdict: ${result.verdict}`].filter((part, index) => part !== "" || index < lines.length).join("\n");
}
