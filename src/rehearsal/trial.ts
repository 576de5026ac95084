import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { Expectations } from "../core/schema/expectations.js";
import type { Rehearsal, ScenarioResult } from "../core/schema/rehearsal.js";
import type { ContractNames } from "./diff/names.js";
import { wellKnownParts } from "./diff/names.js";
import { LayoutNamer } from "./diff/slot-namer.js";
import type { Fork } from "./fork/fork.js";
import { AccountProbe } from "./probes/accounts.js";
import { meetActors, type Actors } from "./probes/actors.js";
import { judgeProbes } from "./probes/judge.js";
import { probeNewFunctions, type ProbedFunctions } from "./probes/new-functions.js";
import { judgeSequences, NO_SEQUENCES, playSequences } from "./probes/sequences.js";
import { SwitchProbe } from "./probes/switches.js";
import { strangerMatrix, type StrangerMatrix } from "./probes/stranger.js";
import { upgradeAgain } from "./probes/upgradeable.js";
import { argumentPool, EMPTY_POOL, type ArgumentPool } from "./scenarios/argument-pool.js";
import { actionsResult, type PlayedActions } from "./scenarios/between-actions.js";
import type { TriedExecution } from "./route/try-execution.js";
import { FIRST_WAVE } from "./scenarios/catalogue.js";
import type { Scenario } from "./scenarios/scenario.js";
import { declareDifferences } from "./scenarios/compare-frames.js";
import { compareGetters, readGetters, type Getters } from "./scenarios/getters.js";
import { MarketRehearsal } from "./scenarios/market-rehearsal.js";
import type { KnownContract, RehearsalInput } from "./types.js";
import type { Upstream } from "./upstream/upstream.js";

/** What scenarios and probes found. */
export interface Tried extends Pick<Rehearsal, "domain" | "scenarios" | "probes"> {
  findings: Finding[];
  notRun: NotRun[];
}

export const NOTHING_TRIED: Tried = { domain: [], scenarios: [], probes: [], findings: [], notRun: [] };

/** Accounts that are sampled unless the caller says otherwise. */
const SAMPLED_ACCOUNTS = 16;

/** Scenarios that need no adapter: getters before and after, and what strangers may do. */
const GENERIC = ["S0", "S14"];

interface TrialOptions {
  fork: Fork;
  upstream: Upstream;
  input: RehearsalInput;
  blockTime: bigint;
  names: ContractNames;
}

/** Everything that is played on the old version right before the execution, and on the new one right after it. */
export class Trial {
  private readonly options: TrialOptions;
  private readonly scenarios: readonly Scenario[];
  private readonly contracts: readonly KnownContract[];
  private readonly pool: ArgumentPool;
  private market: MarketRehearsal | undefined;
  private oldGetters: Getters = new Map();
  private actions: PlayedActions | undefined;
  private oldMatrix: StrangerMatrix = new Map();
  private oldSequences = NO_SEQUENCES;
  private accounts: AccountProbe | undefined;
  private switches: SwitchProbe | undefined;
  private actors: Actors = { holders: [], authorities: [], targets: [] };
  /** Why the adapter could not be used: then its scenarios fail. */
  private adapterFailure: string | undefined;

  private constructor(options: TrialOptions, scenarios: readonly Scenario[], contracts: readonly KnownContract[], pool: ArgumentPool) {
    this.options = options;
    this.scenarios = scenarios;
    this.contracts = contracts;
    this.pool = pool;
  }

  /** @throws DrydockError ARGUMENT for a scenario id that does not exist. */
  public static async prepare(options: TrialOptions): Promise<Trial> {
    const { input, upstream } = options;
    const wanted = input.scenarios ?? FIRST_WAVE.map(({ id }) => id).filter((id) => input.adapter !== undefined || GENERIC.includes(id));
    const scenarios = wanted.map((id) => {
      const found = FIRST_WAVE.find((scenario) => scenario.id === id);
      if (found === undefined) throw new DrydockError(ERRORS.ARGUMENT, { detail: `there is no scenario ${id}`, verb: "rehearse" });
      return found;
    });
    const changed = new Set(input.plan.changes.map(({ proxy }) => proxy));
    const contracts = (input.known ?? []).filter(({ address, abi }) => abi !== undefined && changed.has(address));
    const pool = scenarios.length === 0 ? EMPTY_POOL : await argumentPool(upstream, contracts.map(({ address }) => address), namespacesOf(contracts));
    return new Trial(options, scenarios, contracts, pool);
  }

  /** On the old version. `warmed` is called once everything was read that every scenario reads; `execute` tries the upgrade. */
  public async runOld(warmed: () => Promise<void>, execute: () => Promise<TriedExecution>): Promise<void> {
    const { fork, input, blockTime, names } = this.options;
    if (this.scenarios.length === 0) return;
    if (input.adapter !== undefined) {
      try {
        const { adapter, seed = "drydock", accounts = SAMPLED_ACCOUNTS, onProgress } = input;
        const guarded = input.plan.changes.map(({ proxy }) => proxy);
        this.market = await MarketRehearsal.prepare({ fork, adapter, seed, accounts, names, guarded, blockTime, ...(onProgress === undefined ? {} : { onProgress }) });
        await warmed();
        await this.market.beginOld(this.scenarios);
      } catch (error) {
        if (!DrydockError.is(error, ERRORS.ADAPTER_FAILED)) throw error;
        this.market = undefined;
        this.adapterFailure = reasonOf(error);
      }
    }
    if (this.plays("S0")) this.oldGetters = await this.getters("old");
    if (this.plays("S14")) {
      this.actors = await this.warmly(() => meetActors(fork, this.contracts, this.pool, [input.plan.safe, input.plan.timelock]));
      this.oldMatrix = await this.matrix([]);
      this.oldSequences = await playSequences(fork, this.contracts, this.actors, this.oldMatrix);
      // With an adapter the scenarios' own actions do this, with amounts that mean something.
      if (input.adapter === undefined) {
        const { contracts, actors, pool } = this;
        this.accounts = new AccountProbe({ fork, contracts, actors, pool, names, blockTime, seed: input.seed ?? "drydock" });
        await this.accounts.play("old");
        this.switches = new SwitchProbe({ fork, contracts, actors, pool, seed: input.seed ?? "drydock", governance: [input.plan.timelock, input.plan.safe] });
        await this.switches.playOld(this.accounts.wentThrough("old"));
      }
    }
    await this.market?.playQueues(this.scenarios, execute);
    // With one action there is nothing in between.
    const { calls, timelock } = input.plan;
    if (calls.length > 1) this.actions = await this.market?.playActions(timelock, calls);
    await this.market?.finish("old");
  }

  /** On the new version, and what both amount to. */
  public async runNew(expectations: Expectations): Promise<Tried> {
    const { fork, input } = this.options;
    if (this.scenarios.length === 0) return NOTHING_TRIED;
    const findings: Finding[] = [];
    this.market?.beginNew(this.scenarios);
    const getters = this.plays("S0") ? compareGetters(this.oldGetters, await this.getters("new")) : [];
    const matrix = this.plays("S14") ? await this.matrix(input.implementations) : undefined;
    const judged = matrix === undefined ? { probes: [], findings: [] } : judgeProbes(this.oldMatrix, matrix, await upgradeAgain(fork, input.plan));
    const sequences = matrix === undefined ? undefined : judgeSequences(this.oldSequences, await playSequences(fork, this.contracts, this.actors, matrix));
    const selectors = this.plays("S14") ? await this.market?.probeNewSelectors(this.contracts, this.pool) : undefined;
    await this.market?.finish("new");
    const market = this.market?.results(this.scenarios, expectations);
    const results = market?.results ?? this.withoutMarket();
    findings.push(...(market?.findings ?? results.filter(({ verdict }) => verdict === "blocked").map(scenarioFailed)));
    const declared = declareDifferences("S0", getters, expectations);
    const scenarios = results.map((result) => (result.id === "S0" ? withGetters(result, declared) : result));
    findings.push(...declared.filter(({ expected }) => !expected).map(getterFinding));
    findings.push(...judged.findings, ...(sequences?.findings ?? []), ...(selectors?.findings ?? []));
    const probes = [...judged.probes, ...[sequences?.probe, selectors?.probe].filter((probe) => probe !== undefined)];
    const between = this.actions === undefined ? { scenarios: [], findings: [], notRun: [] } : actionsResult(this.actions, expectations);
    findings.push(...between.findings);
    await this.accounts?.play("new");
    const byAccounts = this.accounts?.result(expectations);
    const byNew = this.plays("S14") ? await this.probeNewFunctions() : undefined;
    findings.push(...(byAccounts?.findings ?? []), ...(byNew?.findings ?? []));
    await this.switches?.playNew(this.accounts?.wentThrough("new") ?? [], byNew?.calls ?? []);
    const switched = this.switches?.result(expectations);
    findings.push(...(switched?.findings ?? []));
    const all = [...scenarios, ...between.scenarios, ...[byAccounts?.scenario, switched?.scenario].filter((one) => one !== undefined)];
    return { domain: this.market?.domain() ?? [], scenarios: all, probes, findings, notRun: [...between.notRun, ...(selectors === undefined ? [] : this.withoutOldAbi())] };
  }

  /** Does `work` while every feed that the adapter knows is as fresh as the live chain keeps it. */
  public warmly<T>(work: () => Promise<T>): Promise<T> {
    return this.market === undefined ? work() : this.market.warmly(work);
  }

  /** Which functions are new is known only beside the live implementation's own. */
  private withoutOldAbi(): NotRun[] {
    return this.contracts
      .filter(({ oldAbi }) => oldAbi === undefined)
      .map(({ name, address }) => ({ check: "probe new-selectors", reason: `which functions of ${name} (${address}) are new is not known: no build matches its live implementation` }));
  }

  /** Those of the new version, called by accounts that exist; the adapter's own probe judges by invariants only. */
  private async probeNewFunctions(): Promise<ProbedFunctions> {
    if (this.accounts !== undefined) return this.accounts.probeNew();
    const { contracts, actors, pool } = this;
    const { fork, input } = this.options;
    return this.warmly(() => probeNewFunctions({ fork, contracts, actors, pool, seed: input.seed ?? "drydock", waysOut: () => [] }));
  }

  private plays(id: string): boolean {
    return this.scenarios.some((scenario) => scenario.id === id);
  }

  private getters(side: "old" | "new"): Promise<Getters> {
    return this.warmly(() => readGetters(this.options.fork, this.contracts, this.pool, side));
  }

  /** The proxies, and bare implementations: those have no old version to compare with. */
  private async matrix(implementations: RehearsalInput["implementations"]): Promise<StrangerMatrix> {
    const { fork } = this.options;
    const bare = implementations.map(({ address, abi, name }) => ({ address, name: name ?? address, abi, bare: true }));
    const contracts = [...this.contracts, ...bare];
    return strangerMatrix(fork, contracts, this.actors, this.pool, (address, slot, before, after) => {
      const known = wellKnownParts(slot, before, after);
      if (known !== undefined) return known;
      const layouts = this.options.names.contract(address)?.layouts;
      return layouts === undefined ? undefined : new LayoutNamer(layouts, new Map(), [slot]).name(slot, before, after);
    }, this.options.input.seed ?? "drydock");
  }

  private withoutMarket(): ScenarioResult[] {
    return this.scenarios.map(({ id, title }) => {
      const isGeneric = GENERIC.includes(id) && this.adapterFailure === undefined;
      const detail = isGeneric ? "" : (this.adapterFailure ?? "no adapter tells how to read and drive the venue");
      return { id, title, verdict: isGeneric ? "pass" : "blocked", differences: [], invariants: [], series: [], detail };
    });
  }
}

/** A declaration of every difference that was seen, for a person to give each its reason. */
export function suggestDifferences(scenarios: readonly ScenarioResult[]): Expectations["differences"] {
  return scenarios.flatMap(({ id, differences }) =>
    differences
      .filter(({ expected }) => !expected)
      .map(({ where, before, after }) => ({ scenario: id, where, reason: `seen: ${before} became ${after}; say why` })),
  );
}

function withGetters(result: ScenarioResult, getters: ScenarioResult["differences"]): ScenarioResult {
  const broken = result.verdict === "blocked" || getters.some(({ expected }) => !expected);
  return { ...result, verdict: broken ? "blocked" : "pass", differences: [...result.differences, ...getters] };
}

function getterFinding({ where, before, after, detail }: ScenarioResult["differences"][number]): Finding {
  return {
    rule: "rehearsal/getter",
    severity: "high",
    confidence: "high",
    title: detail,
    detail: `${where}: ${before} → ${after}`,
    where: { function: where },
    remedy: "if this is meant, declare it under `differences` (scenario S0) in expectations.ts with its reason; else correct the upgrade",
  };
}

function scenarioFailed({ id, detail }: ScenarioResult): Finding {
  return {
    rule: `rehearsal/scenario/${id}`,
    severity: "critical",
    confidence: "high",
    title: `scenario ${id} could not be played`,
    detail,
    where: {},
    remedy: "give an adapter in the Drydock config (docs/adapter.md), or leave the scenario out with --scenarios",
  };
}

/** Where the namespaces and unstructured variables of every contract begin. */
function namespacesOf(contracts: readonly KnownContract[]): Map<string, bigint[]> {
  const basesOf = ({ layouts = [] }: KnownContract): bigint[] =>
    layouts.flatMap(({ regions }) => regions.filter(({ kind }) => kind !== "main" && kind !== "transient").map(({ base }) => base));
  return new Map(contracts.map((contract) => [contract.address, [...new Set(basesOf(contract))]]));
}
