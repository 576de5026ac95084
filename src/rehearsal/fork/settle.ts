import { RpcError } from "../../chain/rpc/rpc-error.js";
import type { Upstream } from "../upstream/upstream.js";
import type { Fork } from "./fork.js";

const READ = /^eth_get(StorageAt|Balance) \["(0x[0-9a-f]{40})"(?:,"(0x[0-9a-f]+)")?,"0x[0-9a-f]+"\]$/;

/**
 * Makes what a fork reads from upstream the fork's own. EDR keeps a value that was read in a call for that call only: the
 * next one asks for it again, and scenarios ask for the same slots thousands of times. A value that was written stays in
 * memory, so every value is written back as it is. Nothing changes by that, at whatever moment.
 */
export class Settler {
  private readonly settled = new Set<string>();

  constructor(private readonly upstream: Upstream) {}

  /** Settles what is known of the pinned block on a fork that still stands there: what upstream answers is what it holds. */
  public async settlePinned(fork: Fork): Promise<void> {
    await this.settleBy(fork, async (method, params) => {
      try {
        return await this.upstream.read(method, params);
      } catch (error) {
        // An answer that is an error is for whoever really asks.
        if (error instanceof RpcError) return undefined;
        throw error;
      }
    });
  }

  /** Settles what was read or fetched since the last time. */
  public async settle(fork: Fork): Promise<void> {
    await this.settleBy(fork, (method, params) => fork.request(method, [...params.slice(0, -1), "latest"]));
  }

  private async settleBy(fork: Fork, read: (method: string, params: readonly string[]) => Promise<unknown>): Promise<void> {
    const keys = this.upstream.wantedKeys().filter((key) => READ.test(key) && !this.settled.has(key));
    for (const key of keys) this.settled.add(key);
    await Promise.all(
      keys.map(async (key) => {
        const space = key.indexOf(" ");
        const params = JSON.parse(key.slice(space + 1)) as string[];
        const [address = "", slot] = params;
        const value = (await read(key.slice(0, space), params)) as string | undefined;
        if (value === undefined) return;
        if (params.length === 3) await fork.setStorage(address, slot!, value);
        // An account is kept whole, with nonce and code. Empty ones count as not there, written or not (EIP-161).
        else await fork.setBalance(address, BigInt(value));
      }),
    );
  }
}
