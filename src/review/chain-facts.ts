import { Interface, keccak256 } from "ethers";
import type { ChainPort } from "../chain/port.js";
import { chainId as readChainId, getBlock, getCode, tryCallFunction } from "../chain/reads.js";
import { tryReadSafe } from "../chain/safe.js";
import { readPendingOperations } from "../chain/timelock-operations.js";
import { readOperation, tryReadTimelock } from "../chain/timelock.js";
import { decodeCall } from "../core/decode/decode.js";
import { addressesOf, argument, flatten } from "../core/safe/review/calls.js";
import { approvalOf } from "../core/safe/review/tokens.js";
import type { ChainFacts, SafeTransactionInput, TimelockFacts } from "../core/safe/review/types.js";
import type { DecodedCall } from "../core/decode/types.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** Addresses whose code is read, at most; a transaction that calls more is left `notRun` for the rest. */
const MAX_CODES = 500;
/** Tokens that a transaction approves somebody for, at most; of the others the amount alone is judged. */
const MAX_TOKENS = 50;
const TOKEN = new Interface(["function totalSupply() view returns (uint256)"]);
/** What the search for a timelock's other operations may cost: log requests, and operations ever scheduled. */
const PENDING_LIMITS = { maxRequests: 200, maxOperations: 1_000 };

/**
 * Reads everything that {@link reviewSafeTransaction} wants to know, all at one block of the signer's own endpoint.
 *
 * @throws DrydockError CHAIN_ID_MISMATCH when the endpoint serves another chain; what the reads throw.
 */
export async function readChainFacts(
  chain: ChainPort,
  input: SafeTransactionInput,
  options: { network: string; block?: bigint; fromBlock?: bigint },
): Promise<ChainFacts> {
  const actual = await readChainId(chain);
  if (actual !== input.chainId)
    throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: input.chainId, network: options.network, actual });
  const { number: block } = await getBlock(chain, options.block ?? "latest");
  const { tx } = input;
  const calls = flatten(
    decodeCall(
      { chainId: input.chainId, from: input.safe, to: tx.to, value: tx.value, data: tx.data, operation: tx.operation },
      input.context,
    ),
  );
  const addresses = [...new Set(calls.flatMap(addressesOf).map((address) => address.toLowerCase()))].slice(
    0,
    MAX_CODES,
  );
  const tokens = [...new Set(calls.flatMap((each) => approvalOf(each)?.token.toLowerCase() ?? []))].filter((token) => /^0x[0-9a-f]{40}$/.test(token));
  const [safe, codes, timelocks, supplies] = await Promise.all([
    tryReadSafe(chain, input.safe, block),
    Promise.all(addresses.map(async (address) => [address, await codeHashAt(chain, address, block)] as const)),
    readTimelocks(chain, calls, block, options.fromBlock),
    readSupplies(chain, tokens.slice(0, MAX_TOKENS), block),
  ]);
  return {
    block,
    ...(safe ? { safe: { ...safe, singletonCodeHash: (await codeHashAt(chain, safe.singleton, block)) ?? "" } } : {}),
    codeHashes: new Map(codes),
    supplies,
    timelocks,
  };
}

/** `totalSupply()` of the tokens that answer it: an amount as large is everything, however few digits it has. */
async function readSupplies(chain: ChainPort, tokens: readonly string[], block: bigint): Promise<Map<string, bigint>> {
  const answers = await Promise.all(
    tokens.map(async (to) => [to, await tryCallFunction(chain, TOKEN, "totalSupply", [], { to, block })] as const),
  );
  return new Map(answers.flatMap(([token, answer]) => (answer === undefined ? [] : [[token, BigInt(answer[0] as bigint)] as const])));
}

async function codeHashAt(chain: ChainPort, address: string, block: bigint): Promise<string | null> {
  const code = await getCode(chain, address, block);
  return code === "0x" ? null : keccak256(code);
}

/** The timelocks that the calls schedule on, execute or cancel, with the operations that they name. */
async function readTimelocks(
  chain: ChainPort,
  calls: readonly DecodedCall[],
  block: bigint,
  fromBlock: bigint | undefined,
): Promise<Map<string, TimelockFacts>> {
  const named = calls.filter(
    ({ to, contract, function: signature }) =>
      to !== undefined && contract === "TimelockController" && signature !== "updateDelay(uint256)",
  );
  const byTimelock = Map.groupBy(named, ({ to }) => (to ?? "").toLowerCase());
  const facts = new Map<string, TimelockFacts>();
  for (const [timelock, list] of byTimelock) {
    const state = await tryReadTimelock(chain, timelock, block, fromBlock === undefined ? {} : { fromBlock });
    if (!state) continue;
    const ids = list.map((call) => call.notes.find(({ name }) => name === "operation id")?.value ?? argument(call, 0));
    const operations = await Promise.all(
      ids.map(async (id) => [id, (await readOperation(chain, timelock, id, block)).state] as const),
    );
    facts.set(timelock, {
      minDelay: state.minDelay,
      openExecutor: state.openExecutor,
      operations: new Map(operations),
      ...(state.openExecutor ? await readPending(chain, timelock, block, fromBlock) : { pending: [] }),
    });
  }
  return facts;
}

/** What waits on a timelock beside the operation under review; unreadable events are said, never taken for none. */
async function readPending(
  chain: ChainPort,
  timelock: string,
  block: bigint,
  fromBlock: bigint | undefined,
): Promise<Pick<TimelockFacts, "pending" | "pendingUnread">> {
  try {
    const options = { ...PENDING_LIMITS, ...(fromBlock === undefined ? {} : { fromBlock }) };
    const operations = await readPendingOperations(chain, timelock, block, options);
    return { pending: operations.map(({ id }) => id) };
  } catch (error) {
    return { pending: [], pendingUnread: reasonOf(error) };
  }
}
