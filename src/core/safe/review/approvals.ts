import type { Finding } from "../../finding.js";
import { safeHashes } from "../hashes.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { SafeRule } from "./types.js";

/** `approveHash(H)`: H must be the recomputed hash of a transaction that is reviewed here, of the Safe that is called. */
export const approvedHash: SafeRule = ({ calls, approves, chainId }) => ({
  findings: calls
    .filter((call) => call.function === "approveHash(bytes32)")
    .flatMap((call): Finding[] => {
      const hash = argument(call, 0);
      const parent = (approves ?? []).find((candidate) => candidate.chainId === chainId && safeHashes(candidate).safeTxHash === hash);
      if (parent && parent.safe.toLowerCase() === call.to?.toLowerCase()) return [];
      return [
        aboutCall(call, {
          rule: "blind-approval",
          severity: parent ? "critical" : "high",
          title: "approves a transaction that nobody showed",
          detail: parent
            ? `${hash} is a transaction of the Safe ${parent.safe}, but ${call.to ?? "another contract"} is asked to take it`
            : `${hash} is the hash of no transaction that was given here`,
          remedy: "get the transaction that is approved, and review it together with this one",
        }),
      ];
    }),
});
