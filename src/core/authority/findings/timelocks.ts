import type { Confidence, Finding, Severity } from "../../finding.js";
import { duration, listed, type AuthorityFacts, type Expectations, type TimelockFacts } from "../facts.js";

/** P10: a timelock that delays too little, lets everybody execute, or gives its roles to the wrong accounts. */
export function timelockFindings(facts: AuthorityFacts, expected: Expectations): Finding[] {
  return facts.timelocks.flatMap((timelock) => judge(timelock, facts, expected));
}

function judge(timelock: TimelockFacts, { graph }: AuthorityFacts, expected: Expectations): Finding[] {
  const findings: Finding[] = [];
  const { name, route } = expected;
  const trusted = expected.trust?.timelocks.find(({ address }) => address === timelock.address);
  const accepted = (list: readonly string[] | undefined, account: string) => list?.includes(account) ?? false;
  const kindOf = (account: string) => graph.get(account)?.kind;
  const say = (severity: Severity, confidence: Confidence, title: string, detail: string, remedy: string) =>
    findings.push({ rule: "P10", severity, confidence, title, detail, where: { address: timelock.address }, remedy });

  if (timelock.minDelay < expected.minDelay) {
    const title = timelock.minDelay === 0n ? "the timelock has no delay" : "the timelock's delay is too short";
    const detail = `${name(timelock.address)} waits ${duration(timelock.minDelay)}, wanted are ${duration(expected.minDelay)}`;
    say("high", "high", title, detail, "raise the delay by an operation that calls updateDelay");
  }
  if (timelock.openExecutor) {
    const detail = `everybody may execute a ready operation of ${name(timelock.address)}, in any order that predecessors allow`;
    const severity = trusted?.openExecutor === true ? "low" : "high";
    say(severity, "high", "everybody may execute", detail, "give EXECUTOR_ROLE to the Safe and revoke it from the zero address, or chain operations by predecessor");
  }
  const outside = timelock.admins.filter((account) => account !== timelock.address);
  if (outside.length > 0) {
    const severity = outside.every((account) => accepted(trusted?.admins, account)) ? "low" : "high";
    const detail = `${listed(outside.map(name))} can give every role of ${name(timelock.address)} to anybody, without its delay`;
    say(severity, "high", "somebody else administers the timelock's roles", detail, "renounce the admin role, so that roles change only through the timelock");
  } else if (!timelock.selfAdministered) {
    const detail = `${name(timelock.address)} does not hold its own admin role, and nobody else does: its roles are fixed for ever`;
    say("medium", "high", "nobody can change the timelock's roles", detail, "a lost Safe can't be replaced; move the proxies to a timelock that administers itself");
  }
  for (const account of timelock.proposers) {
    const who = name(account);
    if (route !== undefined && route.timelock === timelock.address && account !== route.safe) {
      const severity = accepted(trusted?.proposers, account) ? "low" : "high";
      say(severity, "high", "a proposer that is not the plan's Safe", `${who} may schedule operations on ${name(timelock.address)}`, "revoke PROPOSER_ROLE from it");
    } else if (kindOf(account) === "eoa") {
      const severity = accepted(trusted?.proposers, account) ? "low" : "high";
      say(severity, "high", "a single key may propose", `${who} is an account with one key, and may schedule any operation on ${name(timelock.address)}`, "give PROPOSER_ROLE to a Safe instead");
    }
  }
  for (const account of timelock.cancellers) {
    if (kindOf(account) !== "eoa") continue;
    const severity = accepted(trusted?.cancellers, account) ? "info" : "medium";
    say(severity, "high", "a single key may cancel", `${name(account)} alone can cancel every operation of ${name(timelock.address)}, a fix included`, "give CANCELLER_ROLE to a Safe, or accept it in the trust file");
  }
  for (const account of timelock.executors) {
    if (timelock.openExecutor || kindOf(account) !== "eoa") continue;
    const severity = accepted(trusted?.executors, account) ? "info" : "low";
    say(severity, "high", "a single key may execute", `${name(account)} executes ready operations of ${name(timelock.address)}`, "accept it in the trust file, or give EXECUTOR_ROLE to the Safe");
  }
  if (timelock.proposers.length > 0 && timelock.cancellers.length === 0) {
    say("medium", "high", "nobody can cancel", `an operation of ${name(timelock.address)} can't be stopped once it is scheduled`, "give CANCELLER_ROLE to the Safe");
  }
  return findings;
}
