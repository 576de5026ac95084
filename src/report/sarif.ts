import { RULES } from "../core/checks/registry.js";
import { snippetHash } from "../core/checks/baseline.js";
import type { Suppressed } from "../core/checks/suppressions.js";
import type { Finding, NotRun, Severity } from "../core/finding.js";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};
/** As code scanning services band them: over 9 critical, over 7 high, over 4 medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.0",
  low: "2.0",
  info: "0.0",
};
const PRECISION = { high: "high", medium: "medium", low: "low" } as const;

export interface SarifOptions {
  /** Version of Drydock. */
  version: string;
  /** Where the rule pages are; the rule's id and `.md` are added. */
  helpBase?: string;
  /** Maps a source name of the compiler to a path in the repository, `project/contracts/A.sol` to `contracts/A.sol`. */
  pathOf?: (file: string) => string;
}

/**
 * A SARIF 2.1.0 log (OASIS standard) of one run: repository-relative URIs under `%SRCROOT%`, every rule described, what
 * was suppressed with its reason, what could not be checked as a notification. A finding about the chain anchors where
 * its contract is written, or nowhere, and has the address in `properties`.
 */
export function toSarif(
  findings: readonly Finding[],
  suppressed: readonly Suppressed[],
  notRun: readonly NotRun[],
  options: SarifOptions,
): SarifLog {
  const helpBase = options.helpBase ?? "https://github.com/hardhat-drydock/hardhat-drydock/blob/main/docs/checks/";
  const used = [...new Set([...findings, ...suppressed.map(({ finding }) => finding)].map(({ rule }) => rule))];
  const foreign = used.filter((id) => !RULES.some((rule) => rule.id === id));
  const rules: SarifRule[] = [
    ...RULES.map((rule) => ({
      id: rule.id,
      name: pascal(rule.title),
      shortDescription: { text: rule.title },
      fullDescription: { text: `${rule.flags} ${rule.why}` },
      help: { text: rule.remedy },
      helpUri: `${helpBase}${rule.id}.md`,
      defaultConfiguration: { level: LEVEL[rule.severity] },
      properties: {
        tags: ["security", ...Object.values(rule.references)],
        precision: PRECISION[rule.confidence],
        "security-severity": SECURITY_SEVERITY[rule.severity],
      },
    })),
    ...foreign.map((id) => describeForeign(id, [...findings, ...suppressed.map(({ finding }) => finding)], helpBase)),
  ];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const toResult = (finding: Finding): SarifResult => resultOf(finding, indexOf.get(finding.rule) ?? 0, options.pathOf);
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Drydock", version: options.version, informationUri: helpBase.replace(/docs\/checks\/$/, ""), rules } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "the repository" } } },
        results: [
          ...findings.map(toResult),
          ...suppressed.map(({ finding, by, reason, source }) => ({
            ...toResult(finding),
            suppressions: [
              { kind: by === "comment" ? ("inSource" as const) : ("external" as const), justification: `${reason} (${source})` },
            ],
          })),
        ],
        invocations: [
          {
            executionSuccessful: notRun.length === 0,
            toolExecutionNotifications: notRun.map(({ check, reason }) => ({
              level: "error" as const,
              message: { text: `${check}: ${reason}` },
            })),
          },
        ],
      },
    ],
  };
}

function resultOf(finding: Finding, ruleIndex: number, pathOf: SarifOptions["pathOf"]): SarifResult {
  const { where } = finding;
  const names = [where.contract, where.function].filter((name) => name !== undefined).join(".");
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text: `${finding.title}: ${finding.detail}. ${finding.remedy}` },
    locations:
      where.file === undefined
        ? []
        : [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(relative(pathOf?.(where.file) ?? where.file)), uriBaseId: "%SRCROOT%" },
                ...(where.line === undefined ? {} : { region: regionOf(where) }),
              },
              ...(names === "" ? {} : { logicalLocations: [{ fullyQualifiedName: names, kind: "function" }] }),
            },
          ],
    partialFingerprints: { drydock: snippetHash(`${finding.rule} ${names} ${finding.detail}`) },
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      ...(where.address === undefined ? {} : { address: where.address }),
      ...(where.slot === undefined ? {} : { slot: where.slot }),
    },
  };
}

function regionOf(where: Finding["where"]): SarifRegion {
  const startLine = where.line ?? 1;
  const startColumn = where.column ?? 1;
  const endLine = where.endLine ?? startLine;
  return {
    startLine,
    startColumn,
    endLine,
    ...(where.endColumn === undefined ? {} : { endColumn: where.endColumn }),
  };
}

/** Rules of other tools, and Drydock's own notes on suppressions, described by what they found. */
function describeForeign(id: string, findings: readonly Finding[], helpBase: string): SarifRule {
  const found = findings.find(({ rule }) => rule === id);
  const severity = found?.severity ?? "info";
  return {
    id,
    name: pascal(id),
    shortDescription: { text: found?.title ?? id },
    fullDescription: { text: found?.title ?? id },
    help: { text: found?.remedy ?? "see the tool's own documentation" },
    helpUri: `${helpBase}using.md`,
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ["security"], precision: PRECISION[found?.confidence ?? "low"], "security-severity": SECURITY_SEVERITY[severity] },
  };
}

function relative(file: string): string {
  return file.replace(/^(?:\.\/|\/+)+/, "");
}

function pascal(text: string): string {
  return text.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? "").toUpperCase()).replace(/^./, (first) => first.toUpperCase());
}

export interface SarifRegion {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn?: number;
}

export interface SarifRule {
  id: string;
  name: string;
  shortDescription: { text: string };
  fullDescription: { text: string };
  help: { text: string };
  helpUri: string;
  defaultConfiguration: { level: "error" | "warning" | "note" };
  properties: { tags: string[]; precision: string; "security-severity": string };
}

export interface SarifResult {
  ruleId: string;
  ruleIndex: number;
  level: "error" | "warning" | "note";
  message: { text: string };
  locations: {
    physicalLocation: { artifactLocation: { uri: string; uriBaseId: string }; region?: SarifRegion };
    logicalLocations?: { fullyQualifiedName: string; kind: string }[];
  }[];
  partialFingerprints: Record<string, string>;
  suppressions?: { kind: "inSource" | "external"; justification: string }[];
  properties: Record<string, string>;
}

export interface SarifLog {
  $schema: string;
  version: "2.1.0";
  runs: {
    tool: { driver: { name: string; version: string; informationUri: string; rules: SarifRule[] } };
    columnKind: "utf16CodeUnits";
    originalUriBaseIds: Record<string, { description: { text: string } }>;
    results: SarifResult[];
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: { level: "error"; message: { text: string } }[] }[];
  }[];
}
