import type { Finding } from "../../core/finding.js";
import type { BundleBuild } from "../../core/schema/bundle.js";

const REMEDY = "do not sign; ask the proposer over another channel why the bundle says something else";

/** A critical finding: the bundle says something that was recomputed and is not so. */
export function contradiction(rule: string, title: string, detail: string, address?: string): Finding {
  return {
    rule: `review/${rule}`,
    severity: "critical",
    confidence: "high",
    title,
    detail,
    where: address === undefined ? {} : { address },
    remedy: REMEDY,
  };
}

/** A contradiction about one build. */
export function aboutBuild(build: BundleBuild, rule: string, title: string, detail: string): Finding {
  const finding = contradiction(rule, title, detail, build.address);
  return { ...finding, where: { ...finding.where, file: build.contract.file, contract: build.contract.name } };
}
