import { toBeHex } from "ethers";
import type { ChainPort } from "../../chain/port.js";

/** Calls in one request: more would share the gas of one call too thinly. */
const BATCH = 64;
/** Whom EDR takes as the sender of a call that names none; the batch runs in its name, so that a getter sees no other. */
const NOBODY = "0x0000000000000000000000000000000000000000";

/**
 * Runtime code that makes a list of static calls and gives all answers. Call data: for each call its target (a word), the
 * length of its data (a word), the data. Answer: for each call whether it succeeded (a word), the length of what it
 * returned (a word), what it returned. On the stack stand the end of the answer `o` and the place in the call data `p`.
 */
const BATCH_CODE = [
  "0x5f5f", //               o = 0, p = 0
  "5b368110600c57", //       2: while p < calldatasize
  "505ff3", //               return memory[0, o)
  "5b8060200135", //         12: n = calldata[p + 32]
  "808260400184", "37", //   memory[o, o + n) = calldata[p + 64, …)
  "5f5f828585355afa", //     success = staticcall(gas, calldata[p], memory[o, o + n))
  "8352", //                 memory[o] = success
  "3d80846020015280", //     memory[o + 32] = returndatasize
  "5f856040013e", //         memory[o + 64, …) = what it returned
  "8301604001", //           o' = o + returndatasize + 64
  "9101604001", //           p' = p + n + 64
  "915090600256", //         again, with o' and p'
].join("");

type RpcRequest = Parameters<ChainPort["request"]>[0];

interface Waiting {
  request: RpcRequest;
  target: string;
  data: string;
  resolve: (answer: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * Reads of a fork, many in one request. What is asked at the same time (in one turn of the event loop) goes to EDR as one
 * call, and what was answered is remembered until something happens on the fork. A call that fails in the batch is made
 * again by itself: its answer is then EDR's own.
 *
 * Only calls at the latest block that name neither sender, value nor gas are put together.
 */
export function batchedReads(port: ChainPort): ChainPort {
  const known = new Map<string, Promise<unknown>>();
  let waiting: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const batches: Waiting[][] = [];
    for (; waiting.length > 0; waiting = waiting.slice(BATCH)) batches.push(waiting.slice(0, BATCH));
    await Promise.all(batches.map((batch) => answer(port, batch)));
  };

  return {
    async request(request) {
      const call = plainCall(request);
      if (call === undefined) {
        if (waiting.length > 0) await flush();
        if (!READS.test(request.method)) known.clear();
        return port.request(request);
      }
      const key = `${call.to} ${call.data}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const asked = new Promise<unknown>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(() => void flush());
        waiting.push({ request, target: call.to, data: call.data, resolve, reject });
      });
      known.set(key, asked);
      return asked;
    },
  };
}

/** What changes nothing on the fork. */
const READS = /^(eth_(call|get\w+|chainId|blockNumber|estimateGas)|debug_trace\w+)$/;

function plainCall({ method, params }: RpcRequest): { to: string; data: string } | undefined {
  if (method !== "eth_call") return undefined;
  const [transaction, block, ...overrides] = (params ?? []) as readonly unknown[];
  if (block !== "latest" || overrides.length > 0 || typeof transaction !== "object" || transaction === null) return undefined;
  const { to, data, ...more } = transaction as Record<string, unknown>;
  if (typeof to !== "string" || typeof data !== "string" || Object.keys(more).length > 0) return undefined;
  return { to, data };
}

async function answer(port: ChainPort, batch: readonly Waiting[]): Promise<void> {
  const answers = batch.length === 1 ? [] : await together(port, batch).catch(() => []);
  await Promise.all(
    batch.map(async ({ request, resolve, reject }, index) => {
      const data = answers[index];
      if (data === undefined) await port.request(request).then(resolve, reject);
      else resolve(data);
    }),
  );
}

/** What each call returned; undefined for one that failed. */
async function together(port: ChainPort, batch: readonly Waiting[]): Promise<(string | undefined)[]> {
  const word = (value: string | number): string => toBeHex(value, 32).slice(2);
  const calls = batch.map(({ target, data }) => `${word(target)}${word((data.length - 2) / 2)}${data.slice(2)}`);
  const transaction = { to: NOBODY, data: `0x${calls.join("")}` };
  const output = (await port.request({ method: "eth_call", params: [transaction, "latest", { [NOBODY]: { code: BATCH_CODE } }] })) as string;
  let at = 2;
  const take = (bytes: number): string => output.slice(at, (at += 2 * bytes));
  return batch.map(() => {
    const succeeded = BigInt(`0x${take(32)}`) === 1n;
    const data = `0x${take(Number(`0x${take(32)}`))}`;
    return succeeded ? data : undefined;
  });
}
