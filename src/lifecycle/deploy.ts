import { concat } from "ethers";
import { SINGLETON_FACTORY } from "../build/init-code.js";
import type { ChainPort } from "../chain/port.js";
import { codeHash, getCode } from "../chain/reads.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import type { ResolvedChange } from "../stages/resolve.js";
import { send, type Accounts, type Patience } from "./account.js";

/** The factory transaction that puts a change's new implementation at its address; it doesn't matter who sends it. */
export function deploymentOf(change: Pick<ResolvedChange, "salt" | "initCode">): { to: string; data: string } {
  return { to: SINGLETON_FACTORY, data: concat([change.salt, change.initCode]) };
}

/**
 * Deploys the implementations that have no code yet. Run twice, it deploys nothing twice: the address follows from the
 * code.
 *
 * @returns the names of the contracts that were deployed now.
 * @throws DrydockError TRANSACTION_FAILED, also if other code stands at an address afterwards than was simulated.
 */
export async function deployImplementations(
  chain: ChainPort,
  changes: readonly ResolvedChange[],
  sender: { accounts: Accounts; from: string; patience?: Patience },
): Promise<string[]> {
  const deployed: string[] = [];
  for (const change of changes) {
    const { contract, newImplementation, newCodeHash } = change;
    if ((await getCode(chain, newImplementation)) === "0x") {
      const what = `deployment of ${contract}`;
      const receipt = await send(chain, { ...sender, what, ...deploymentOf(change) }, async () => undefined, sender.patience);
      if ((await codeHash(chain, newImplementation)) !== newCodeHash) {
        const reason = `the code at ${newImplementation} is not what was simulated for it`;
        throw new DrydockError(ERRORS.TRANSACTION_FAILED, { hash: receipt.transactionHash, what, reason });
      }
      deployed.push(contract);
    }
  }
  return deployed;
}
