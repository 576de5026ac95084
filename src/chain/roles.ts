import { reasonOf } from "../errors/drydock-error.js";
import { accessControlInterface } from "./interfaces.js";
import { getLogs } from "./logs.js";
import type { BlockRef, ChainPort } from "./port.js";
import { callFunction } from "./reads.js";
import type { NotRun } from "../core/finding.js";
import { getAddress } from "ethers";

const GRANTED = accessControlInterface.getEvent("RoleGranted")!.topicHash;
const REVOKED = accessControlInterface.getEvent("RoleRevoked")!.topicHash;

export interface RoleHolders {
  /** Role → who holds it, each confirmed by `hasRole` at the block. */
  holders: ReadonlyMap<string, readonly string[]>;
  /** Filled when the events could not be read completely: then there may be more holders. */
  notRun: NotRun[];
}

/**
 * Everybody who holds a role of an OpenZeppelin AccessControl, from its RoleGranted and RoleRevoked events since
 * `fromBlock`; everybody ever named is asked about by `hasRole`, so that an event out of order can't hide a holder.
 *
 * @param extra accounts to ask about for every role, event or not: the contract itself, the zero address …
 */
export async function readRoleHolders(
  chain: ChainPort,
  contract: string,
  { block = "latest", fromBlock = 0n, roles = [], extra = [] }: {
    block?: BlockRef;
    fromBlock?: bigint;
    roles?: readonly string[];
    extra?: readonly string[];
  } = {},
): Promise<RoleHolders> {
  const notRun: NotRun[] = [];
  const candidates = new Map<string, Set<string>>(roles.map((role) => [role, new Set(extra)]));
  try {
    const logs = await getLogs(chain, { address: contract, topics: [[GRANTED, REVOKED]], fromBlock, toBlock: block });
    for (const { topics } of logs) {
      if (topics.length !== 4) continue;
      const role = topics[1]!;
      if (!candidates.has(role)) candidates.set(role, new Set(extra));
      candidates.get(role)!.add(getAddress(`0x${topics[2]!.slice(26)}`));
    }
  } catch (error) {
    notRun.push({ check: `role holders of ${contract}`, reason: reasonOf(error) });
  }
  const holders = new Map<string, string[]>();
  await Promise.all(
    [...candidates].map(async ([role, accounts]) => {
      const list = [...accounts];
      const held = await Promise.all(
        list.map((account) => callFunction(chain, accessControlInterface, "hasRole", [role, account], { to: contract, block })),
      );
      holders.set(role, list.filter((_, index) => held[index]![0] === true));
    }),
  );
  return { holders, notRun };
}
