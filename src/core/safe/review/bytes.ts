import type { Finding, Severity } from "../../finding.js";
import type { DecodedCall, WarningCode } from "../../decode/types.js";
import { aboutCall } from "./finding.js";
import type { SafeRule } from "./types.js";

const SEVERITY: Readonly<Record<WarningCode, Severity>> = {
  "unknown-function": "high",
  "undecodable-arguments": "high",
  limit: "high",
  truncated: "high",
  "trailing-bytes": "high",
  "dirty-padding": "high",
  gap: "high",
  overlap: "high",
  "bad-operation": "high",
  "zero-target": "high",
  "length-mismatch": "high",
  offset: "medium",
  "name-conflict": "medium",
  "value-mismatch": "high",
  "callback-bytes": "high",
  "opaque-call": "medium",
  "opaque-bytes": "low",
  "missing-padding": "low",
  "invalid-utf8": "low",
};

/** Bytes that nothing explains block: an expected call with something hidden behind it must never look like the call. */
export const unexplainedBytes: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const missing = call.unexplained.reduce((sum, { start, end }) => sum + end - start, 0);
    if (missing === 0) return [];
    const where = call.unexplained.map(({ start, end }) => `${start}–${end}`).join(", ");
    const first = call.warnings[0];
    return [
      aboutCall(call, {
        rule: "unexplained-bytes",
        severity: "high",
        title: call.provenance === "unknown" ? "nobody here knows what this call does" : "bytes that nothing explains",
        detail: `${missing} of ${call.size} bytes (${where})${first ? `: ${first.detail}` : ""}`,
        remedy: remedyOf(call),
      }),
    ];
  }),
});

/** What would explain these bytes, if anything does. */
function remedyOf({ warnings, to }: DecodedCall): string {
  const codes = new Set(warnings.map(({ code }) => code));
  if (codes.has("unknown-function"))
    return `get the ABI of ${to ?? "the called contract"} from its verified source, and review again with --abi FILE; do not sign what is not explained`;
  if (codes.has("callback-bytes"))
    return "have it proposed without these bytes; if the called contract needs them, find out from its source what it does with them";
  if (codes.has("opaque-bytes"))
    return "have this code deployed by any other account (a CREATE2 address does not depend on who sends it), and review again once it is there";
  if (codes.has("limit")) return "have it proposed in smaller parts; do not sign what is not explained";
  return "have the transaction proposed again, encoded by a standard encoder: no ABI explains these bytes";
}

/** Encodings that a standard encoder would not have written. */
export const oddEncoding: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call) =>
    call.warnings
      .filter(({ code }) => call.unexplained.length === 0 || SEVERITY[code] !== "high")
      .map((warning) =>
        aboutCall(call, {
          rule: `encoding/${warning.code}`,
          severity: SEVERITY[warning.code],
          title: "an encoding that a standard encoder would not have written",
          detail: `${warning.detail}${warning.at === undefined ? "" : ` (byte ${warning.at})`}`,
          remedy: "ask the proposer how this calldata was made",
        }),
      ),
  ),
});

/**
 * Names that only the document brings: a selector can be mined to fit any name, so that they explain as little as no name
 * at all. In a bundle the rehearsal still shows what the call does.
 */
export const claimedFunction: SafeRule = ({ calls, planned }) => ({
  findings: [
    ...new Map(calls.filter(({ provenance }) => provenance === "claimed").map((call) => [key(call), call])).values(),
  ].map((call) =>
    aboutCall(call, {
      rule: "claimed-function",
      severity: planned ? "medium" : "high",
      confidence: "medium",
      title: "the name of this function is only claimed",
      detail: `${call.function ?? call.selector ?? ""} at ${call.to ?? "an unknown address"} is what the document says`,
      remedy: "get the ABI from the contract's verified source, and review again with --abi FILE",
    }),
  ),
});

function key({ to, function: signature }: DecodedCall): string {
  return `${to ?? ""} ${signature ?? ""}`;
}
