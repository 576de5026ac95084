import type { ChainPort } from "./port.js";

/** Methods whose answer depends on nothing but their parameters, once the block is a number or a hash. */
const PURE = new Set([
  "eth_getCode",
  "eth_getStorageAt",
  "eth_getBalance",
  "eth_getTransactionCount",
  "eth_call",
  "eth_getLogs",
  "eth_getProof",
  "eth_chainId",
  "debug_traceCall",
]);

/**
 * A port that asks each question once: the answers of reads at a fixed block are kept, failures are not. Use one per
 * run, for one block; requests that name "latest" or "pending" pass through.
 */
export function memoChain(chain: ChainPort): ChainPort {
  const answers = new Map<string, Promise<unknown>>();
  return {
    request(args) {
      const key = JSON.stringify([args.method, args.params]);
      if (!PURE.has(args.method) || /"(latest|pending|safe|finalized)"/.test(key)) return chain.request(args);
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = chain.request(args);
      answers.set(key, answer);
      answer.catch(() => answers.delete(key));
      return answer;
    },
  };
}
