import type { Finding } from "../finding.js";
import type { ReadsReport } from "../schema/inspect.js";

/**
 * What a reader should know about the endpoints that an answer rests on. A proven lie blocks: what the verdict rests on
 * was proven by others, but somebody is trying to deceive this reader.
 */
export function readsFindings({ endpoints, evidence, confidence, quorum }: ReadsReport): Finding[] {
  const findings = endpoints.flatMap(({ endpoint, role, detail }): Finding[] => {
    const about = { rule: `reads/${role}`, where: {}, confidence: "high" as const };
    if (role === "lying") {
      const lie = evidence.find((one) => one.endpoint === endpoint);
      const proof = lie === undefined ? "" : `, at block ${lie.block}, by a proof of ${lie.proof.length} parts`;
      return [{ ...about, severity: "high", title: "an RPC endpoint lies", detail: `${endpoint}: ${detail}${proof}`, remedy: "stop using this endpoint, and ask who runs it" }];
    }
    if (role === "behind" || role === "other-chain" || role === "down") {
      const title = { behind: "an RPC endpoint is behind", "other-chain": "an RPC endpoint serves another chain", down: "an RPC endpoint does not answer" }[role];
      return [{ ...about, severity: "low", title, detail: `${endpoint}: ${detail}`, remedy: "correct or remove the endpoint; it was not used" }];
    }
    return [];
  });
  if (endpoints.length > 1 && confidence === "trusted") {
    findings.push({
      rule: "reads/unproven",
      where: {},
      confidence: "high",
      severity: "low",
      title: "the answer rests on trust in the endpoints",
      detail: quorum < 2 ? "only one endpoint stood for the block's hash" : "no endpoint gave proofs",
      remedy: "add an endpoint of another operator that serves eth_getProof",
    });
  }
  return findings;
}
