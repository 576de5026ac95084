import type { Finding, NotRun, Verdict } from "../core/finding.js";
import { visible } from "../core/visible.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";

/** What a verb found out, before it is printed. */
export interface VerbResult {
  verdict: Verdict;
  scope: string;
  findings: readonly Finding[];
  notRun: readonly NotRun[];
  /** The verb's own parts of the JSON answer. */
  parts: Record<string, unknown>;
  /** What a person reads, in full. */
  text: string;
}

/** Exit statuses: 0 every gate passed, 1 blocked, 2 could not run (so that not-run never reads as a pass). */
const EXIT_STATUS: Record<Verdict, number> = { pass: 0, blocked: 1, "not-run": 2 };

/**
 * Runs one verb: prints one JSON document on stdout with `--json`, else text, and sets the exit status. Sets
 * `process.exitCode` itself because Hardhat's `errorResult()` would make every status a 1, which stands for blocked.
 */
export async function runVerb(verb: string, { json }: { json: boolean }, run: () => Promise<VerbResult>): Promise<void> {
  try {
    const { verdict, scope, findings, notRun, parts, text } = await run();
    if (json) print({ schema: `drydock/${verb}@1`, verb, verdict, scope, findings, notRun, ...parts });
    else process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
    process.exitCode = EXIT_STATUS[verdict];
  } catch (thrown) {
    const error = refusalOfHardhat(thrown) ?? thrown;
    const known = error instanceof DrydockError;
    const code = known ? error.code : "DD000";
    const message = known ? error.what : (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " ");
    const remedy = known ? error.remedy : "this is a defect of Drydock; please report it with what --show-stack-traces adds";
    if (json) {
      const failed = { verdict: "not-run", scope: "none", findings: [], notRun: [{ check: verb, reason: message }] };
      print({ schema: `drydock/${verb}@1`, verb, ...failed, error: { code, message, remedy } });
    }
    // What others wrote stands in the message: a path, a version, a service's answer.
    const sentence = known ? error.message : `${code}: ${message} (${remedy})`;
    process.stderr.write(`${sentence.split(/\r?\n/).map(visible).join("\n  ")}\n`);
    if (!known && process.argv.includes("--show-stack-traces")) process.stderr.write(`${(error as Error | undefined)?.stack ?? ""}\n`);
    process.exitCode = EXIT_STATUS["not-run"];
  }
}

/** What Hardhat itself refuses (a configuration variable that is not set, say) is the user's to correct, not a defect. */
function refusalOfHardhat(error: unknown): DrydockError | undefined {
  if (!(error instanceof Error) || error.name !== "HardhatError") return undefined;
  const [, code = "errors", detail = error.message] = /^(HHE\d+): ([\s\S]*)$/.exec(error.message) ?? [];
  return new DrydockError(ERRORS.HARDHAT, { detail: detail.trim().replace(/\s*\n\s*/g, " ").replace(/\.$/, ""), code });
}

/** Characters beyond ASCII are escaped: a document that is looked at on a terminal can't rearrange what it shows. */
function print(answer: Record<string, unknown>): void {
  const json = JSON.stringify(answer, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2);
  process.stdout.write(`${json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`);
}
