import { toBeHex } from "ethers";
import type { ChainPort } from "../../chain/port.js";
import { describeRevert } from "../route/reverts.js";
import { RELAYER } from "./accounts.js";
import { GAS, GAS_LIMIT } from "./gas.js";
import { changesNothing, type RpcRequest } from "./history.js";

/** Calls in one request: EDR keeps a trace of every step of a call until it ends, and the calls share the gas of one. */
const BATCH = 48;
/** Whom EDR takes as the sender of a call that names none. */
const NOBODY = "0x0000000000000000000000000000000000000000";
/**
 * With so much gas left at the end every call of a batch had at least as much, and none used it up: what failed would have
 * failed with all of the gas as well.
 */
const ENOUGH = BigInt(GAS_LIMIT / 2);

/**
 * Runtime code that makes a list of static calls and gives all answers. Call data: for each call its target (a word), the
 * length of its data (a word), the data. Answer: for each call whether it succeeded (a word), the length of what it
 * returned (a word), what it returned; at the end the gas that is left (a word). On the stack stand the end of the answer
 * `o` and the place in the call data `p`.
 */
const BATCH_CODE = [
  "0x5f5f", //               o = 0, p = 0
  "5b368110601257", //       2: while p < calldatasize
  "505a8152602001", //       memory[o] = gas, o' = o + 32
  "5ff3", //                 return memory[0, o')
  "5b8060200135", //         18: n = calldata[p + 32]
  "80826040018437", //       memory[o, o + n) = calldata[p + 64, …)
  "5f5f828585355afa", //     success = staticcall(gas, calldata[p], memory[o, o + n))
  "8352", //                 memory[o] = success
  "3d80846020015280", //     memory[o + 32] = returndatasize
  "5f856040013e", //         memory[o + 64, …) = what it returned
  "8301604001", //           o' = o + returndatasize + 64
  "9101604001", //           p' = p + n + 64
  "915090600256", //         again, with o' and p'
].join("");

interface PlainCall {
  sender: string;
  to: string;
  data: string;
}

interface Waiting extends PlainCall {
  request: RpcRequest;
  resolve: (answer: unknown) => void;
  reject: (reason: unknown) => void;
}

/** A call that reverted, in the form in which nodes tell it: code 3 and the revert data. */
class RevertedCall extends Error {
  readonly code = 3;
  readonly data: string;

  constructor(data: string) {
    super(`execution reverted: ${describeRevert(data)}`);
    this.data = data;
  }
}

/**
 * Reads of a fork, many in one request. What is asked at the same time (in one turn of the event loop) goes to EDR as one
 * call, and what was answered is remembered until something happens on the fork. A batch is made in the name of the calls'
 * sender. Its calls share the gas that each would have alone: where that may have been too little, those that failed are made
 * again by themselves.
 *
 * Only calls at the latest block without value are put together, and only from nobody or the rehearsal's own relayer:
 * accounts that stand for no one on the chain.
 */
export function batchedReads(port: ChainPort): ChainPort {
  const known = new Map<string, Promise<unknown>>();
  let waiting: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const batches: Waiting[][] = [];
    for (const sender of [NOBODY, RELAYER]) {
      const calls = waiting.filter((one) => one.sender === sender);
      for (let from = 0; from < calls.length; from += BATCH) batches.push(calls.slice(from, from + BATCH));
    }
    waiting = [];
    await Promise.all(batches.map((batch) => answer(port, batch)));
  };

  return {
    async request(request) {
      const call = plainCall(request);
      if (call === undefined) {
        if (waiting.length > 0) await flush();
        if (!changesNothing(request.method)) known.clear();
        return port.request(request);
      }
      const key = `${call.sender} ${call.to} ${call.data}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const asked = new Promise<unknown>((resolve, reject) => {
        if (waiting.length === 0) setImmediate(() => void flush());
        waiting.push({ request, ...call, resolve, reject });
      });
      known.set(key, asked);
      return asked;
    },
  };
}

function plainCall({ method, params }: RpcRequest): PlainCall | undefined {
  if (method !== "eth_call") return undefined;
  const [transaction, block, ...overrides] = (params ?? []) as readonly unknown[];
  if (block !== "latest" || overrides.length > 0 || typeof transaction !== "object" || transaction === null) return undefined;
  const { from: sender = NOBODY, to, data, gas, gasPrice, ...more } = transaction as Record<string, unknown>;
  if (typeof to !== "string" || typeof data !== "string" || (sender !== NOBODY && sender !== RELAYER)) return undefined;
  const usual = (gas === undefined || gas === GAS) && (gasPrice === undefined || gasPrice === "0x0");
  return usual && Object.keys(more).length === 0 ? { sender, to, data } : undefined;
}

async function answer(port: ChainPort, batch: readonly Waiting[]): Promise<void> {
  const answers = await together(port, batch).catch(() => []);
  await Promise.all(
    batch.map(async ({ request, resolve, reject }, index) => {
      const outcome = answers[index];
      if (outcome === undefined) await port.request(request).then(resolve, reject);
      else if (outcome.succeeded) resolve(outcome.data);
      else reject(new RevertedCall(outcome.data));
    }),
  );
}

/** What each call came to; undefined for one that failed and may have had too little gas. */
async function together(port: ChainPort, batch: readonly Waiting[]): Promise<({ succeeded: boolean; data: string } | undefined)[]> {
  const [{ sender } = { sender: NOBODY }] = batch;
  const word = (value: string | number): string => toBeHex(value, 32).slice(2);
  const calls = batch.map(({ to, data }) => `${word(to)}${word((data.length - 2) / 2)}${data.slice(2)}`);
  const transaction = { from: sender, to: sender, data: `0x${calls.join("")}`, gas: GAS, gasPrice: "0x0" };
  const output = (await port.request({ method: "eth_call", params: [transaction, "latest", { [sender]: { code: BATCH_CODE } }] })) as string;
  const isEnough = BigInt(`0x${output.slice(-64)}`) >= ENOUGH;
  let at = 2;
  const take = (bytes: number): string => output.slice(at, (at += 2 * bytes));
  return batch.map(() => {
    const succeeded = BigInt(`0x${take(32)}`) === 1n;
    const data = `0x${take(Number(`0x${take(32)}`))}`;
    return succeeded || isEnough ? { succeeded, data } : undefined;
  });
}
