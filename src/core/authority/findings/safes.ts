import type { Confidence, Finding, Severity } from "../../finding.js";
import { safeContractByCode } from "../../safe/known-code.js";
import { listed, type AuthorityFacts, type Expectations, type SafeFacts } from "../facts.js";

/** P11: a Safe whose threshold, modules, guards, fallback handler or singleton make it weaker than its owners think. */
export function safeFindings(facts: AuthorityFacts, expected: Expectations): Finding[] {
  return facts.safes.flatMap((safe) => judge(safe, facts, expected));
}

function judge(safe: SafeFacts, { graph }: AuthorityFacts, expected: Expectations): Finding[] {
  const findings: Finding[] = [];
  const { name } = expected;
  const who = name(safe.address);
  const trusted = expected.trust?.safes.find(({ address }) => address === safe.address);
  const say = (severity: Severity, confidence: Confidence, title: string, detail: string, remedy: string) =>
    findings.push({ rule: "P11", severity, confidence, title, detail, where: { address: safe.address }, remedy });

  const { threshold, owners } = safe;
  const share = `${threshold} of ${owners.length} owners`;
  if (threshold < expected.minKeys) {
    say("high", "high", "the Safe's threshold is too low", `${share} of ${who} are enough, wanted are ${expected.minKeys}`, "raise the threshold");
  } else if (threshold * 2 < owners.length) {
    say("medium", "high", "less than half of the owners are enough", `${share} of ${who} are enough`, "raise the threshold, or remove owners");
  }
  if (threshold === owners.length && owners.length > 1) {
    say("medium", "high", "one lost key locks the Safe", `all ${owners.length} owners of ${who} must sign`, "add an owner, or lower the threshold by one");
  }
  const known = safeContractByCode(safe.singletonCodeHash);
  if (known?.kind !== "singleton") {
    const accepted = trusted?.singletonCodeHash === safe.singletonCodeHash && trusted.singleton === safe.singleton;
    const detail = `${who} runs the code at ${safe.singleton} (hash ${safe.singletonCodeHash}), which is no published Safe`;
    say(accepted ? "low" : "critical", "high", "unknown Safe singleton", detail, "do not sign; compare with the Safe project's deployments");
  }
  for (const moduleAddress of safe.modules) {
    const accepted = trusted?.modules.includes(moduleAddress) ?? false;
    const kind = graph.get(moduleAddress)?.kind ?? "contract";
    const detail = `${name(moduleAddress)} (${kind}) acts for ${who} without any owner's signature`;
    say(accepted ? "low" : "high", "high", "a module can act for the Safe", detail, "disable the module, or accept it in the trust file");
  }
  if (safe.guard !== null && trusted?.guard !== safe.guard) {
    say("medium", "high", "a guard can refuse every transaction", `${name(safe.guard)} is asked before each transaction of ${who}`, "read its code, and accept it in the trust file");
  }
  if (safe.moduleGuard !== null && trusted?.moduleGuard !== safe.moduleGuard) {
    say("low", "high", "a guard checks the modules", `${name(safe.moduleGuard)} is asked before each module transaction of ${who}`, "read its code, and accept it in the trust file");
  }
  const handlerIsKnown = safeContractByCode(safe.fallbackHandlerCodeHash ?? "")?.kind === "fallback-handler";
  if (safe.fallbackHandler !== null && trusted?.fallbackHandler !== safe.fallbackHandler && !handlerIsKnown) {
    const detail = `${name(safe.fallbackHandler)} answers for ${who} where the Safe has no function, isValidSignature included`;
    say("medium", "medium", "unknown fallback handler", detail, "set the handler that the Safe project publishes for this version");
  }
  const contracts = owners.filter((owner) => graph.get(owner)?.kind === "contract");
  if (contracts.length > 0) {
    say("medium", "medium", "owners that could not be resolved", `who acts for ${listed(contracts.map(name))}, owners of ${who}, is not known`, "find out who controls them");
  }
  return findings;
}
