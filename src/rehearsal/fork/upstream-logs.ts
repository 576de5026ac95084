import type { ChainPort } from "../../chain/port.js";
import type { Upstream } from "../upstream/upstream.js";
import type { Fork } from "./fork.js";

/**
 * The fork, with the transactions and logs up to the pinned block straight from upstream: so the question is the same in every run, which a
 * replay needs, and an endpoint's range limit is recognised as one.
 */
export function withUpstreamLogs({ port }: Fork, upstream: Upstream): ChainPort {
  const last = upstream.block.number;
  return {
    async request(call) {
      if (call.method === "eth_getTransactionByHash") return upstream.read(call.method, call.params ?? []);
      if (call.method !== "eth_getLogs") return port.request(call);
      const [filter] = call.params as [{ fromBlock: string; toBlock: string }];
      const [from, to] = [BigInt(filter.fromBlock), BigInt(filter.toBlock)];
      const [old, own] = await Promise.all([
        from > last ? [] : upstream.read("eth_getLogs", [{ ...filter, toBlock: hex(to < last ? to : last) }]),
        to <= last ? [] : port.request({ ...call, params: [{ ...filter, fromBlock: hex(from > last ? from : last + 1n) }] }),
      ]);
      return [...(old as unknown[]), ...(own as unknown[])];
    },
  };
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
