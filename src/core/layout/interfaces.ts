import { similarNames } from "./names.js";
import type { ValueType } from "./types.js";

/** What calling a stored address through another contract type means. */
export interface InterfaceChange {
  detail: string;
  severity: "high" | "medium" | "low";
}

/**
 * Whether a contract that was stored as `from` can be called as `to`. It has the functions of `from`: what `to` has beyond
 * them, it may not have. Where the functions aren't known (a stored layout), or there are none, the names decide. Undefined
 * when every function that it can be called with is one of the old ones.
 */
export function interfaceChange(from: ValueType, to: ValueType): InterfaceChange | undefined {
  const [was, is] = [bare(from.label), bare(to.label)];
  const called = was === is ? `${is}, which changed` : `a ${is}`;
  const [old, current] = [from.functions ?? {}, to.functions ?? {}];
  const selectors = Object.keys(current);
  if (Object.keys(old).length === 0 || selectors.length === 0) {
    if (was === is) return undefined;
    return { detail: `the stored address was a ${was} and is now called as a ${is}`, severity: sameRole(was, is) ? "low" : "high" };
  }
  const unknown = selectors.filter((selector) => !(selector in old));
  const known = selectors.length - unknown.length;
  const returns = selectors.filter((selector) => selector in old && old[selector] !== "" && current[selector] !== "" && old[selector] !== current[selector]);
  if (returns.length > 0) {
    return { detail: `the stored address was a ${was} and is now called as ${called}: 0x${returns[0] ?? ""} returned ${old[returns[0] ?? ""] ?? ""} and is read as ${current[returns[0] ?? ""] ?? ""}`, severity: "medium" };
  }
  if (unknown.length === 0) return undefined;
  const detail = `the stored address was a ${was} and is now called as ${called}: ${unknown.length} of its ${selectors.length} functions the old type did not have`;
  if (known === 0) return { detail, severity: "high" };
  if (sameRole(was, is)) return { detail, severity: "low" };
  return { detail, severity: known >= unknown.length ? "medium" : "high" };
}

function bare(label: string): string {
  return label.replace(/^contract /, "");
}

/** `IOracle` and `IOracleV2`, `Token` and `IToken`: the same thing in a newer or more abstract form. */
function sameRole(a: string, b: string): boolean {
  const role = (label: string): string => label.replace(/^I(?=[A-Z])/, "").replace(/(V[0-9]+|Upgradeable|Interface|Extended|Metadata)+$/i, "");
  return similarNames(role(a), role(b));
}
