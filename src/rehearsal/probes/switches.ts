import { FunctionFragment, Interface } from "ethers";
import type { Finding } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, ScenarioResult } from "../../core/schema/rehearsal.js";
import { STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import { declareDifferences } from "../scenarios/compare-frames.js";
import type { KnownContract } from "../types.js";
import type { Actors } from "./actors.js";
import { callLists, encoded } from "./call-lists.js";

/** Under this id the author declares what may differ: `differences: [{ scenario: "switches", … }]`. */
export const SWITCHES = "switches";
/** Who is tried as the authority behind a function. */
const AUTHORITIES = 12;
/** Argument lists per function of an authority, and switches in all. */
const LISTS = 3;
const MOVES = 24;
/** Calls that accounts make after each. */
const CALLS = 32;
/** Functions that a switch has to stop, all of those that accounts can call, before it is one that stops everything. */
const SIBLINGS = 2;
/** Rights are compared elsewhere, and the code stays what it is. */
const ABOUT_RIGHTS = /upgrade|owner|role|admin|^(re)?init/i;

/** A call that an account makes, and that goes through while nothing is switched. */
export interface SwitchedCall {
  label: string;
  from: string;
  to: string;
  data: string;
}

interface Options {
  fork: Fork;
  contracts: readonly KnownContract[];
  actors: Actors;
  pool: ArgumentPool;
  seed: string;
  /** Timelock and Safe: authorities that no getter has to name. */
  governance: readonly string[];
}

/** By label of a call: whether it goes through; undefined when the switch itself does not. */
type Switched = Map<string, boolean> | undefined;

/**
 * What those in charge can switch (a pause, a block list, a limit) is switched on old and new, and calls that went through
 * are made again: what the old version refuses then, the new one has to refuse as well, and the other way round.
 */
export class SwitchProbe {
  private moves: readonly SwitchedCall[] = [];
  /** By switch: calls of new functions that go through while it refuses everything else. */
  private readonly ignoring = new Map<SwitchedCall, readonly string[]>();
  private readonly outcomes = { old: new Map<SwitchedCall, Switched>(), new: new Map<SwitchedCall, Switched>() };

  constructor(private readonly options: Options) {}

  /** @param calls what goes through on the old version. */
  async playOld(calls: readonly SwitchedCall[]): Promise<void> {
    this.moves = await findMoves(this.options);
    await this.play("old", calls, []);
  }

  /**
   * @param calls what goes through on the new version as well.
   * @param calledAnew what goes through of its new functions.
   */
  async playNew(calls: readonly SwitchedCall[], calledAnew: readonly SwitchedCall[]): Promise<void> {
    await this.play("new", calls, calledAnew);
  }

  result(expectations: Expectations): { scenario: ScenarioResult; findings: Finding[] } {
    const raw = this.moves.flatMap((move) => compare(move, this.outcomes.old.get(move), this.outcomes.new.get(move), this.ignoring.get(move) ?? []));
    const differences = declareDifferences(SWITCHES, raw, expectations);
    const undeclared = differences.filter(({ expected }) => !expected);
    const scenario: ScenarioResult = {
      id: SWITCHES,
      title: `${this.moves.length} calls of those in charge, after each of which accounts make calls that went through before`,
      verdict: undeclared.length > 0 ? "blocked" : "pass",
      differences,
      invariants: [],
      series: [],
      gas: [],
      detail: "",
    };
    return { scenario, findings: findingsOf(undeclared) };
  }

  private async play(side: "old" | "new", calls: readonly SwitchedCall[], calledAnew: readonly SwitchedCall[]): Promise<void> {
    const { fork } = this.options;
    const chosen = chosenOf(calls);
    const functions = new Set(chosen.map(({ to, data }) => `${to} ${data.slice(0, 10)}`));
    const goThrough = async (asked: readonly SwitchedCall[]): Promise<boolean[]> => Promise.all(asked.map(async (call) => (await fork.call(call)).succeeded));
    for (const move of this.moves) {
      const switched = await fork.attempt(async (): Promise<Switched> => {
        if (!(await fork.call(move)).succeeded || !(await fork.send(move, fork.now)).succeeded) return undefined;
        const outcomes = await goThrough(chosen);
        if (functions.size >= SIBLINGS && !outcomes.includes(true)) {
          const anew = await goThrough(calledAnew);
          this.ignoring.set(move, calledAnew.filter((_, index) => anew[index]).map(({ label }) => label));
        }
        return new Map(chosen.map(({ label }, index) => [label, outcomes[index] === true]));
      });
      this.outcomes[side].set(move, switched);
    }
  }
}

/** Calls that a stranger may not make and one of those in charge may, on the old version, of functions that both have. */
async function findMoves({ fork, contracts, actors, pool, seed, governance }: Options): Promise<SwitchedCall[]> {
  const holders = actors.holders.map(({ address }) => address);
  const authorities = [...new Set([...actors.authorities, ...governance, ...pool.addresses])].filter((one) => !holders.includes(one)).slice(0, AUTHORITIES);
  const amounts = [...new Set(actors.holders.flatMap((holder) => holder.amounts.slice(0, 1)))].slice(0, 1);
  const found: SwitchedCall[] = [];
  for (const { address: to, name, abi, oldAbi } of contracts) {
    const iface = new Interface((abi ?? []) as never[]);
    const old = new Interface((oldAbi ?? []) as never[]);
    for (const fragment of old.fragments) {
      if (!(fragment instanceof FunctionFragment) || fragment.constant || iface.getFunction(fragment.selector) === null || ABOUT_RIGHTS.test(fragment.name)) continue;
      const parts = { caller: holders[0] ?? STRANGER, holders, authorities: [], targets: actors.targets, amounts, pool, seed, own: [] };
      for (const list of callLists(fragment, parts, LISTS)) {
        const data = encoded(iface, fragment, list);
        if (data === undefined) continue;
        const [stranger, ...asked] = await Promise.all([STRANGER, ...authorities].map(async (from) => (await fork.call({ from, to, data })).succeeded));
        const from = authorities[asked.indexOf(true)];
        if (stranger === true || from === undefined) continue;
        found.push({ label: `${name}.${fragment.name}(${list.map(String).join(", ")}) by ${from}`, from, to, data });
      }
    }
  }
  return found.slice(0, MOVES);
}

/** Of each function and account the first call and the last: they speak of different things. */
function chosenOf(calls: readonly SwitchedCall[]): SwitchedCall[] {
  const groups = new Map<string, SwitchedCall[]>();
  for (const call of calls) {
    const key = `${call.from} ${call.to} ${call.data.slice(0, 10)}`;
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()].flatMap((group) => (group.length > 1 ? [group[0]!, group.at(-1)!] : group)).slice(0, CALLS);
}

function compare(move: SwitchedCall, old: Switched, current: Switched, ignoring: readonly string[]): Difference[] {
  const difference = (where: string, before: boolean, after: boolean, detail: string): Difference => ({ where, before: before ? "succeeds" : "reverts", after: after ? "succeeds" : "reverts", detail, expected: false });
  const anew = ignoring.map((label) => ({ ...difference(`after ${move.label}: ${label}`, false, true, "a new function goes on while everything else is switched off"), before: "no such function" }));
  if (old === undefined) return [];
  if (current === undefined) return [difference(move.label, true, false, "those in charge can't do what they could")];
  const known = [...old].flatMap(([label, went]) => {
    const goes = current.get(label);
    if (goes === undefined || goes === went) return [];
    return [difference(`after ${move.label}: ${label}`, went, goes, goes ? "what is switched off goes on" : "what goes on is refused")];
  });
  return [...known, ...anew];
}

function findingsOf(undeclared: readonly Difference[]): Finding[] {
  const [first] = undeclared;
  if (first === undefined) return [];
  return [
    {
      rule: "rehearsal/switches",
      severity: "critical",
      confidence: "high",
      title: `what those in charge switch no longer does what it did: ${first.detail}`,
      detail: `${undeclared.length} undeclared: ${undeclared.slice(0, 5).map(({ where, before, after }) => `${where}: ${before} → ${after}`).join("; ")}`,
      where: {},
      remedy: `if the difference is meant, declare it under \`differences\` (scenario ${SWITCHES}) in expectations.ts with its reason; else ask the switch where it was asked`,
    },
  ];
}
