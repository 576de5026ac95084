import { keccak256 } from "ethers";
import { getCode } from "../../chain/reads.js";
import { readProxy } from "../../chain/proxy.js";
import { gate, type Finding, type Gate, type NotRun } from "../../core/finding.js";
import type { PlanChange } from "../../core/schema/plan.js";
import { reviewCalledCode } from "./called-code.js";
import type { ReviewContext } from "./context.js";
import { contradiction } from "./finding.js";
import type { RebuildResult, Rebuilt } from "./rebuild.js";

/**
 * Whether the planned code is what the bundle's source builds, and whether what runs now is what the plan replaces.
 * Offline, the init code decides: the address of a CREATE2 deployment follows from it.
 */
export async function reviewCode(context: ReviewContext, { rebuilt, findings, notRun }: RebuildResult): Promise<Gate> {
  const found: Finding[] = [...findings];
  const missing: NotRun[] = [...notRun];
  for (const change of context.bundle.plan.changes) {
    const own = rebuilt.find(({ build }) => build.role === "new" && build.address === change.newImplementation);
    if (own) found.push(...compareInitCode(change, own));
    else if (!notRun.some(({ check }) => check.startsWith("source of")))
      found.push(
        contradiction(
          "no-source",
          "the new implementation comes without source",
          `no build of the bundle is for ${change.newImplementation}`,
          change.newImplementation,
        ),
      );
    if (context.chain && !context.chain.cassette) await compareLive(context, change, found, missing);
  }
  found.push(...(await reviewCalledCode(context)));
  return gate("code", found, missing, context.trust?.policy);
}

function compareInitCode(change: PlanChange, { address, initCodeHash }: Rebuilt): Finding[] {
  const { newImplementation } = change;
  if (initCodeHash !== change.initCodeHash)
    return [
      contradiction(
        "code-mismatch",
        "MISMATCH: the source does not build the planned code",
        `the plan's init code has the hash ${change.initCodeHash}, the rebuilt one ${initCodeHash}`,
        newImplementation,
      ),
    ];
  if (address !== newImplementation)
    return [
      contradiction(
        "code-mismatch",
        "MISMATCH: this code is deployed at another address",
        `the rebuilt init code goes to ${address}, the plan names ${newImplementation}`,
        newImplementation,
      ),
    ];
  return [];
}

async function compareLive(
  context: ReviewContext,
  change: PlanChange,
  findings: Finding[],
  notRun: NotRun[],
): Promise<void> {
  const port = context.chain?.port;
  if (!port) return;
  const [code, oldCode] = await Promise.all([
    getCode(port, change.newImplementation),
    getCode(port, change.oldImplementation),
  ]);
  if (code === "0x")
    notRun.push({ check: "code of the new implementation", reason: `${change.newImplementation} is not deployed yet` });
  else if (keccak256(code) !== change.newCodeHash)
    findings.push(
      contradiction(
        "code-mismatch",
        "MISMATCH: other code stands at the new implementation",
        `the plan's code hash is ${change.newCodeHash}, on chain it is ${keccak256(code)}`,
        change.newImplementation,
      ),
    );
  if (keccak256(oldCode) !== change.oldCodeHash)
    findings.push(
      contradiction(
        "code-drift",
        "the code that the plan replaces changed since the proposal",
        `the plan's code hash is ${change.oldCodeHash}, on chain it is ${keccak256(oldCode)}`,
        change.oldImplementation,
      ),
    );
  if (change.kind === "pointer") return;
  const live = await readProxy(port, change.proxy);
  const runs = live.implementation?.toLowerCase();
  if (runs !== change.oldImplementation.toLowerCase())
    findings.push(
      contradiction(
        "implementation-drift",
        "the proxy does not run what the plan replaces",
        `the plan says ${change.oldImplementation}, the chain ${live.implementation ?? "nothing"}`,
        change.proxy,
      ),
    );
}
