import type { DecodedCall } from "../../decode/types.js";
import type { Finding } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { SafeRule } from "./types.js";

/** Calls of a Multicall3 batch that may fail while the others go through: a safeguard that is skipped without a word. */
export const silentFailure: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const paths = mayFail(call);
    if (paths.length === 0) return [];
    return [
      aboutCall(call, {
        rule: "silent-failure",
        severity: "medium",
        title: "calls that may fail without anybody noticing",
        detail: `${paths.slice(0, 10).join(", ")}${paths.length > 10 ? ` and ${paths.length - 10} more` : ""} may fail, and the rest of the batch is executed all the same`,
        remedy: "have it proposed so that every call must succeed, unless you know why one may fail",
      }),
    ];
  }),
});

function mayFail(call: DecodedCall): string[] {
  const name = call.function ?? "";
  if (/^try(BlockAnd)?Aggregate\(/.test(name)) return argument(call, 0) === "false" ? call.calls.map(({ path }) => path) : [];
  if (!name.startsWith("aggregate3")) return [];
  const allowed = (call.args[0]?.items ?? []).map(({ items }) => items?.[1]?.value === "true");
  return call.calls.filter((_, index) => allowed[index]).map(({ path }) => path);
}
