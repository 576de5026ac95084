import type { Rehearsal, ScenarioResult, SelfTestResult } from "../core/schema/rehearsal.js";
import { visible } from "../core/visible.js";
import { h, toHtml, type Element } from "./page/element.js";
import { scenarioChart } from "./scenario-chart.js";

const STYLE = `
:root{color-scheme:light dark;--bad:#b3261e;--ok:#1b6e3c;--line:#8886}
body{font:15px/1.5 system-ui,sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2.2rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.25rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
.mono,td.value{font-family:ui-monospace,monospace;font-size:.86em}
.blocked,.missed,.unexpected{color:var(--bad);font-weight:600}.pass,.caught{color:var(--ok)}
.charts{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:22rem}svg{width:100%;height:auto;border:1px solid var(--line)}
polyline{fill:none;stroke-width:2}.old{stroke:#777}.new{stroke:#1f6feb;stroke-dasharray:5 3}svg text{font-size:9px;fill:currentColor}
figcaption,.small{font-size:.82em;opacity:.85}summary{cursor:pointer}
@media print{details>*{display:block}}
`;

/** A rehearsal as one self-contained page without scripts: the domain table, the named diff, raw slots, scenarios with charts. */
export function rehearsalHtml(rehearsal: Rehearsal, selfTest: readonly SelfTestResult[] = []): string {
  const { block, chainId, start, verdict, planHash } = rehearsal;
  const body = h(
    "body",
    {},
    h("h1", {}, "Rehearsal: ", h("span", { class: verdict }, verdict)),
    h("p", {}, `Chain ${chainId}, block ${block.number}, starting ${start}.`),
    h("p", { class: "mono" }, `block ${block.hash}`, h("br"), `plan ${planHash}`),
    ...findingsPart(rehearsal),
    ...domainPart(rehearsal),
    ...diffPart(rehearsal),
    ...scenarioPart(rehearsal),
    ...routePart(rehearsal),
    ...selfTestPart(selfTest),
  );
  const head = h("head", {}, h("title", {}, `Rehearsal: ${verdict}`));
  // Style is text that must not be escaped, and holds nothing of the rehearsal.
  const styled = toHtml(head).replace("</head>", `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>`);
  return `<!doctype html>\n<html lang="en">${styled}${toHtml(body)}</html>\n`;
}

function findingsPart({ findings, notRun }: Rehearsal): Element[] {
  const rows = [
    ...findings.map(({ severity, rule, title, detail }) => [severity, rule, title, detail]),
    ...notRun.map(({ check, reason }) => ["not run", "", check, reason]),
  ];
  return rows.length === 0 ? [] : [h("h2", {}, "Findings"), table(["Severity", "Rule", "What", "Detail"], rows)];
}

function domainPart({ domain }: Rehearsal): Element[] {
  if (domain.length === 0) return [];
  const rows = (moved: boolean): string[][] =>
    domain.filter(({ before, after }) => (before !== after) === moved).map(({ group, label, before, after, change }) => [group, label, before, after, change]);
  const heads = ["What", "Which", "Before", "After", "Change"];
  return [
    h("h2", {}, "Markets, accounts, funding, insurance"),
    rows(true).length === 0 ? h("p", {}, "Nothing of the venue changes by the upgrade alone.") : table(heads, rows(true)),
    h("details", {}, h("summary", {}, `${rows(false).length} figures stay the same`), table(heads, rows(false))),
  ];
}

function diffPart({ stateDiff, accounts, events }: Rehearsal): Element[] {
  const named = stateDiff.filter(({ name }) => name !== null);
  const raw = stateDiff.filter(({ name }) => name === null);
  const slots = (changes: typeof stateDiff): string[][] =>
    changes.map(({ contract, address, name, slot, before, after, expected, by }) => [contract ?? address, name ?? slot, before, after, expected ? (by ?? "declared") : "NOT EXPECTED"]);
  const heads = ["Contract", "What", "Before", "After", "Why"];
  return [
    h("h2", {}, "What the execution changes"),
    table(heads, [...slots(named), ...accounts.map(({ contract, address, kind, before, after, expected, by }) => [contract ?? address, kind, before, after, expected ? (by ?? "declared") : "NOT EXPECTED"])]),
    ...(raw.length === 0 ? [] : [h("h2", {}, "Slots without a name"), table(heads, slots(raw))]),
    h("details", {}, h("summary", {}, `${events.length} events`), table(["Contract", "Event", "Why"], events.map(({ contract, address, name, topics, expected, by }) => [contract ?? address, name ?? topics[0] ?? "anonymous", expected ? (by ?? "declared") : "NOT EXPECTED"]))),
  ];
}

function scenarioPart({ scenarios, probes }: Rehearsal): Element[] {
  return [
    h("h2", {}, "Scenarios"),
    ...scenarios.map(scenario),
    h("h2", {}, "Probes"),
    table(["Probe", "Verdict", "Tried", "Detail"], probes.map(({ id, verdict, tried, detail }) => [id, verdict, String(tried), detail])),
  ];
}

function scenario({ id, title, verdict, detail, differences, invariants, series, moments, gas = [], notes = [] }: ScenarioResult): Element {
  const undeclared = differences.filter(({ expected }) => !expected);
  const declared = differences.filter(({ expected }) => expected);
  const rows = (of: typeof differences): string[][] => of.map(({ where, before, after, detail: why }) => [where, before, after, why]);
  const heads = ["Where", "Old", "New", "Why"];
  const checked = invariants.filter(({ checks }) => checks > 0).map((one) => `${one.id} ×${one.checks}`);
  return h(
    "section",
    {},
    h("h3", { class: verdict }, visible(`${id} ${title}: ${verdict}`)),
    detail === "" ? undefined : h("p", {}, visible(detail)),
    ...notes.map((note) => h("p", { class: "small" }, visible(note))),
    checked.length === 0 ? undefined : h("p", { class: "small" }, `Invariants checked: ${checked.join(", ")}.`),
    series.some(({ old }) => old.length > 1) ? h("div", { class: "charts" }, ...series.map((one) => scenarioChart(one, moments ?? []))) : undefined,
    undeclared.length === 0 ? undefined : table(heads, rows(undeclared)),
    declared.length === 0 ? undefined : h("details", {}, h("summary", {}, `${declared.length} differences that are declared, or the old version's as well`), table(heads, rows(declared))),
    gas.length === 0 ? undefined : h("details", {}, h("summary", {}, `gas of ${gas.length} actions`), table(["Action", "Old", "New", "Change"], gas.map((one) => [one.action, one.old, one.new, String(BigInt(one.new) - BigInt(one.old))]))),
  );
}

function routePart({ steps, negatives, subtracted }: Rehearsal): Element[] {
  return [
    h("h2", {}, "Route"),
    table(["Step", "Verdict", "Detail"], steps.map(({ id, verdict, detail }) => [id, verdict, detail])),
    h("h2", {}, "Runs that must fail"),
    table(["Run", "Verdict", "Expected", "Got"], negatives.map(({ id, verdict, expected, actual }) => [id, verdict, expected, actual])),
    h("details", {}, h("summary", {}, `${subtracted.length} changes are the rehearsal's own`), table(["Address", "What", "Why"], subtracted.map(({ address, what, reason }) => [address, what, reason]))),
  ];
}

function selfTestPart(results: readonly SelfTestResult[]): Element[] {
  if (results.length === 0) return [];
  return [
    h("h2", {}, "Self-test: faults that were put in on purpose"),
    table(["Fault", "What", "Where", "Verdict", "By"], results.map(({ id, what, where, verdict, by }) => [id, what, where ?? "", verdict, by.join("; ")])),
  ];
}

const LOUD: ReadonlySet<string> = new Set(["blocked", "missed", "NOT EXPECTED", "critical", "high", "not run", "not-run"]);

function table(heads: readonly string[], rows: readonly (readonly string[])[]): Element {
  const cell = (text: string): Element => h("td", { class: LOUD.has(text) ? "unexpected" : "value" }, visible(text));
  return h("table", {}, h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))));
}
