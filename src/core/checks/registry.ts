import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { Severity } from "../finding.js";
import type { Rule, RuleSource } from "./rule.js";
import { RULES } from "./rules/index.js";

const byId = new Map(RULES.map((rule) => [rule.id, rule]));

/** @returns undefined for an id that no rule has. */
export function ruleOf(id: string): Rule | undefined {
  return byId.get(id);
}

const DECIDED_ELSEWHERE: Readonly<Partial<Record<RuleSource, string>>> = {
  layout: "the comparison of storage layouts decides",
  authority: "is about the chain's state",
};

/** Severity of single rules as the project sets it; `off` leaves a rule out and is shown to signers. */
export type RuleSettings = Readonly<Record<string, Severity | "off">>;

/**
 * The rules that run, with the project's own severities.
 *
 * @throws DrydockError UNKNOWN_RULE for a setting of a rule that does not exist, RULE_NOT_SETTABLE for one that another
 * stage decides: there the setting would be listed and change nothing.
 */
export function selectRules(settings: RuleSettings = {}): Rule[] {
  for (const id of Object.keys(settings)) {
    const source = byId.get(id)?.source;
    if (source === undefined) throw new DrydockError(ERRORS.UNKNOWN_RULE, { where: "the configuration", rule: id });
    const reason = DECIDED_ELSEWHERE[source];
    if (reason !== undefined) throw new DrydockError(ERRORS.RULE_NOT_SETTABLE, { rule: id, reason });
  }
  return RULES.flatMap((rule) => {
    const setting = settings[rule.id];
    if (setting === "off") return [];
    return [setting === undefined ? rule : { ...rule, severity: setting }];
  });
}

export { RULES };
