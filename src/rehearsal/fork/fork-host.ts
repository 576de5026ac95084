import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainPort } from "../../chain/port.js";
import type { PinnedBlock } from "../upstream/answers.js";
import { BLOCK_GAS_LIMIT } from "./gas.js";
import { writeKnownCode } from "./known-code.js";

export interface ForkOptions {
  /** The recording proxy. */
  url: string;
  chainId: bigint;
  chainType: "l1" | "op";
  block: PinnedBlock;
  hardfork?: string;
}

/** Where forks of one block live: a Hardhat runtime environment in a folder of its own, which nothing else configures. */
export class ForkHost {
  private constructor(
    /** A new chain that stands on the pinned block. */
    public readonly connect: () => Promise<ChainPort>,
    /** Ends every chain that was made here, and removes what they kept on disk. */
    public readonly close: () => Promise<void>,
  ) {}

  /** Begins to load what {@link open} needs, while something else is waited for. */
  public static preload(): void {
    keepMemory();
    // What goes wrong here does so again where it is told.
    import("hardhat/hre").catch(() => undefined);
  }

  public static async open(options: ForkOptions): Promise<ForkHost> {
    const { chainType, block } = options;
    const chainId = Number(options.chainId);
    const hardfork = options.hardfork ?? (chainType === "op" ? "isthmus" : "osaka");
    const root = mkdtempSync(join(tmpdir(), "drydock-fork-"));
    const removeRoot = (): void => rmSync(root, { recursive: true, force: true });
    keepMemory();
    try {
      writeFileSync(join(root, "package.json"), '{"type":"module"}\n');
      writeKnownCode(root);
      const { createHardhatRuntimeEnvironment } = await import("hardhat/hre");
      const hre = await createHardhatRuntimeEnvironment(
        {
          paths: { cache: join(root, "cache") },
          chainDescriptors: {
            [chainId]: { name: `chain ${chainId}`, chainType, hardforkHistory: { [hardfork]: { blockNumber: 0 } } },
          },
          networks: {
            fork: {
              type: "edr-simulated",
              chainId,
              chainType,
              hardfork,
              accounts: [],
              allowBlocksWithSameTimestamp: true,
              blockGasLimit: BLOCK_GAS_LIMIT,
              initialBaseFeePerGas: 0,
              throwOnTransactionFailures: false,
              forking: { url: options.url, blockNumber: block.number },
            },
          },
        },
        {},
        root,
      );
      const connections: { close(): Promise<void> }[] = [];
      const connect = async (): Promise<ChainPort> => {
        const connection = await hre.network.create({ network: "fork", chainType });
        connections.push(connection);
        return { request: ({ method, params }) => connection.provider.request({ method, params: params as unknown[] | undefined }) };
      };
      return new ForkHost(connect, async () => {
        await Promise.all(connections.map((connection) => connection.close()));
        removeRoot();
      });
    } catch (error) {
      removeRoot();
      throw error;
    }
  }
}

/**
 * EDR's trace of every step of a call takes tens of megabytes, thousands of times over. Its allocator (mimalloc) gives such
 * memory back at once and asks for it again; told otherwise before EDR is loaded, it keeps what it has.
 */
function keepMemory(): void {
  process.env.MIMALLOC_PURGE_DELAY ??= "-1";
}
