import { z } from "zod";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { Confidence, Finding, NotRun, Severity } from "../finding.js";

const region = z.object({
  startLine: z.number().int().optional(),
  startColumn: z.number().int().optional(),
  endLine: z.number().int().optional(),
  endColumn: z.number().int().optional(),
});
const ruleSchema = z
  .object({
    id: z.string(),
    shortDescription: z.object({ text: z.string() }).partial().optional(),
    help: z.object({ text: z.string() }).partial().optional(),
    defaultConfiguration: z.object({ level: z.string() }).partial().optional(),
    properties: z.record(z.unknown()).optional(),
  })
  .passthrough();
const sarifSchema = z.object({
  version: z.literal("2.1.0"),
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string(), rules: z.array(ruleSchema).optional() }) }),
      results: z
        .array(
          z.object({
            ruleId: z.string().optional(),
            ruleIndex: z.number().int().optional(),
            level: z.string().optional(),
            message: z.object({ text: z.string() }).partial(),
            locations: z
              .array(
                z.object({
                  physicalLocation: z
                    .object({ artifactLocation: z.object({ uri: z.string() }).partial().optional(), region: region.optional() })
                    .optional(),
                }),
              )
              .optional(),
          }),
        )
        .nullable()
        .optional(),
      invocations: z.array(z.object({ executionSuccessful: z.boolean().optional() })).nullable().optional(),
    }),
  ),
});

const BY_LEVEL: Readonly<Record<string, Severity>> = { error: "high", warning: "medium", note: "low", none: "info" };

/**
 * Findings of another tool's SARIF 2.1.0 log, as rules `slither/…`, `aderyn/…`, `mythril/…`. Severity comes from
 * `security-severity` where the tool gives it, else from the level; confidence from `precision`, else medium.
 *
 * @param uriOf maps the log's URI to a source name of the compiler.
 * @throws DrydockError SARIF_MALFORMED
 */
export function findingsFromSarif(path: string, content: string, uriOf: (uri: string) => string = plainPath): Finding[] {
  return parse(path, content).runs.flatMap(({ tool, results }) => {
    const { driver } = tool;
    const name = driver.name.toLowerCase().split(/\s/)[0] ?? "tool";
    return (results ?? []).map((result): Finding => {
      const byIndex = result.ruleIndex === undefined ? undefined : driver.rules?.[result.ruleIndex];
      const rule = driver.rules?.find(({ id }) => id === result.ruleId) ?? byIndex;
      const location = result.locations?.[0]?.physicalLocation;
      const uri = location?.artifactLocation?.uri;
      return {
        rule: `${name}/${plainId(name, result.ruleId ?? rule?.id ?? "unknown")}`,
        severity: severityOf(rule?.properties?.["security-severity"], result.level ?? rule?.defaultConfiguration?.level),
        confidence: confidenceOf(rule?.properties?.precision),
        title: rule?.shortDescription?.text ?? result.ruleId ?? "finding",
        detail: result.message.text ?? "",
        where: {
          ...(uri === undefined ? {} : { file: uriOf(uri) }),
          ...(location?.region?.startLine === undefined ? {} : { line: location.region.startLine }),
          ...(location?.region?.startColumn === undefined ? {} : { column: location.region.startColumn }),
          ...(location?.region?.endLine === undefined ? {} : { endLine: location.region.endLine }),
          ...(location?.region?.endColumn === undefined ? {} : { endColumn: location.region.endColumn }),
        },
        remedy: rule?.help?.text ?? `see the documentation of ${driver.name}`,
      };
    });
  });
}

/**
 * The runs of another tool's log that did not come to an end: its findings, or their absence, say nothing then. SARIF 2.1.0
 * marks one by `executionSuccessful: false` or by `results: null`; a log without runs shows nothing.
 *
 * @throws DrydockError SARIF_MALFORMED
 */
export function notRunFromSarif(path: string, content: string): NotRun[] {
  const { runs } = parse(path, content);
  if (runs.length === 0) return [{ check: path, reason: "the log holds no run" }];
  return runs.flatMap(({ tool, results, invocations }) => {
    const failed = invocations?.some(({ executionSuccessful }) => executionSuccessful === false) === true;
    if (!failed && results !== null && results !== undefined) return [];
    const reason = failed ? `${tool.driver.name} says that it did not end well` : `${tool.driver.name} gave no results`;
    return [{ check: path, reason }];
  });
}

function parse(path: string, content: string): z.infer<typeof sarifSchema> {
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.SARIF_MALFORMED, { path, detail });
  };
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    fail("it is not JSON");
  }
  const parsed = sarifSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(`${issue?.path.join(".") || "the document"}: ${issue?.message ?? "malformed"}`);
  }
  return parsed.data;
}

/** A log's URI as a path, without scheme and escapes; one that is wrongly escaped as it stands. */
export function plainPath(uri: string): string {
  const plain = uri.replace(/^file:\/\//, "").replace(/^\.\//, "");
  try {
    return decodeURI(plain);
  } catch {
    return plain;
  }
}

/** Slither puts impact and confidence before its detector's name: `0-1-incorrect-exp`. */
function plainId(tool: string, id: string): string {
  return tool === "slither" ? id.replace(/^\d-\d-/, "") : id;
}

function severityOf(score: unknown, level: string | undefined): Severity {
  const value = Number(score);
  if (score !== undefined && score !== null && Number.isFinite(value)) {
    return value >= 9 ? "critical" : value >= 7 ? "high" : value >= 4 ? "medium" : value > 0 ? "low" : "info";
  }
  return BY_LEVEL[level ?? "warning"] ?? "medium";
}

function confidenceOf(precision: unknown): Confidence {
  if (precision === "very-high" || precision === "high") return "high";
  return precision === "low" ? "low" : "medium";
}
