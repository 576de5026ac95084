import type { Upstream } from "../upstream/upstream.js";
import type { Fork } from "./fork.js";

const READ = /^eth_get(StorageAt|Balance) \["(0x[0-9a-f]{40})"(?:,"(0x[0-9a-f]+)")?,"0x[0-9a-f]+"\]$/;

/**
 * Makes what a fork reads from upstream the fork's own. EDR keeps a value that was read in a call for that call only: the
 * next one fetches it from EDR's file cache again, and scenarios ask for the same slots thousands of times. A value that was
 * written stays in memory, so every value is written back as it is. Nothing changes by that, at whatever moment.
 */
export class Settler {
  private readonly settled = new Set<string>();

  constructor(
    private readonly fork: Fork,
    private readonly upstream: Upstream,
  ) {}

  /** Settles what was read or fetched since the last time. */
  public async settle(): Promise<void> {
    for (const key of this.upstream.wantedKeys()) {
      const [, kind, address, slot] = READ.exec(key) ?? [];
      if (address === undefined || this.settled.has(key)) continue;
      this.settled.add(key);
      const now = (await this.fork.request(`eth_get${kind}`, [address, ...(slot === undefined ? [] : [slot]), "latest"])) as string;
      if (slot !== undefined) await this.fork.setStorage(address, slot, now);
      // An account is kept whole, with nonce and code. Empty ones count as not there, written or not (EIP-161).
      else await this.fork.setBalance(address, BigInt(now));
    }
  }
}
