import type { Rehearsal } from "../core/schema/rehearsal.js";
import { visible } from "../core/visible.js";
import { findingsText, notRunText } from "./findings-text.js";

/** How many rows of a long table a terminal gets; the JSON answer has them all. */
const ROWS = 40;

/** A rehearsal for a terminal: the domain table first, then steps and negative runs, then the named diff, then findings. */
export function rehearsalText(rehearsal: Rehearsal): string {
  const { block, start, steps, negatives, domain, stateDiff, accounts, events, scenarios, probes } = rehearsal;
  const changes = [
    ...stateDiff.map(({ contract, address, name, slot, before, after, expected }) =>
      row(expected, `${contract ?? address}.${name ?? slot}`, before, after),
    ),
    ...accounts.map(({ contract, address, kind, before, after, expected }) =>
      row(expected, `${contract ?? address} ${kind}`, before, after),
    ),
  ];
  const moved = domain.filter(({ before, after }) => before !== after);
  const still = domain.length === 0 ? [] : [`${domain.length - moved.length} figure(s) of accounts, markets, funding and insurance stay the same`];
  const sections = [
    `rehearsed on chain ${rehearsal.chainId} at block ${block.number} (${block.hash}), starting ${start}`,
    table("what changes for the venue", [...moved.map(({ group, label, before, after, change }) => `${group} ${label}: ${before} → ${after} (${change})`), ...still]),
    table("route", steps.map(({ id, verdict, detail }) => `${mark(verdict)} ${id}: ${detail}`)),
    table("runs that must fail", negatives.map(({ id, verdict, expected, actual }) => `${mark(verdict)} ${id}: expected ${expected}, got ${actual}`)),
    table("state", changes),
    table("events", events.map(({ contract, address, name, topics, expected }) => `${expected ? "  " : "! "}${contract ?? address} ${name ?? topics[0] ?? ""}`)),
    table("scenarios", scenarios.map(({ id, title, verdict, differences, detail }) => `${mark(verdict)} ${id} ${title}: ${detail === "" ? `${differences.length} difference(s)` : detail}`)),
    table("probes", probes.map(({ id, verdict, tried, detail }) => `${mark(verdict)} ${id}: ${tried} tried${detail === "" ? "" : `, ${detail}`}`)),
    findingsText(rehearsal.findings),
    notRunText("not run", rehearsal.notRun),
    `verdict: ${rehearsal.verdict}`,
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function row(expected: boolean, what: string, before: string, after: string): string {
  return `${expected ? "  " : "! "}${visible(what)}: ${short(before)} → ${short(after)}`;
}

function table(title: string, rows: readonly string[]): string {
  if (rows.length === 0) return "";
  const shown = rows.slice(0, ROWS).map((line) => `  ${visible(line)}`);
  return [title, ...shown, ...(rows.length > ROWS ? [`  … and ${rows.length - ROWS} more (--json has all)`] : [])].join("\n");
}

function mark(verdict: string): string {
  return verdict === "pass" ? "ok  " : verdict === "blocked" ? "FAIL" : "----";
}

function short(value: string): string {
  return value.length > 46 ? `${value.slice(0, 22)}…${value.slice(-20)}` : value;
}
