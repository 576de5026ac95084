import { Interface } from "ethers";
import type { Finding, NotRun } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, ScenarioResult } from "../../core/schema/rehearsal.js";
import type { ContractNames } from "../diff/names.js";
import type { Fork } from "../fork/fork.js";
import { declareDifferences } from "../scenarios/compare-frames.js";
import type { Upstream } from "../upstream/upstream.js";
import { collectTraffic, type PastTransaction, type Traffic } from "./collect.js";
import { playTraffic, type PlayedTransaction } from "./play.js";

/** Under this id the author declares what may differ: `differences: [{ scenario: "traffic", … }]`. */
export const TRAFFIC = "traffic";

/**
 * Replays the newest real transactions on the old version and on the new one, in order and from the same state: that of
 * the rehearsal, right before and right after the execution.
 */
export class TrafficReplay {
  private readonly played: { old: PlayedTransaction[]; new: PlayedTransaction[] } = { old: [], new: [] };

  private constructor(
    private readonly fork: Fork,
    private readonly names: ContractNames,
    private readonly blockTime: bigint,
    private readonly traffic: Traffic,
  ) {}

  /** Looks for the last `count` transactions that touched one of `proxies`. */
  static async prepare(options: { fork: Fork; upstream: Upstream; names: ContractNames; blockTime: bigint; proxies: readonly string[]; count: number }): Promise<TrafficReplay> {
    const { fork, upstream, names, blockTime, proxies, count } = options;
    return new TrafficReplay(fork, names, blockTime, await collectTraffic(upstream, proxies, count));
  }

  async play(side: "old" | "new"): Promise<void> {
    const { fork, names, traffic, blockTime } = this;
    this.played[side] = await playTraffic(fork, names, traffic.transactions, blockTime);
  }

  /** What differs, per transaction; differences that nobody declared block. */
  result(expectations: Expectations): { scenarios: ScenarioResult[]; findings: Finding[]; notRun: NotRun[] } {
    const { transactions } = this.traffic;
    const notRun = [...this.traffic.notRun];
    if (transactions.length === 0) return { scenarios: [], findings: [], notRun };
    const succeeding = this.played.old.filter(({ succeeded }) => succeeded).length;
    if (succeeding === 0) {
      notRun.push({ check: "replay of real traffic", reason: `none of the ${transactions.length} transactions succeeds again on the state of the pinned block, so that they show nothing` });
    }
    const raw = transactions.flatMap((transaction, at) => compare(this.labelOf(transaction), transaction.hash, this.played.old[at]!, this.played.new[at]!));
    const differences = declareDifferences(TRAFFIC, raw, expectations);
    const undeclared = differences.filter(({ expected }) => !expected);
    const gas = (side: readonly PlayedTransaction[]): string[] => side.map((played) => String(played.gas));
    const scenario: ScenarioResult = {
      id: TRAFFIC,
      title: `the last ${transactions.length} real transactions that touched a proxy, of which ${succeeding} succeed on the old version`,
      verdict: undeclared.length > 0 ? "blocked" : "pass",
      differences,
      invariants: [],
      series: [{ name: "gas of the replayed transactions", unit: "gas", old: gas(this.played.old), new: gas(this.played.new) }],
      detail: "",
    };
    return { scenarios: [scenario], findings: undeclared.length === 0 ? [] : [finding(undeclared, transactions.length)], notRun };
  }

  /** `vault.deposit(uint256)`, or the selector of what no ABI knows. */
  private labelOf({ to, data }: PastTransaction): string {
    if (to === undefined) return "creation";
    const known = this.names.contract(to);
    const interfaces = [known?.abi, known?.oldAbi].flatMap((abi) => (abi === undefined ? [] : [new Interface(abi as never[])]));
    const selector = data.slice(0, 10);
    const name = [...interfaces, ...this.names.interfaces].map((iface) => (selector.length === 10 ? iface.getFunction(selector) : null)).find((found) => found !== null);
    return `${known?.name ?? to}.${name?.format("sighash") ?? (data === "0x" ? "receive" : selector)}`;
  }
}

function compare(label: string, hash: string, old: PlayedTransaction, current: PlayedTransaction): Difference[] {
  const difference = (what: string, before: string, after: string, detail: string): Difference => ({ where: `${label} ${what} (${hash})`, before, after, detail, expected: false });
  if (old.status !== current.status) return [difference("status", old.status, current.status, "the same transaction goes another way")];
  const differences: Difference[] = [];
  if (old.returned !== current.returned) differences.push(difference("returned", old.returned, current.returned, "it returns something else"));
  if (JSON.stringify(old.logs) !== JSON.stringify(current.logs)) {
    differences.push(difference("events", old.events.join("; ") || "none", current.events.join("; ") || "none", "it emits other events"));
  }
  for (const place of [...new Set([...old.state.keys(), ...current.state.keys()])].sort()) {
    const [a, b] = [old.state.get(place), current.state.get(place)];
    if (a?.after === b?.after || isSameStep(a, b)) continue;
    differences.push(difference(`state ${place}`, a?.after ?? "unchanged", b?.after ?? "unchanged", "it leaves another state"));
  }
  return differences;
}

/** The upgrade alone moved a number, and the transaction adds the same to it. */
export function isSameStep(a: { before: string; after: string } | undefined, b: { before: string; after: string } | undefined): boolean {
  const isNumber = /^-?[0-9]+$/;
  if (a === undefined || b === undefined || ![a.before, a.after, b.before, b.after].every((value) => isNumber.test(value))) return false;
  return BigInt(a.after) - BigInt(a.before) === BigInt(b.after) - BigInt(b.before);
}

function finding(undeclared: readonly Difference[], count: number): Finding {
  const shown = undeclared.slice(0, 5).map(({ where, before, after }) => `${where}: ${before} → ${after}`);
  return {
    rule: "rehearsal/traffic",
    severity: "critical",
    confidence: "high",
    title: "real transactions go another way after the upgrade",
    detail: `${undeclared.length} undeclared difference(s) in ${count} transactions: ${shown.join("; ")}`,
    where: {},
    remedy: `if the difference is meant, declare it under \`differences\` (scenario ${TRAFFIC}) in expectations.ts with its reason; else correct the upgrade`,
  };
}
