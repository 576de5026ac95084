import type { DecodedCall } from "../../decode/types.js";
import type { Finding, NotRun } from "../../finding.js";
import { safeContractAt, safeContractByCode, type SafeContract } from "../known-code.js";
import { aboutCall } from "./finding.js";
import type { RuleInput, SafeRule } from "./types.js";

const ALLOWED: ReadonlySet<string> = new Set(["multi-send", "multi-send-call-only", "multicall", "create-call", "sign-message"]);
/** zkSync Era, its test chain, Abstract, Lens, Sophon, and other EraVM chains: the same address holds other code there. */
const ERA_VM: ReadonlySet<bigint> = new Set([
  232n,
  280n,
  300n,
  302n,
  324n,
  388n,
  2741n,
  11124n,
  37111n,
  50104n,
  531050104n,
]);

/** Delegatecalled code can rewrite every storage word of the Safe, its singleton first (Bybit 2025). */
export const delegatecall: SafeRule = (input) => {
  const findings: Finding[] = [];
  const notRun = new Map<string, NotRun>();
  const mayBeCall = new Set(input.calls.filter(({ function: signature }) => signature === "execute(address,bytes)").map(({ path }) => `${path}.0`));
  const setUps = new Set(input.calls.filter(({ function: signature }) => signature?.startsWith("setup(")).map(({ path }) => path));
  for (const call of input.calls) {
    if (call.operation !== 1) continue;
    if (isAccessManagerCall(input, call)) continue;
    const { contract, checked } = contractOf(input, call.to ?? "");
    // A new Safe sets itself up so; SafeToL2Setup refuses one that was used before.
    const isFirst = contract?.kind === "l2-setup" && setUps.has(call.path.slice(0, call.path.lastIndexOf(".")));
    if (contract && (ALLOWED.has(contract.kind) || isFirst)) {
      if (!checked)
        notRun.set(contract.address, {
          check: "code at the delegatecall's target",
          reason: `${contract.address} is where ${contract.name} ${contract.version} is published; the code there was not read`,
        });
      continue;
    }
    const allowed = allowedByTrust(input, call.to ?? "", notRun);
    if (allowed !== undefined) {
      findings.push(
        aboutCall(call, {
          rule: "agreed-delegatecall",
          severity: "low",
          title: "delegatecall into code that your trust file allows",
          detail: `${call.to ?? ""} runs as ${call.from ?? "the caller"}: ${allowed}`,
          remedy: "know that this code can do everything that the caller can",
        }),
      );
      continue;
    }
    findings.push(
      aboutCall(call, {
        rule: contract?.kind === "migration" || contract?.kind === "l2-setup" ? "singleton-change" : "delegatecall",
        severity: "critical",
        title: contract
          ? `delegatecall into ${contract.name} ${contract.version}, which changes the Safe's own code`
          : "delegatecall into unknown code",
        detail: `${mayBeCall.has(call.path) ? "execute(address,bytes) is a delegatecall of DSProxy and of upgrade executors, and a plain call of an AccessManager, which your trust file would have to name: " : ""}${call.to ?? "an unknown address"} runs as ${call.from ?? "the caller"}${call.function ? `, although it reads like ${call.function}` : ""}; it can replace the code, owners and modules, and move every asset`,
        remedy:
          "do not sign, unless you know this code byte by byte; then put its address and code hash under `delegatecalls` in your trust file",
      }),
    );
  }
  return { findings, notRun: [...notRun.values()] };
};

/** The signer's own reason to let this code run, if it is that code. */
function allowedByTrust({ trust, chainFacts }: RuleInput, address: string, notRun: Map<string, NotRun>): string | undefined {
  const entry = trust?.delegatecalls?.find((candidate) => candidate.address.toLowerCase() === address.toLowerCase());
  if (!entry) return undefined;
  const live = chainFacts?.codeHashes.get(address.toLowerCase());
  if (live === undefined)
    notRun.set(address, { check: "code at the delegatecall's target", reason: `${address} is allowed by your trust file; the code there was not read` });
  return live === undefined || live === entry.codeHash ? entry.reason : undefined;
}

function contractOf(
  { chainId, chainFacts }: RuleInput,
  address: string,
): { contract: SafeContract | undefined; checked: boolean } {
  const hash = chainFacts?.codeHashes.get(address.toLowerCase());
  if (hash !== undefined) return { contract: hash === null ? undefined : safeContractByCode(hash), checked: true };
  return { contract: ERA_VM.has(chainId) ? undefined : safeContractAt(address), checked: false };
}

/** `execute(address,bytes)` is a plain call when an AccessManager makes it. */
function isAccessManagerCall({ calls, trust }: RuleInput, call: DecodedCall): boolean {
  if (!trust?.accounts.some(({ kind }) => kind === "access-manager")) return false;
  const parent = calls.find(({ path }) => path === call.path.slice(0, call.path.lastIndexOf(".")));
  return (
    parent?.function === "execute(address,bytes)" &&
    trust.accounts.some(({ address, kind }) => address === parent.to && kind === "access-manager")
  );
}

/** Batches that only act for the Safe when it delegatecalls them. */
export const helperByCall: SafeRule = ({ calls }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const isMultiSend = call.function === "multiSend(bytes)";
    const isMulticall = call.contract === "Multicall3" && call.calls.some(({ size }) => size > 0);
    if (call.operation !== 0 || (!isMultiSend && !isMulticall)) return [];
    const name = isMultiSend ? "MultiSend" : "Multicall3";
    return [
      aboutCall(call, {
        rule: isMultiSend ? "multisend-by-call" : "multicall-by-call",
        severity: "medium",
        title: `${name} is called, not delegatecalled`,
        detail: `its calls come from the ${name} contract, which has no authority, and not from ${call.from ?? "the caller"}`,
        remedy: "have the batch proposed again with operation 1",
      }),
    ];
  }),
});
