import { z } from "zod";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { Confidence, Finding, Severity } from "../finding.js";

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
  return parsed.data.runs.flatMap(({ tool, results }) => {
    const { driver } = tool;
    const name = driver.name.toLowerCase().split(/\s/)[0] ?? "tool";
    return (results ?? []).map((result): Finding => {
      const byIndex = result.ruleIndex === undefined ? undefined : driver.rules?.[result.ruleIndex];
      const rule = driver.rules?.find(({ id }) => id === result.ruleId) ?? byIndex;
      const location = result.locations?.[0]?.physicalLocation;
      const uri = location?.artifactLocation?.uri;
      return {
        rule: `${name}/${result.ruleId ?? rule?.id ?? "unknown"}`,
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

function plainPath(uri: string): string {
  return decodeURI(uri).replace(/^file:\/\//, "").replace(/^\.\//, "");
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
