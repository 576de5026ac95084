import type { Finding } from "../core/finding.js";
import type { Status } from "./status.js";

/** What of a status somebody has to look at. */
export function statusFindings({ proposals, broken, unexplained }: Status): Finding[] {
  return [
    ...unexplained.map(
      ({ timelock, id, state, readyAt, calls }): Finding => ({
        rule: "status/unexplained-operation",
        severity: "high",
        confidence: "medium",
        title: "A pending timelock operation that no bundle here explains",
        detail: `operation ${id} is ${state} (executable from ${readyAt}) and calls ${calls.map(({ target }) => target).join(", ")}`,
        where: { address: timelock },
        remedy: "Find out who scheduled it; cancel it if nobody can say what it is.",
      }),
    ),
    ...proposals
      .filter(({ progress }) => progress === "drifted")
      .map(
        ({ bundle, detail }): Finding => ({
          rule: "status/drifted",
          severity: "high",
          confidence: "high",
          title: "The chain is no longer what the proposal was made for",
          detail,
          where: { file: bundle },
          remedy: "Cancel the proposal if it is scheduled, then resolve and propose again.",
        }),
      ),
    ...broken.map(
      ({ bundle, reason }): Finding => ({
        rule: "status/broken-bundle",
        severity: "high",
        confidence: "high",
        title: "A bundle that can't be trusted",
        detail: reason,
        where: { file: bundle },
        remedy: "Do not sign it; get the bundle again over another channel.",
      }),
    ),
  ];
}
