import { FunctionFragment, id, Interface } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, ScenarioResult } from "../../core/schema/rehearsal.js";
import type { ContractNames } from "../diff/names.js";
import type { Fork } from "../fork/fork.js";
import { describeRevert } from "../route/reverts.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import { declareDifferences } from "../scenarios/compare-frames.js";
import { playOne, type PlayedTransaction } from "../traffic/play.js";
import { isSameStep } from "../traffic/traffic-replay.js";
import type { KnownContract } from "../types.js";
import { holdings, standings, type Actors, type Standings } from "./actors.js";
import { callLists, encoded } from "./call-lists.js";
import { probeNewFunctions, type ProbedFunctions, type WayOut } from "./new-functions.js";

/** Under this id the author declares what may differ: `differences: [{ scenario: "accounts", … }]`. */
export const ACCOUNTS = "accounts";
/** Argument lists per account and function that both versions have. */
const LISTS = 16;
const TRANSFER = id("Transfer(address,address,uint256)");
/** Gas of the same call is worth a word from this growth on. */
const GAS_FACTOR = 2n;
const GAS_LEAST = 20_000n;

interface AccountCall {
  label: string;
  from: string;
  to: string;
  data: string;
  value: bigint;
}

/** With what accounts hold afterwards, by the contract's own getters. */
type Played = (PlayedTransaction & { holdings: Standings }) | { refused: string };

interface ProbeOptions {
  fork: Fork;
  contracts: readonly KnownContract[];
  actors: Actors;
  pool: ArgumentPool;
  names: ContractNames;
  blockTime: bigint;
  seed: string;
}

/**
 * Accounts that exist make their own real calls again, and call every function that both versions have, on old and new from
 * the same state at the same time: the generic way to see that nobody is locked in, paid otherwise, or let through.
 */
export class AccountProbe {
  private readonly calls: readonly AccountCall[];
  /** By contract: what accounts hold before anything is played, on the side that was played last. */
  private readonly standing = new Map<string, Standings>();
  private readonly played = { old: new Map<AccountCall, Played>(), new: new Map<AccountCall, Played>() };

  constructor(private readonly options: ProbeOptions) {
    this.calls = callsOf(options);
  }

  async play(side: "old" | "new"): Promise<void> {
    const { fork, names, blockTime } = this.options;
    const watched = this.options.actors.holders.map(({ address }) => address);
    for (const contract of this.options.contracts) this.standing.set(contract.address, await standings(fork, contract, watched));
    for (const call of this.calls) {
      const contract = this.options.contracts.find(({ address }) => address === call.to);
      const look = async (): Promise<Standings> => (contract === undefined ? new Map() : holdings(await standings(fork, contract, watched)));
      this.played[side].set(call, await fork.attempt(() => playCall({ fork, names, call, side, blockTime, look })));
    }
  }

  /** What went through on `side`, in the order in which it was tried. */
  wentThrough(side: "old" | "new"): { label: string; from: string; to: string; data: string }[] {
    return this.calls.filter((call) => call.value === 0n && !("refused" in (this.played[side].get(call) ?? { refused: "" })));
  }

  /** On the new version, after it was played: functions that are new, called by accounts that exist. */
  async probeNew(): Promise<ProbedFunctions> {
    return probeNewFunctions({ ...this.options, waysOut: (address) => this.waysOut(address) });
  }

  /** How existing functions of the contract at `to` let an account's holding fall most, on the new version. */
  private waysOut(to: string): WayOut[] {
    const contract = this.options.contracts.find(({ address }) => address === to);
    const iface = new Interface((contract?.abi ?? []) as never[]);
    const most = new Map<string, WayOut>();
    for (const [call, played] of this.played.new) {
      if (call.to !== to || "refused" in played) continue;
      for (const [where, was] of this.standing.get(to) ?? []) {
        const fell = was - (played.holdings.get(where) ?? was);
        const key = `${call.from} ${where}`;
        if (where.endsWith(`(${call.from})`) && fell > (most.get(key)?.fell ?? 0n)) most.set(key, { caller: call.from, to, where, fell, iface, data: call.data });
      }
    }
    return [...most.values()];
  }

  result(expectations: Expectations): { scenario: ScenarioResult; findings: Finding[] } {
    const { actors } = this.options;
    const raw: Difference[] = [];
    const gas: { action: string; old: string; new: string }[] = [];
    const grown: string[] = [];
    for (const call of this.calls) {
      const [old, current] = [this.played.old.get(call), this.played.new.get(call)];
      if (old === undefined || current === undefined) continue;
      raw.push(...compare(call.label, old, current, (place) => this.options.contracts.some(({ name }) => place.startsWith(`${name}.`))));
      if ("refused" in old || "refused" in current) continue;
      gas.push({ action: call.label, old: String(old.gas), new: String(current.gas) });
      if (current.gas > GAS_FACTOR * old.gas && current.gas - old.gas > GAS_LEAST) grown.push(`${call.label}: ${old.gas} → ${current.gas}`);
    }
    const differences = declareDifferences(ACCOUNTS, raw, expectations);
    const undeclared = differences.filter(({ expected }) => !expected);
    const went = [...this.played.old.values()].filter((played) => !("refused" in played)).length;
    const scenario: ScenarioResult = {
      id: ACCOUNTS,
      title: `${actors.holders.length} accounts that exist make ${this.calls.length} calls, of which ${went} go through on the old version`,
      verdict: undeclared.length > 0 ? "blocked" : "pass",
      differences,
      invariants: [],
      series: [],
      gas,
      ...(actors.holders.length > 0 ? {} : { notes: ["no account was found that holds something or sent something: nobody could call"] }),
      detail: "",
    };
    return { scenario, findings: [...findingsOf(undeclared), ...gasFindings(grown)] };
  }
}

function callsOf({ contracts, actors, pool, seed, names }: ProbeOptions): AccountCall[] {
  const holders = actors.holders.map(({ address }) => address);
  const calls = new Map<string, AccountCall>();
  const add = (call: AccountCall): void => {
    const key = `${call.from} ${call.to} ${call.data} ${call.value}`;
    if (!calls.has(key)) calls.set(key, call);
  };
  for (const { from, to, data, value } of pool.calls) {
    const fragment = names.interfacesFor(to).map((iface) => iface.getFunction(data.slice(0, 10))).find((found) => found !== null);
    add({ label: `${names.of(to) ?? to}.${fragment?.format("sighash") ?? data.slice(0, 10)} sent by ${from} again`, from, to, data, value });
  }
  for (const { address: to, name, abi, oldAbi } of contracts) {
    const iface = new Interface((abi ?? []) as never[]);
    const old = new Interface((oldAbi ?? abi ?? []) as never[]);
    for (const fragment of old.fragments) {
      if (!(fragment instanceof FunctionFragment) || fragment.constant) continue;
      // What the new version no longer has is called on both as well: it goes away for those who use it.
      const by = iface.getFunction(fragment.selector) === null ? old : iface;
      for (const { address: from, amounts } of actors.holders) {
        for (const list of callLists(fragment, { caller: from, holders, authorities: actors.authorities, targets: actors.targets, amounts, pool, seed, own: [] }, LISTS)) {
          const data = encoded(by, fragment, list);
          if (data !== undefined) add({ label: `${name}.${fragment.name}(${list.map(shown).join(", ")}) by ${from}`, from, to, data, value: 0n });
        }
      }
    }
  }
  return [...calls.values()];
}

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
  return text.replaceAll('"', "");
}

async function playCall(options: { fork: Fork; names: ContractNames; call: AccountCall; side: "old" | "new"; blockTime: bigint; look(): Promise<Standings> }): Promise<Played> {
  const { fork, names, call, side, blockTime, look } = options;
  // The execution lies in a block of its own between old and new: contracts that count blocks see the same number.
  if (side === "old") await fork.mine(fork.now);
  if (call.value > 0n) await fork.setBalance(call.from, call.value);
  // Most calls are refused: asking is cheaper than sending.
  const asked = await fork.call(call);
  if (!asked.succeeded) return { refused: `reverts: ${describeRevert(asked.data, names.interfacesFor(call.to))}` };
  const played = await playOne(fork, names, call, blockTime);
  return played.succeeded ? { ...played, holdings: await look() } : { refused: played.status };
}

/** Extra words and events of the new version are shown and don't count; everything else does. */
function compare(label: string, old: Played, current: Played, isOwn: (place: string) => boolean): Difference[] {
  const difference = (what: string, before: string, after: string, detail: string, expected = false): Difference => ({ where: `${label}${what}`, before, after, detail, expected });
  if ("refused" in old) {
    const changes = !("refused" in current) && (current.state.size > 0 || current.logs.length > 0);
    return changes ? [difference("", old.refused, "succeeds", "what the old version refuses goes through")] : [];
  }
  if ("refused" in current) return [difference("", "succeeds", current.refused, "what went through is refused")];
  const differences: Difference[] = [];
  if (old.returned !== current.returned) differences.push(difference(" returned", old.returned, current.returned, "it returns something else"));
  const [left, added] = [eventsMissing(old, current), eventsMissing(current, old)];
  if (left.length > 0) differences.push(difference(" events", left.join("; "), added.join("; ") || "none", "it emits other events"));
  else if (added.length > 0) {
    const moves = current.logs.filter(({ topics }) => topics[0] === TRANSFER).length > old.logs.filter(({ topics }) => topics[0] === TRANSFER).length;
    differences.push(difference(" events", "none", added.join("; "), moves ? "it moves tokens that it did not move" : "it emits more than before: shown only", !moves));
  }
  for (const [where, before] of old.holdings) {
    const after = current.holdings.get(where);
    if (after !== undefined && after !== before) differences.push(difference(` ${where}`, String(before), String(after), "it leaves another holding"));
  }
  for (const place of [...new Set([...old.state.keys(), ...current.state.keys()])].sort()) {
    const [a, b] = [old.state.get(place), current.state.get(place)];
    if (a?.after === b?.after || isSameStep(a, b)) continue;
    const isAddition = a === undefined && isOwn(place);
    differences.push(difference(` state ${place}`, a?.after ?? "unchanged", b?.after ?? "unchanged", isAddition ? "it writes more than before: shown only" : "it leaves another state", isAddition));
  }
  return differences;
}

/** Events of `one` that `other` does not emit, in words and, as the same words may have another topic, with it. */
function eventsMissing(one: PlayedTransaction, other: PlayedTransaction): string[] {
  const keyed = ({ logs }: PlayedTransaction): string[] => logs.map(({ address, topics, data }) => `${address} ${topics.join(" ")} ${data}`.toLowerCase());
  const rest = keyed(other);
  return keyed(one).flatMap((key, index) => {
    const at = rest.indexOf(key);
    if (at >= 0) rest.splice(at, 1);
    return at >= 0 ? [] : [`${one.events[index]} [topic ${one.logs[index]?.topics[0]?.slice(0, 10) ?? "none"}]`];
  });
}

function findingsOf(undeclared: readonly Difference[]): Finding[] {
  if (undeclared.length === 0) return [];
  // Who can't get out, and who gets through, before what differs.
  const first = [...undeclared].sort((a, b) => rank(a) - rank(b));
  return [
    {
      rule: "rehearsal/accounts",
      severity: rank(first[0]!) === 2 ? "high" : "critical",
      confidence: "high",
      title: `calls of accounts that exist go another way after the upgrade: ${first[0]!.detail}`,
      detail: `${undeclared.length} undeclared: ${first.slice(0, 5).map(({ where, before, after }) => `${where}: ${before} → ${after}`).join("; ")}`,
      where: {},
      remedy: `if the difference is meant, declare it under \`differences\` (scenario ${ACCOUNTS}) in expectations.ts with its reason; else correct the upgrade`,
    },
  ];
}

function rank({ detail }: Difference): number {
  return detail === "what went through is refused" ? 0 : detail === "what the old version refuses goes through" ? 1 : 2;
}

function gasFindings(grown: readonly string[]): Finding[] {
  if (grown.length === 0) return [];
  return [
    {
      rule: "rehearsal/gas",
      severity: "medium",
      confidence: "high",
      title: "calls cost more than twice the gas",
      detail: `${grown.length} of the accounts' calls: ${grown.slice(0, 5).join("; ")}`,
      where: {},
      remedy: "find what the new version does more, and whether it grows with what is stored: a call that outgrows the block is lost",
    },
  ];
}
