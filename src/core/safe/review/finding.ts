import type { DecodedCall } from "../../decode/types.js";
import type { Confidence, Finding, Severity } from "../../finding.js";

/** A finding about one call of the tree. Bytes that only may be a call are one step less sure. */
export function aboutCall(
  call: DecodedCall,
  finding: {
    rule: string;
    severity: Severity;
    confidence?: Confidence;
    title: string;
    detail: string;
    remedy: string;
    address?: string;
  },
): Finding {
  const address = finding.address ?? call.to;
  return {
    rule: `review/${finding.rule}`,
    severity: finding.severity,
    confidence: finding.confidence ?? (call.relation === "guess" ? "medium" : "high"),
    title: finding.title,
    detail: `call ${call.path}: ${finding.detail}`,
    where: {
      ...(address === undefined ? {} : { address }),
      ...(call.function === undefined ? {} : { function: call.function }),
    },
    remedy: finding.remedy,
  };
}

/** A finding about the Safe transaction as a whole. */
export function aboutTransaction(
  address: string,
  finding: { rule: string; severity: Severity; confidence?: Confidence; title: string; detail: string; remedy: string },
): Finding {
  return {
    rule: `review/${finding.rule}`,
    severity: finding.severity,
    confidence: finding.confidence ?? "high",
    title: finding.title,
    detail: finding.detail,
    where: { address },
    remedy: finding.remedy,
  };
}
