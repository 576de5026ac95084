import type { Finding } from "../../finding.js";
import { safeContractByCode } from "../known-code.js";
import { aboutTransaction } from "./finding.js";
import type { RuleInput, SafeRule } from "./types.js";

/** Whether this is the signer's own Safe, as the trust file has it. A perfect transaction of another Safe is red. */
export const trustedSafe: SafeRule = ({ safe, version, chainId, trust, chainFacts }) => {
  if (!trust)
    return {
      findings: [],
      notRun: [{ check: "your trust file", reason: "there is none for this chain: nothing says that this is your Safe" }],
    };
  const wrong = (title: string, detail: string): { findings: Finding[] } => ({
    findings: [
      aboutTransaction(safe, {
        rule: "foreign-safe",
        severity: "critical",
        title,
        detail,
        remedy: "do not sign; ask over another channel which Safe is meant",
      }),
    ],
  });
  if (BigInt(trust.chainId) !== chainId)
    return wrong(
      "another chain",
      `the transaction is for chain ${chainId}, your trust file for chain ${trust.chainId}`,
    );
  const trusted = trust.safes.find(({ address }) => address.toLowerCase() === safe.toLowerCase());
  if (!trusted) return wrong("not a Safe of yours", `your trust file does not know the Safe ${safe}`);
  if (plain(trusted.version) !== plain(version))
    return wrong(
      "another Safe version",
      `the transaction states version ${version}, your trust file ${trusted.version}; the hash depends on it`,
    );
  const live = chainFacts?.safe;
  if (!live) return { findings: [] };
  const changed = [
    difference("owners", trusted.owners, live.owners),
    difference("modules", trusted.modules, live.modules),
    difference("threshold", [String(trusted.threshold)], [String(live.threshold)]),
    difference("guard", [trusted.guard ?? "none"], [live.guard ?? "none"]),
    difference("fallback handler", [trusted.fallbackHandler ?? "none"], [live.fallbackHandler ?? "none"]),
  ].filter((part) => part !== "");
  return {
    findings:
      changed.length === 0
        ? []
        : [
            aboutTransaction(safe, {
              rule: "safe-drift",
              severity: "high",
              title: "the Safe is not what your trust file says",
              detail: changed.join("; "),
              remedy: "find out who changed it; then write your trust file again with `upgrade inspect --write`",
            }),
          ],
  };
};

/** The live Safe's own code and version: a false version gives a hash of another transaction. */
export const liveSafe: SafeRule = ({ safe, version, trust, chainFacts }: RuleInput) => {
  const live = chainFacts?.safe;
  if (!live)
    return {
      findings: [],
      notRun: [{ check: "the Safe's code", reason: "its singleton and VERSION() were not read" }],
    };
  const findings: Finding[] = [];
  if (plain(live.version) !== plain(version))
    findings.push(
      aboutTransaction(safe, {
        rule: "version-mismatch",
        severity: "critical",
        title: "the stated Safe version is false",
        detail: `stated is ${version}, the Safe answers ${live.version}: the hashes here are not those that the Safe checks`,
        remedy: "do not sign; have the transaction proposed with the Safe's true version",
      }),
    );
  const trusted = trust?.safes.find(({ address }) => address.toLowerCase() === safe.toLowerCase());
  const known = safeContractByCode(live.singletonCodeHash);
  if (known?.kind !== "singleton" && trusted?.singletonCodeHash !== live.singletonCodeHash)
    findings.push(
      aboutTransaction(safe, {
        rule: "unknown-singleton",
        severity: "critical",
        title: "the Safe runs unknown code",
        detail: `its singleton's code has the hash ${live.singletonCodeHash}, which is no published Safe`,
        remedy: "do not sign; the Safe may already be taken over",
      }),
    );
  return { findings };
};

function plain(version: string): string {
  return version.replace(/\+L2$/i, "");
}

function difference(what: string, trusted: readonly string[], live: readonly string[]): string {
  const a = new Set(trusted.map((entry) => entry.toLowerCase()));
  const b = new Set(live.map((entry) => entry.toLowerCase()));
  const gone = [...a].filter((entry) => !b.has(entry));
  const added = [...b].filter((entry) => !a.has(entry));
  return gone.length + added.length === 0
    ? ""
    : `${what}: ${gone.join(", ") || "nothing"} → ${added.join(", ") || "nothing"}`;
}
