import type { Finding } from "../../finding.js";
import { EMPTY_CODE_HASH } from "../../proxy/bytecode.js";
import { isDisabled } from "../../proxy/initialized.js";
import { listed, type AuthorityFacts, type Expectations, type ProxyFacts } from "../facts.js";

/** P12, P15 and P16: implementations that anybody can initialize, that are proxies themselves, or that are not there. */
export function implementationFindings({ proxies }: AuthorityFacts, expected: Expectations): Finding[] {
  const byImplementation = new Map<string, ProxyFacts[]>();
  for (const proxy of proxies) {
    if (proxy.implementation === undefined || proxy.kind === "beacon-proxy") continue;
    byImplementation.set(proxy.implementation, [...(byImplementation.get(proxy.implementation) ?? []), proxy]);
  }
  return [...byImplementation].flatMap(([implementation, behind]) => judge(implementation, behind, expected));
}

function judge(implementation: string, behind: readonly ProxyFacts[], { name }: Expectations): Finding[] {
  const proxies = listed(behind.map(({ address }) => name(address)));
  const { implementationInitialized: own, implementationInitializable, implementationIsProxy, implementationCodeHash } = behind[0]!;
  const findings: Finding[] = [];
  if (implementationCodeHash === EMPTY_CODE_HASH) {
    findings.push({
      rule: "P16",
      severity: "high",
      confidence: "high",
      title: "the implementation has no code",
      detail: `${name(implementation)}, behind ${proxies}, is empty: every call succeeds and does nothing`,
      where: { address: implementation },
      remedy: "upgrade to an implementation that is deployed on this chain",
    });
  }
  if (implementationIsProxy) {
    findings.push({
      rule: "P15",
      severity: "critical",
      confidence: "high",
      title: "the implementation is itself a proxy",
      detail: `${name(implementation)}, behind ${proxies}, delegates further; whoever controls it changes the code without any upgrade`,
      where: { address: implementation },
      remedy: "upgrade to an implementation that is a plain contract",
    });
  }
  if (own === null || implementationIsProxy) return findings;
  const legacy = !implementationInitializable && behind.some(({ initialized }) => initialized.location === "legacy");
  if (own.version === 0n && (implementationInitializable || legacy)) {
    findings.push({
      rule: "P12",
      severity: "high",
      confidence: implementationInitializable ? "high" : "medium",
      title: "the bare implementation is not initialized",
      detail: `anybody can initialize ${name(implementation)}, behind ${proxies}, and own it: its _initialized is 0`,
      where: { address: implementation },
      remedy: "call _disableInitializers() in the constructor of the next implementation, and initialize this one now",
    });
  } else if (own.version !== 0n && implementationInitializable && !isDisabled(own)) {
    findings.push({
      rule: "P12",
      severity: "low",
      confidence: "high",
      title: "the bare implementation was initialized by somebody",
      detail: `${name(implementation)}, behind ${proxies}, has _initialized ${own.version} instead of disabled initializers`,
      where: { address: implementation },
      remedy: "check who initialized it; call _disableInitializers() in the constructor of the next implementation",
    });
  }
  return findings;
}
