import { reasonOf } from "../../errors/drydock-error.js";
import type { Finding, NotRun } from "../finding.js";
import { signatureOf, type ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import type { Hit, Rule, RuleContext, VersionPair } from "./rule.js";

export interface Detected {
  findings: Finding[];
  notRun: NotRun[];
}

/**
 * Runs every rule that has a detector over the contracts and version pairs. A detector that throws is not-run for that
 * contract, never a pass; the others go on.
 */
export function detect(rules: readonly Rule[], context: RuleContext, pairs: readonly VersionPair[]): Detected {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const seen = new Set<string>();
  const take = (rule: Rule, what: string, hits: () => Iterable<Hit>): void => {
    try {
      for (const hit of hits()) {
        const finding = toFinding(rule, hit);
        const { file, line, column } = finding.where;
        const key = [rule.id, file, line, column, finding.title].join("\n");
        if (!seen.has(key)) findings.push(finding);
        seen.add(key);
      }
    } catch (error) {
      notRun.push({ check: rule.id, reason: `${what}: ${reasonOf(error)}` });
    }
  };
  for (const rule of rules) {
    for (const view of context.contracts) {
      if (rule.contract !== undefined) take(rule, view.name, () => rule.contract?.(view, context) ?? []);
    }
    for (const pair of pairs) {
      if (rule.pair !== undefined) take(rule, pair.next.name, () => rule.pair?.(pair, context) ?? []);
    }
  }
  for (const view of context.contracts) {
    for (const { fn, unfollowed } of factsOf(view).all) {
      const [reason] = unfollowed;
      if (reason !== undefined) notRun.push({ check: `flow of ${view.name}.${fn.name || "fallback"}`, reason });
    }
  }
  return { findings, notRun };
}

function toFinding(rule: Rule, hit: Hit): Finding {
  const { program } = hit.view;
  const place = program.placeOf(hit.at ?? hit.fn ?? hit.view.definition);
  const isWhole = hit.at === undefined || "nodes" in hit.at || "body" in hit.at;
  return {
    rule: rule.id,
    severity: hit.severity ?? rule.severity,
    confidence: hit.confidence ?? rule.confidence,
    title: hit.title ?? rule.title,
    detail: hit.detail,
    where: {
      file: place.file,
      line: place.line,
      column: place.column,
      // A whole function or contract is marked by its first line.
      ...(isWhole ? {} : { endLine: place.endLine, endColumn: place.endColumn }),
      contract: hit.view.name,
      ...(hit.fn && { function: signatureOf(hit.fn) }),
    },
    remedy: rule.remedy,
  };
}

/** Bases first, so that what a base shows is reported once, there. */
export function basesFirst(views: readonly ContractView[]): ContractView[] {
  return [...views].sort((a, b) => a.bases.length - b.bases.length);
}
