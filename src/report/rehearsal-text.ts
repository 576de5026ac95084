import type { Rehearsal, RehearsalEvent, ScenarioResult, SelfTestResult } from "../core/schema/rehearsal.js";
import { visible } from "../core/visible.js";
import { findingsText, notRunText } from "./findings-text.js";

/** How many rows of a long table a terminal gets; the JSON answer has them all. */
const ROWS = 40;
/** How many differences of a scenario that is not in order. */
const DIFFERENCES = 6;

/** A rehearsal for a terminal: the domain table first, then steps and negative runs, then the named diff, then findings. */
export function rehearsalText(rehearsal: Rehearsal): string {
  const { block, start, steps, negatives, domain, stateDiff, accounts, events, scenarios, probes } = rehearsal;
  const named = stateDiff.filter(({ name }) => name !== null);
  const raw = stateDiff.filter(({ name }) => name === null);
  const changes = [
    ...[...named, ...raw].map(({ contract, address, name, slot, before, after, expected }) => row(expected, `${contract ?? address}.${name ?? `slot ${slot}`}`, before, after)),
    ...accounts.map(({ contract, address, kind, before, after, expected }) => row(expected, `${contract ?? address} ${kind}`, before, after)),
  ];
  const moved = domain.filter(({ before, after }) => before !== after);
  const still = domain.length === 0 ? [] : [`${domain.length - moved.length} figure(s) of accounts, markets, funding and insurance stay the same`];
  const sections = [
    `rehearsed on chain ${rehearsal.chainId} at block ${block.number} (${block.hash}), starting ${start}`,
    table("what changes for the venue", [...moved.map(({ group, label, before, after, change }) => `${group} ${label}: ${before} → ${after} (${change})`), ...still]),
    table("route", steps.map(({ id, verdict, detail }) => `${mark(verdict)} ${id}: ${verdict === "pass" ? brief(detail) : detail}`)),
    table("runs that must fail", negativeRows(negatives)),
    table("state", changes),
    table("events", eventRows(events)),
    table("scenarios", scenarios.flatMap(scenarioRows)),
    table("probes", probes.map(({ id, verdict, tried, detail }) => `${mark(verdict)} ${id}: ${tried} tried${verdict === "pass" || detail === "" ? "" : `, ${detail}`}`)),
    findingsText(rehearsal.findings),
    notRunText("not run", rehearsal.notRun),
    `verdict: ${rehearsal.verdict}`,
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

/** What a self-test came to: a row per fault, with who noticed it. */
export function selfTestText(results: readonly SelfTestResult[]): string {
  const words = { caught: "ok  ", missed: "FAIL", "not-applicable": "none", "not-run": "----" } as const;
  const rows = results.map(({ id, what, where, verdict, by }) => {
    const how = verdict === "caught" ? `noticed by ${by.join(", ")}` : verdict === "missed" ? "nobody noticed" : verdict === "not-run" ? by.join("; ") : "no place for it in this upgrade";
    return `${words[verdict]} ${id}: ${what}${where === null ? "" : ` (${where})`}: ${how}`;
  });
  return table("self-test: faults that were put in on purpose", rows);
}

/** A run that failed as it had to needs no more than its name. */
function negativeRows(negatives: Rehearsal["negatives"]): string[] {
  const passed = negatives.filter(({ verdict }) => verdict === "pass");
  const others = negatives.filter(({ verdict }) => verdict !== "pass");
  const failed = others.map(({ id, verdict, expected, actual }) => `${mark(verdict)} ${id}: expected ${expected}, got ${actual}`);
  return passed.length === 0 ? failed : [...failed, `${mark("pass")} refused as they have to be: ${passed.map(({ id }) => id).join(", ")}`];
}

/** Events of one kind in one row. */
function eventRows(events: readonly RehearsalEvent[]): string[] {
  const counts = new Map<string, number>();
  for (const { contract, address, name, topics, expected } of events) {
    const line = `${expected ? "  " : "! "}${contract ?? address} ${name ?? `an event that no known ABI names (${topics[0] ?? "anonymous"})`}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => (count === 1 ? line : `${line} ×${count}`));
}

function scenarioRows({ id, title, verdict, differences, detail, notes = [] }: ScenarioResult): string[] {
  const undeclared = differences.filter(({ expected }) => !expected);
  const sum = differences.length === 0 ? "no difference" : `${differences.length} difference(s), ${undeclared.length === 0 ? "all declared or the old version's as well" : `${undeclared.length} of them undeclared`}`;
  return [
    `${mark(verdict)} ${id} ${title}: ${detail === "" ? sum : detail}`,
    ...undeclared.slice(0, DIFFERENCES).map(({ where, before, after }) => `       ${brief(where)}: ${short(before)} → ${short(after)}`),
    ...(undeclared.length > DIFFERENCES ? [`       … and ${undeclared.length - DIFFERENCES} more (--json has all)`] : []),
    ...notes.map((note) => `       note: ${brief(note)}`),
  ];
}

function row(expected: boolean, what: string, before: string, after: string): string {
  return `${expected ? "  " : "! "}${visible(brief(what))}: ${short(before)} → ${short(after)}`;
}

function table(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return "";
  const shown = rows.slice(0, ROWS).map((line) => `  ${visible(line)}`);
  return [title, ...shown, ...(rows.length > ROWS ? [`  … and ${rows.length - ROWS} more (--json has all)`] : [])].join("\n");
}

function mark(verdict: string): string {
  return verdict === "pass" ? "ok  " : verdict === "blocked" ? "FAIL" : "----";
}

/** Hashes and calldata shortened; addresses stay whole. */
function brief(text: string): string {
  return text.replace(/0x[0-9a-f]{48,}/gi, (hex) => `${hex.slice(0, 10)}…${hex.slice(-6)}`);
}

function short(value: string): string {
  return value.length > 46 ? `${value.slice(0, 22)}…${value.slice(-20)}` : value;
}
