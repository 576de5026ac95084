import { HDNodeWallet, JsonRpcProvider, type Addressable, type JsonRpcSigner, type TransactionReceipt, type Wallet } from "ethers";

/** The phrase that every development node is born with. Its keys are public: worth nothing on a chain with money. */
const WELL_KNOWN_PHRASE = "test test test test test test test test test test test junk";

/** Seconds between two blocks of the embedded chain. */
export const BLOCK_TIME = 12n;

/** A development chain that is driven block by block, with explicit timestamps, so that its history is the same each time. */
export class ChainSession {
  private constructor(
    readonly provider: JsonRpcProvider,
    readonly deployer: JsonRpcSigner,
    private time: bigint,
  ) {}

  static async open(url: string): Promise<ChainSession> {
    const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: 20 });
    const head = await provider.getBlock("latest");
    return new ChainSession(provider, await provider.getSigner(0), BigInt(head?.timestamp ?? 0));
  }

  /** The well-known wallet number `index`, connected. */
  wallet(index: number): HDNodeWallet {
    return HDNodeWallet.fromPhrase(WELL_KNOWN_PHRASE, undefined, `m/44'/60'/0'/0/${index}`).connect(this.provider);
  }

  /** Seconds; of the latest block. */
  get now(): bigint {
    return this.time;
  }

  /** Catches up with blocks that others made. */
  async sync(): Promise<void> {
    const head = await this.provider.getBlock("latest");
    this.time = BigInt(head?.timestamp ?? 0);
  }

  /** Lets the next block come `seconds` after the latest one of this session. */
  async advance(seconds: bigint = BLOCK_TIME): Promise<void> {
    this.time += seconds;
    await this.provider.send("evm_setNextBlockTimestamp", [`0x${this.time.toString(16)}`]);
  }

  /** Sends one transaction in a block of its own, a block time after the last. */
  async send(
    from: JsonRpcSigner | HDNodeWallet | Wallet,
    transaction: { to?: string | Addressable; data?: string; value?: bigint },
  ): Promise<TransactionReceipt> {
    await this.advance();
    const sent = await from.sendTransaction({ ...transaction, gasLimit: 12_000_000n });
    const receipt = await sent.wait();
    if (receipt === null) throw new Error(`${sent.hash} was not mined`);
    return receipt;
  }

  /** `count` empty blocks, one by one: history inside a bulk mine can't be read on every node. */
  async mine(count: number): Promise<void> {
    for (let mined = 0; mined < count; mined++) {
      await this.advance();
      await this.provider.send("evm_mine", []);
    }
  }

  close(): void {
    this.provider.destroy();
  }
}
