import type { Finding } from "../../finding.js";
import type { AuthorityFacts, Expectations } from "../facts.js";
import { implementationFindings } from "./implementations.js";
import { safeFindings } from "./safes.js";
import { timelockFindings } from "./timelocks.js";
import { upgradeAuthorityFindings } from "./upgrade-authority.js";

/** P9–P12, P15 and P16 over what the resolver found. */
export function authorityFindings(facts: AuthorityFacts, expected: Expectations): Finding[] {
  return [upgradeAuthorityFindings, timelockFindings, safeFindings, implementationFindings].flatMap((judge) => judge(facts, expected));
}
