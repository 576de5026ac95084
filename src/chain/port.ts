/**
 * The one door to a chain: EIP-1193 `request`. Hardhat's `connection.provider`, the HTTP endpoints of
 * `rpc/http-provider.ts` and a fork all fit it, so that nothing behind it knows which one it reads.
 */
export interface ChainPort {
  request(args: { method: string; params?: readonly unknown[] }): Promise<unknown>;
}

/** A block to read at: a number, a hash (EIP-1898), or the head. */
export type BlockRef = bigint | { blockHash: string } | "latest";

/** How a {@link BlockRef} stands in the parameters of a JSON-RPC call. */
export function blockParameter(block: BlockRef): string | { blockHash: string } {
  return typeof block === "bigint" ? `0x${block.toString(16)}` : block;
}
