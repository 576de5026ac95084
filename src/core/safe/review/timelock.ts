import type { DecodedCall } from "../../decode/types.js";
import type { Finding, NotRun } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { RuleInput, SafeRule, TimelockFacts } from "./types.js";

const isSchedule = ({ function: signature }: DecodedCall): boolean =>
  signature === "schedule(address,uint256,bytes,bytes32,bytes32,uint256)" ||
  signature === "scheduleBatch(address[],uint256[],bytes[],bytes32,bytes32,uint256)";
const isExecute = ({ function: signature }: DecodedCall): boolean =>
  signature === "execute(address,uint256,bytes,bytes32,bytes32)" ||
  signature === "executeBatch(address[],uint256[],bytes[],bytes32,bytes32)";
const operationOf = (call: DecodedCall): string => call.notes.find(({ name }) => name === "operation id")?.value ?? "";

/** A timelock that only looks like the signer's own: what is scheduled there never happens here. */
export const unknownTimelock: SafeRule = ({ calls, trust }) => {
  const known = new Set((trust?.timelocks ?? []).map(({ address }) => address.toLowerCase()));
  if (known.size === 0) return { findings: [] };
  return {
    findings: calls
      .filter((call) => (isSchedule(call) || isExecute(call)) && !known.has(call.to?.toLowerCase() ?? ""))
      .map((call) =>
        aboutCall(call, {
          rule: "unknown-timelock",
          severity: "medium",
          title: "a timelock that your trust file does not know",
          detail: `${call.to ?? "an unknown address"} is asked to schedule or execute; your trust file knows ${[...known].join(", ")}`,
          remedy: "find out whose timelock it is",
        }),
      ),
  };
};

/** The delay of what is scheduled, against the timelock's live minimum and the trust file's limit. */
export const timelockDelay: SafeRule = (input) => {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  for (const call of input.calls.filter(isSchedule)) {
    const delay = BigInt(argument(call, "delay"));
    const minimum = factsOf(input, call)?.minDelay;
    const limit = BigInt(input.trust?.limits.minDelay ?? 0);
    if (minimum === undefined)
      notRun.push({
        check: "the timelock's minimum delay",
        reason: `getMinDelay() of ${call.to ?? "the timelock"} was not read`,
      });
    if (minimum !== undefined && delay < minimum)
      findings.push(short(call, `${delay} s is less than the timelock's minimum of ${minimum} s: the call reverts`));
    else if (delay < limit)
      findings.push(short(call, `${delay} s is less than the ${limit} s that your trust file asks for`));
    else if (delay === 0n) findings.push(short(call, "the delay is 0: nobody can react before it is executed"));
  }
  return { findings, notRun };
};

function short(call: DecodedCall, detail: string): Finding {
  return aboutCall(call, {
    rule: "timelock-delay",
    severity: "high",
    title: "the timelock's delay is too short",
    detail,
    remedy: "have it scheduled with the full delay",
  });
}

/**
 * Operations that are scheduled side by side can be executed in any order, some of them never; with an open executor, by
 * anybody, at the worst moment (Sonne 2024: the market was opened before its first deposit was burnt).
 */
export const unlinkedOperations: SafeRule = (input) => {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const byTimelock = Map.groupBy(input.calls.filter(isSchedule), ({ to }) => to ?? "");
  for (const [timelock, calls] of byTimelock) {
    const [first] = calls;
    if (!first) continue;
    const trusted = input.trust?.timelocks.find(({ address }) => address === timelock);
    const facts = factsOf(input, first);
    const open = facts?.openExecutor ?? trusted?.openExecutor;
    const loose = looseEnds(calls);
    const others = facts?.pending.filter((id) => !calls.some((call) => operationOf(call) === id)) ?? [];
    const who = open === undefined ? "possibly anybody" : open ? "anybody" : "its executors";
    if (open === undefined)
      notRun.push({ check: "who may execute", reason: `the executors of the timelock ${timelock} were not read` });
    if (open === true && facts?.pendingUnread !== undefined)
      notRun.push({ check: `other pending operations of the timelock ${timelock}`, reason: facts.pendingUnread });
    if (loose > 1)
      findings.push(
        aboutCall(first, {
          rule: "unlinked-operations",
          severity: open === undefined ? "high" : open ? "critical" : "low",
          title: "timelock operations that may run in any order",
          detail: `${calls.length} operations are scheduled, ${loose} of them wait for no other: ${who} can execute them in any order, or only some`,
          remedy: "schedule one batch, or link each operation to the one before by its predecessor",
        }),
      );
    else if (open === true)
      findings.push(
        aboutCall(first, {
          rule: "open-executor",
          severity: others.length > 0 ? "high" : "medium",
          title: "anybody may execute this operation",
          detail:
            others.length > 0
              ? `the timelock's executor role is open, and ${others.length} other operations are pending that this one is not linked to`
              : "the timelock's executor role is open: anybody chooses the moment once the delay has passed",
          remedy: "make the operation safe at any moment and in any order, or close the executor role",
        }),
      );
  }
  return { findings, notRun };
};

/** How many of the operations do not wait for exactly one other of them, which nobody else waits for. */
function looseEnds(calls: readonly DecodedCall[]): number {
  const ids = new Set(calls.map(operationOf));
  const taken = new Set<string>();
  return calls.filter((call) => {
    const predecessor = argument(call, "predecessor");
    if (!ids.has(predecessor) || taken.has(predecessor)) return true;
    taken.add(predecessor);
    return false;
  }).length;
}

/** That what is executed or cancelled is what was scheduled. */
export const timelockState: SafeRule = (input) => {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const cancels = (call: DecodedCall): boolean => call.function === "cancel(bytes32)";
  for (const call of input.calls.filter((found) => isExecute(found) || cancels(found))) {
    const id = cancels(call) ? argument(call, 0) : operationOf(call);
    const state = factsOf(input, call)?.operations.get(id);
    if (state === undefined) {
      notRun.push({
        check: "the operation's state",
        reason: `operation ${id} of ${call.to ?? "the timelock"} was not read`,
      });
      continue;
    }
    const good = cancels(call) ? state === "waiting" || state === "ready" : state === "ready";
    if (!good)
      findings.push(
        aboutCall(call, {
          rule: "timelock-state",
          severity: "high",
          title: cancels(call) ? "cancels what is not pending" : "executes what is not ready",
          detail: `operation ${id} is ${state === "unset" ? "not scheduled: something else was, or nothing" : state}`,
          remedy: "run `upgrade status` to see where the operation stands",
        }),
      );
  }
  return { findings, notRun };
};

function factsOf(input: RuleInput, call: DecodedCall): TimelockFacts | undefined {
  return input.chainFacts?.timelocks.get(call.to?.toLowerCase() ?? "");
}
