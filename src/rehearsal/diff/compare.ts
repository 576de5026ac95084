import type { Finding } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { AccountChange, RehearsalEvent, StateChange } from "../../core/schema/rehearsal.js";
import type { Fork, ForkLog } from "../fork/fork.js";
import { accountChanges } from "./account-changes.js";
import { expectedInWords, matches, meansPlace } from "./expected.js";
import type { ContractNames, NamedPart } from "./names.js";
import type { RouteEffects } from "./route-effects.js";
import type { StateDiff } from "./transaction-diff.js";
import { getAddress } from "ethers";

/** Splits a changed word into the named parts that changed; undefined when nothing explains it. */
export type SlotNamer = (address: string, slot: string, before: string, after: string) => NamedPart[] | undefined;

export interface ComparedDiff {
  stateDiff: StateChange[];
  accounts: AccountChange[];
  events: RehearsalEvent[];
  findings: Finding[];
  /** What would have been declared, had somebody declared all that was seen. */
  suggestion: Expectations;
}

/**
 * The two-way comparison: every change is explained by the route, by the plan core, or by a declaration; and every
 * declaration is fulfilled. Both an unexpected and a missing change block.
 */
export async function compareDiff(options: {
  fork: Fork;
  diff: StateDiff;
  logs: readonly ForkLog[];
  names: ContractNames;
  nameSlot: SlotNamer;
  effects: RouteEffects;
  expectations: Expectations;
  baseBlock: bigint;
}): Promise<ComparedDiff> {
  const { fork, diff, logs, names, expectations, baseBlock } = options;
  const stateDiff = storageChanges(options);
  const accounts = await accountChanges(fork, diff, logs, names, expectations, baseBlock);
  const events = routeEvents(options);
  const findings = [
    ...stateDiff.filter(({ expected }) => !expected).map(unexpectedStorage),
    ...accounts.filter(({ expected }) => !expected).map(unexpectedAccount),
    ...unexpectedEvents(events),
    ...missing(expectations, stateDiff, accounts, events, names),
  ];
  return { stateDiff, accounts, events, findings, suggestion: suggest(stateDiff, accounts, events, names) };
}

function storageChanges({ diff, names, nameSlot, effects, expectations }: Parameters<typeof compareDiff>[0]): StateChange[] {
  const changes: StateChange[] = [];
  for (const [address, { storage }] of diff) {
    const contract = names.of(address);
    for (const [slot, change] of storage) {
      const route = effects.slot(address, slot, change);
      if (route !== undefined) {
        changes.push({ address, contract, slot, ...change, name: route.name, expected: true, by: route.by });
        continue;
      }
      const parts = nameSlot(address, slot, change.before, change.after) ?? [{ name: null, ...change }];
      for (const { name, before, after } of parts) {
        const expected = expectations.storage.some(
          (declared) =>
            names.means(declared.contract, address) &&
            (meansPlace(declared.name, slot) || (name !== null && meansPlace(declared.name, name))) &&
            (declared.before === undefined || matches(declared.before, before, before)) &&
            matches(declared.after, after, before),
        );
        changes.push({ address, contract, slot, name, before, after, expected, by: expected ? "expectations" : null });
      }
    }
  }
  return changes.sort((a, b) => compare(a.address, b.address) || compare(a.slot, b.slot) || compare(a.name ?? "", b.name ?? ""));
}

function routeEvents({ logs, names, effects, expectations }: Parameters<typeof compareDiff>[0]): RehearsalEvent[] {
  return logs.map((log) => {
    const name = names.event(log.address, log.topics[0]);
    const route = effects.event(log);
    const declared = expectations.events.some((event) => isEvent(event, { ...log, name }, names));
    const by = route ?? (declared ? "expectations" : null);
    const address = getAddress(log.address);
    return { address, contract: names.of(address), name, topics: log.topics, data: log.data, expected: by !== null, by };
  });
}

function unexpectedStorage({ address, contract, slot, name, before, after }: StateChange): Finding {
  return {
    rule: "rehearsal/unexpected-change",
    severity: "high",
    confidence: "high",
    title: "the upgrade changes storage that nobody declared",
    detail: `${contract ?? address}: ${name ?? `slot ${slot}`} goes from ${before} to ${after}`,
    where: { address, slot },
    remedy: "if the change is meant, declare it in expectations.ts (`rehearse --suggest` drafts it); else find out who writes it",
  };
}

function unexpectedAccount({ address, contract, kind, token, before, after }: AccountChange): Finding {
  return {
    rule: "rehearsal/unexpected-account-change",
    severity: "high",
    confidence: "high",
    title: `the upgrade changes a ${kind === "token" ? "token balance" : kind} that nobody declared`,
    detail: `${contract ?? address}: ${kind}${token === undefined ? "" : ` of token ${token}`} goes from ${before} to ${after}`,
    where: { address },
    remedy: "if the change is meant, declare it in expectations.ts; else find out where it comes from",
  };
}

function unexpectedEvents(events: readonly RehearsalEvent[]): Finding[] {
  return events
    .filter(({ expected }) => !expected)
    .map(({ address, contract, name, topics }) => ({
      rule: "rehearsal/unexpected-event",
      severity: "high",
      confidence: "high",
      title: "the upgrade emits an event that nobody declared",
      detail: `${contract ?? address} emits ${name ?? topics[0] ?? "an anonymous event"}`,
      where: { address },
      remedy: "if the event is meant, declare it in expectations.ts; else find out who emits it",
    }));
}

function missing(
  expectations: Expectations,
  storage: readonly StateChange[],
  accounts: readonly AccountChange[],
  events: readonly RehearsalEvent[],
  names: ContractNames,
): Finding[] {
  const finding = (detail: string, where: string): Finding => ({
    rule: "rehearsal/missing-change",
    severity: "high",
    confidence: "high",
    title: "a declared change does not happen",
    detail,
    where: { contract: where },
    remedy: "correct the upgrade, or the expectation if it is wrong",
  });
  const findings: Finding[] = [];
  for (const { contract, name, before, after } of expectations.storage) {
    const isDone = storage.some(
      (change) =>
        names.means(contract, change.address) &&
        (meansPlace(name, change.slot) || (change.name !== null && meansPlace(name, change.name))) &&
        (before === undefined || matches(before, change.before, change.before)) &&
        matches(after, change.after, change.before),
    );
    if (!isDone) findings.push(finding(`${contract}: ${name} should become ${expectedInWords(after)}`, contract));
  }
  for (const { contract, kind, token, after } of expectations.accounts) {
    const isDone = accounts.some(
      (change) =>
        change.kind === kind &&
        names.means(contract, change.address) &&
        (token === undefined || (change.token !== undefined && names.means(token, change.token))) &&
        matches(after, change.after, change.before),
    );
    if (!isDone) findings.push(finding(`${contract}: ${kind} should become ${expectedInWords(after)}`, contract));
  }
  for (const declared of expectations.events) {
    const { contract, event, count = 1, args } = declared;
    const seen = events.filter((one) => isEvent(declared, one, names)).length;
    const which = args === undefined ? event : `${event} with ${Object.entries(args).map(([name, value]) => `${name} ${expectedInWords(value)}`).join(", ")}`;
    if (seen !== count) findings.push(finding(`${contract}: ${which} should be emitted ${count} time(s), and is ${seen} time(s)`, contract));
  }
  return findings;
}

function isEvent(
  { contract, event, args }: Expectations["events"][number],
  log: { address: string; name: string | null; topics: readonly string[]; data: string },
  names: ContractNames,
): boolean {
  if (!names.means(contract, log.address) || (event !== log.name && event.toLowerCase() !== log.topics[0])) return false;
  if (args === undefined) return true;
  const actual = names.eventArguments(log.address, log.topics, log.data);
  return Object.entries(args).every(([name, value]) => actual?.[name] !== undefined && matches(value, actual[name], actual[name]));
}

/** A declaration of everything that the route does not explain. */
function suggest(
  storage: readonly StateChange[],
  accounts: readonly AccountChange[],
  events: readonly RehearsalEvent[],
  names: ContractNames,
): Expectations {
  const own = <T extends { by: string | null }>(items: readonly T[]): T[] =>
    items.filter(({ by }) => by === null || by === "expectations");
  const counts = new Map<string, { contract: string; event: string; args: Record<string, string> | undefined; count: number }>();
  for (const { address, contract, name, topics, data } of own(events)) {
    const event = name ?? topics[0] ?? "";
    const args = names.eventArguments(address, topics, data);
    const key = `${address} ${event} ${JSON.stringify(args)}`;
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { contract: contract ?? address, event, args, count });
  }
  return {
    schema: "drydock/expectations@1",
    storage: own(storage).map(({ address, contract, name, slot, before, after }) => ({
      contract: contract ?? address,
      name: name ?? slot,
      before,
      after,
    })),
    accounts: own(accounts).map(({ address, contract, kind, token, after }) => ({
      contract: contract ?? address,
      kind,
      ...(token === undefined ? {} : { token }),
      after,
    })),
    events: [...counts.values()].map(({ contract, event, args, count }) => ({
      contract,
      event,
      ...(args === undefined || Object.keys(args).length === 0 ? {} : { args }),
      ...(count === 1 ? {} : { count }),
    })),
    differences: [],
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
