import { getAddress } from "ethers";
import { getLogs } from "../../chain/reads.js";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import type { NotRun } from "../../core/finding.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import type { Read, Upstream } from "../upstream/upstream.js";

/** The first window of blocks whose logs are asked for; each further one is twice as long. */
const FIRST_WINDOW = 2_000n;
/** Blocks whose logs are looked at, at most. */
const FARTHEST = 250_000n;
/** Requests that one window may cost where the endpoint limits ranges. */
const REQUESTS = 64;
/** Whole blocks that are looked at for transactions which emit nothing. */
const WHOLE_BLOCKS = 64n;
/** EIP-7702: its authorizations would have to be replayed as well. */
const SET_CODE = "0x4";

/** A transaction of the real chain that touched a proxy; value in wei. */
export interface PastTransaction {
  hash: string;
  block: bigint;
  index: bigint;
  from: string;
  /** Undefined for the creation of a contract. */
  to: string | undefined;
  data: string;
  value: bigint;
}

export interface Traffic {
  /** In the order of the chain. */
  transactions: PastTransaction[];
  notRun: NotRun[];
}

/**
 * The last `count` transactions up to the pinned block that touched one of `proxies`: by their events, and, where those are
 * too few, by the recipients in the newest whole blocks. A transaction that neither emits an event of a proxy nor is sent
 * to one can't be found.
 */
export async function collectTraffic(upstream: Upstream, proxies: readonly string[], count: number): Promise<Traffic> {
  const notRun: NotRun[] = [];
  const missing = (reason: string): unknown => notRun.push({ check: "replay of real traffic", reason });
  const found = new Map<string, PastTransaction>();
  try {
    const { hashes, complete } = await emitting(upstream, proxies, count);
    for (const transaction of await bodies(upstream, hashes, missing)) found.set(transaction.hash, transaction);
    if (found.size < count) {
      for (const transaction of await sentTo(upstream, proxies)) found.set(transaction.hash, transaction);
      if (found.size === 0) missing("no transaction that touched a proxy was found");
      else if (found.size < count && !complete) missing(`${found.size} of ${count} transactions were found within ${FARTHEST} blocks`);
    }
  } catch (error) {
    if (!(error instanceof RpcError) && !DrydockError.is(error, ERRORS.LOGS_INCOMPLETE)) throw error;
    missing(reasonOf(error));
  }
  const inOrder = [...found.values()].sort((a, b) => Number(a.block - b.block) || Number(a.index - b.index));
  return { transactions: inOrder.slice(-count), notRun };
}

/** Hashes of the newest transactions with events of `proxies`; `complete` when the search went back to block 0. */
async function emitting({ port, block }: Upstream, proxies: readonly string[], count: number): Promise<{ hashes: string[]; complete: boolean }> {
  const hashes: string[] = [];
  let to = block.number;
  for (let window = FIRST_WINDOW; block.number - to < FARTHEST; window *= 2n) {
    const from = to >= window ? to - window + 1n : 0n;
    const logs = await getLogs(port, { address: proxies.map((proxy) => proxy.toLowerCase()), fromBlock: from, toBlock: to, maxRequests: REQUESTS });
    hashes.unshift(...new Set(logs.map(({ transactionHash }) => transactionHash)));
    if (from === 0n) return { hashes: hashes.slice(-count), complete: true };
    if (hashes.length >= count) break;
    to = from - 1n;
  }
  return { hashes: hashes.slice(-count), complete: false };
}

/** The transactions `hashes`; `missing` is told of each that the endpoint does not give. */
export async function bodies(upstream: Upstream, hashes: readonly string[], missing: (reason: string) => unknown): Promise<PastTransaction[]> {
  const reads = hashes.map((hash): Read => ({ method: "eth_getTransactionByHash", params: [hash] }));
  await upstream.prefetch(reads);
  const found: PastTransaction[] = [];
  for (const { method, params } of reads) {
    const transaction = pastTransaction(await upstream.read(method, params), missing);
    if (transaction !== undefined) found.push(transaction);
    else missing(`the endpoint does not give the transaction ${String(params[0])} so that it could be replayed`);
  }
  return found;
}

/** What was sent to one of `proxies` within the newest whole blocks. */
export async function sentTo(upstream: Upstream, proxies: readonly string[]): Promise<PastTransaction[]> {
  const last = upstream.block.number;
  const first = last >= WHOLE_BLOCKS ? last - WHOLE_BLOCKS + 1n : 0n;
  const reads = Array.from({ length: Number(last - first) + 1 }, (_, at): Read => ({ method: "eth_getBlockByNumber", params: [`0x${(first + BigInt(at)).toString(16)}`, true] }));
  await upstream.prefetch(reads);
  const found: PastTransaction[] = [];
  for (const { method, params } of reads) {
    const block = (await upstream.read(method, params)) as { transactions?: unknown[] } | null;
    for (const raw of block?.transactions ?? []) {
      const transaction = pastTransaction(raw);
      if (transaction?.to !== undefined && proxies.includes(transaction.to)) found.push(transaction);
    }
  }
  return found;
}

function pastTransaction(raw: unknown, missing?: (reason: string) => unknown): PastTransaction | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { hash, blockNumber, transactionIndex, from, to, input, value, type } = raw as Record<string, unknown>;
  if (typeof hash !== "string" || typeof from !== "string" || typeof input !== "string" || typeof blockNumber !== "string") return undefined;
  if (type === SET_CODE) {
    missing?.(`the transaction ${hash} sets code (EIP-7702), which is not replayed`);
    return undefined;
  }
  return {
    hash,
    block: BigInt(blockNumber),
    index: BigInt(typeof transactionIndex === "string" ? transactionIndex : "0x0"),
    from: getAddress(from),
    to: typeof to === "string" ? getAddress(to) : undefined,
    data: input,
    value: BigInt(typeof value === "string" ? value : "0x0"),
  };
}
