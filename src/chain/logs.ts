import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import type { BlockRef, ChainPort } from "./port.js";
import { logFrom, pin, type Log } from "./reads.js";
import { RpcError } from "./rpc/rpc-error.js";

export interface LogFilter {
  address?: string | readonly string[];
  /** As in eth_getLogs: null for any, a list for alternatives. */
  topics?: readonly (string | null | readonly string[])[];
  /** Inclusive; 0 unless given. */
  fromBlock?: bigint;
  /** Inclusive; the head unless given. */
  toBlock?: BlockRef;
  /** How many requests the endpoint's limits may cost before giving up. */
  maxRequests?: number;
}

/**
 * All logs that match, in chain order. Where the endpoint limits the range or the number of results, the range is halved
 * until it answers.
 *
 * @throws DrydockError LOGS_INCOMPLETE if it refuses a single block, or `maxRequests` is used up: never a partial list.
 */
export async function getLogs(chain: ChainPort, filter: LogFilter): Promise<Log[]> {
  const { address, topics = [], fromBlock = 0n, maxRequests = 2_000 } = filter;
  const last = await pin(chain, filter.toBlock ?? "latest");
  const ranges: [bigint, bigint][] = [[fromBlock, last]];
  const logs: Log[] = [];
  let requests = 0;
  while (ranges.length > 0) {
    const [from, to] = ranges.pop()!;
    if (from > to) continue;
    if (++requests > maxRequests) throw incomplete(`more than ${maxRequests} requests needed`);
    const fields = { fromBlock: hex(from), toBlock: hex(to), topics, ...(address === undefined ? {} : { address }) };
    try {
      const answer = await chain.request({ method: "eth_getLogs", params: [fields] });
      if (!Array.isArray(answer)) throw incomplete("the answer is not a list");
      logs.push(...answer.map(logFrom));
    } catch (error) {
      if (!isRangeLimit(error)) throw error;
      if (from === to) throw incomplete(reasonOf(error));
      const middle = (from + to) / 2n;
      ranges.push([middle + 1n, to], [from, middle]);
    }
  }
  return logs;

  function incomplete(reason: string): DrydockError {
    const shown = address === undefined ? "any contract" : [address].flat().join(", ");
    return new DrydockError(ERRORS.LOGS_INCOMPLETE, { address: shown, from: fromBlock, to: last, reason });
  }
}

function isRangeLimit(error: unknown): boolean {
  if (!(error instanceof RpcError)) return false;
  return (
    error.code === -32005 ||
    error.code === -32012 ||
    /range|too (large|many|big)|limit|more than \d+|exceed|response size|timed? ?out/i.test(error.message)
  );
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
