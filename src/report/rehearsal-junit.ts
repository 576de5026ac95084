import type { Rehearsal, SelfTestResult } from "../core/schema/rehearsal.js";

interface Case {
  suite: string;
  name: string;
  verdict: string;
  message: string;
}

/** A rehearsal as JUnit XML (the schema that Jenkins and GitLab read): a case per step, negative run, scenario, probe, change. */
export function rehearsalJunit(rehearsal: Rehearsal, selfTest: readonly SelfTestResult[] = []): string {
  const cases: Case[] = [
    ...rehearsal.steps.map(({ id, verdict, detail }) => ({ suite: "route", name: id, verdict, message: detail })),
    ...rehearsal.negatives.map(({ id, verdict, expected, actual }) => ({
      suite: "runs that must fail", name: id, verdict, message: `expected ${expected}, got ${actual}`,
    })),
    ...rehearsal.stateDiff.map(({ contract, address, name, slot, before, after, expected }) => ({
      suite: "state", name: `${contract ?? address}.${name ?? slot}`, verdict: expected ? "pass" : "blocked", message: `${before} → ${after} is not declared`,
    })),
    ...rehearsal.scenarios.map(({ id, title, verdict, detail, differences }) => ({
      suite: "scenarios",
      name: `${id} ${title}`,
      verdict,
      message: detail === "" ? differences.filter(({ expected }) => !expected).map(({ where, before, after }) => `${where}: ${before} → ${after}`).join("\n") : detail,
    })),
    ...rehearsal.probes.map(({ id, verdict, detail }) => ({ suite: "probes", name: id, verdict, message: detail })),
    ...rehearsal.findings.filter(({ rule }) => rule === "rehearsal/missing-change").map(({ detail }) => ({
      suite: "state", name: detail, verdict: "blocked", message: "declared, and does not happen",
    })),
    ...selfTest
      .filter(({ verdict }) => verdict !== "not-applicable")
      .map(({ id, what, verdict, by }) => ({
        suite: "self-test", name: `${id}: ${what}`, verdict: verdict === "caught" ? "pass" : verdict === "missed" ? "blocked" : "not-run", message: by.join("; ") || "nobody noticed",
      })),
    ...rehearsal.notRun.map(({ check, reason }) => ({ suite: "not run", name: check, verdict: "not-run", message: reason })),
  ];
  const suites = [...new Set(cases.map(({ suite }) => suite))].map((suite) => {
    const own = cases.filter((one) => one.suite === suite);
    const failures = own.filter(({ verdict }) => verdict === "blocked").length;
    const errors = own.filter(({ verdict }) => verdict === "not-run").length;
    return `  <testsuite name="${escape(suite)}" tests="${own.length}" failures="${failures}" errors="${errors}">\n${own.map(caseXml).join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="drydock rehearsal">\n${suites.join("")}</testsuites>\n`;
}

function caseXml({ suite, name, verdict, message }: Case): string {
  const open = `    <testcase classname="${escape(suite)}" name="${escape(name)}"`;
  if (verdict === "pass") return `${open}/>\n`;
  // A check that could not be made is an error, so that no pipeline counts it as passed or skipped.
  const element = verdict === "blocked" ? "failure" : "error";
  return `${open}><${element} message="${escape(message.split("\n")[0] ?? "")}">${escape(message)}</${element}></testcase>\n`;
}

/** Escapes for XML 1.0, and makes characters visible that XML does not allow. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
