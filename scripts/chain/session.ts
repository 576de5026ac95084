import { HDNodeWallet, JsonRpcProvider, JsonRpcSigner, toQuantity, type Addressable, type TransactionReceipt, type TransactionRequest, type Wallet } from "ethers";

/** The phrase that every development node is born with. Its keys are public: worth nothing on a chain with money. */
const WELL_KNOWN_PHRASE = "test test test test test test test test test test test junk";

/** Seconds between two blocks of the embedded chain. */
export const BLOCK_TIME = 12n;

/** Lets each transaction's block come a second after the latest, however long whoever sends it took. */
class PacedSigner extends JsonRpcSigner {
  override async sendUncheckedTransaction(transaction: TransactionRequest): Promise<string> {
    const head = await this.provider.getBlock("latest");
    await this.provider.send("evm_setNextBlockTimestamp", [toQuantity((head?.timestamp ?? 0) + 1)]);
    return super.sendUncheckedTransaction(transaction);
  }
}

/** A development chain that is driven block by block, with explicit timestamps, so that its history is the same each time. */
export class ChainSession {
  /** Parent of all wallets: to stretch the phrase into its seed takes longer than everything else about a wallet. */
  readonly #account = HDNodeWallet.fromPhrase(WELL_KNOWN_PHRASE, undefined, "m/44'/60'/0'/0");
  readonly #wallets = new Map<number, HDNodeWallet>();

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
    const wallet = this.#wallets.get(index) ?? this.#account.deriveChild(index).connect(this.provider);
    this.#wallets.set(index, wallet);
    return wallet;
  }

  /** The deployer for code that sends by itself, and doesn't know of this session. */
  get pacedDeployer(): JsonRpcSigner {
    return new PacedSigner(this.provider, this.deployer.address);
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
    await this.provider.send("evm_setNextBlockTimestamp", [toQuantity(this.time)]);
  }

  /** Sends one transaction in a block of its own, a block time after the last. */
  async send(
    from: JsonRpcSigner | HDNodeWallet | Wallet,
    transaction: { to?: string | Addressable; data?: string; value?: bigint },
  ): Promise<TransactionReceipt> {
    const request = { ...transaction, gasLimit: 12_000_000n };
    const prepared = "sendUncheckedTransaction" in from ? undefined : from.populateTransaction(request);
    await this.advance();
    // The node mines at once: the answer is the receipt's, and ethers need not look for the transaction in between.
    const hash =
      "sendUncheckedTransaction" in from
        ? await from.sendUncheckedTransaction(request)
        : ((await this.provider.send("eth_sendRawTransaction", [await from.signTransaction((await prepared) ?? request)])) as string);
    const receipt = await this.provider.getTransactionReceipt(hash);
    if (receipt?.status !== 1) throw new Error(`${hash} was ${receipt === null ? "not mined" : "reverted"}`);
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
