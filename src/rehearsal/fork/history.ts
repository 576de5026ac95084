import type { ChainPort } from "../../chain/port.js";

export type RpcRequest = Parameters<ChainPort["request"]>[0];

/** Whether a request leaves the fork as it is. */
export function changesNothing(method: string): boolean {
  return /^(eth_(call|get\w+|chainId|blockNumber|estimateGas)|debug_trace\w+)$/.test(method);
}

/** What was done to a fork and not undone, in its order: done to another fork of the same block, it makes the same chain. */
export class History {
  private done: RpcRequest[] = [];
  private readonly snapshots = new Map<unknown, number>();

  /** A port whose requests are remembered. */
  public recorded(port: ChainPort): ChainPort {
    return {
      request: async (request) => {
        const answer = await port.request(request);
        if (request.method === "evm_snapshot") this.snapshots.set(answer, this.done.length);
        else if (request.method === "evm_revert") this.done.length = this.snapshots.get(request.params?.[0]) ?? this.done.length;
        else if (!changesNothing(request.method)) this.done.push(request);
        return answer;
      },
    };
  }

  public soFar(): readonly RpcRequest[] {
    return [...this.done];
  }

  /** What has to be done to come to `there`. @throws RangeError for a fork that went its own way. */
  public missing(there: readonly RpcRequest[]): readonly RpcRequest[] {
    if (this.done.some((request, index) => request !== there[index])) throw new RangeError("a fork that went its own way can't follow another one");
    return there.slice(this.done.length);
  }
}
