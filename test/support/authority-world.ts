import { ContractFactory, Interface, JsonRpcProvider, JsonRpcSigner } from "ethers";
import { createSafe, deploySafeContracts, type SafeContracts } from "../../scripts/chain/safe-contracts.js";
import { startNode, type RunningNode } from "../../scripts/chain/start-node.js";
import type { ChainPort } from "../../src/chain/port.js";
import { httpChain } from "../../src/chain/rpc/http-chain.js";
import { compileFile, openZeppelin, type Compiled } from "./solidity.js";

export const GUARDS = "test/fixtures/authority/Guards.sol";

/** A real node with the real Safe contracts, and short ways to put proxies, Safes and timelocks on it. */
export interface AuthorityWorld {
  node: RunningNode;
  chain: ChainPort;
  provider: JsonRpcProvider;
  deployer: JsonRpcSigner;
  /** Accounts with unlocked keys; the deployer is not among them. */
  accounts: string[];
  fixtures: Record<string, Compiled>;
  deploy(contract: Compiled | string, args?: readonly unknown[]): Promise<string>;
  /** An ERC-1967 proxy with `initializer` called on `implementation`; `0x` for none. */
  proxy(implementation: string, initializer?: string): Promise<string>;
  /** A UUPS proxy of a fixture contract, initialized with `args`. */
  vault(contract: string, initializer: string, args: readonly unknown[], constructorArgs?: readonly unknown[]): Promise<string>;
  safe(owners: readonly string[], threshold: number): Promise<string>;
  timelock(options: { delay?: number; proposers: readonly string[]; executors: readonly string[]; admin?: string }): Promise<string>;
  send(to: string, signature: string, args: readonly unknown[], from?: string): Promise<void>;
  stop(): Promise<void>;
}

const NOBODY = "0x0000000000000000000000000000000000000000";

/** Starts the world; the caller stops it. */
export async function authorityWorld(): Promise<AuthorityWorld> {
  const node = await startNode();
  const provider = new JsonRpcProvider(node.url, node.chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
  const deployer = await provider.getSigner(0);
  const contracts: SafeContracts = await deploySafeContracts(provider, deployer);
  const fixtures = compileFile(GUARDS);
  const all = (await provider.send("eth_accounts", [])) as string[];
  const accounts = (await Promise.all(all.map((address) => provider.getSigner(address)))).map(({ address }) => address).slice(1);
  let salt = 0n;

  async function deploy(contract: Compiled | string, args: readonly unknown[] = []): Promise<string> {
    const { abi, bytecode } = typeof contract === "string" ? (fixtures[contract] ?? openZeppelin(contract)) : contract;
    const deployed = await new ContractFactory(abi, bytecode, deployer).deploy(...args);
    await deployed.waitForDeployment();
    return deployed.getAddress();
  }

  const world: AuthorityWorld = {
    node,
    chain: httpChain({ urls: [node.url], network: "test" }),
    provider,
    deployer,
    accounts,
    fixtures,
    deploy,
    proxy: (implementation, initializer = "0x") => deploy("PlainProxy", [implementation, initializer]),
    async vault(contract, initializer, args, constructorArgs = []) {
      const implementation = await deploy(contract, constructorArgs);
      const data = new Interface([`function ${initializer}`]).encodeFunctionData(initializer.slice(0, initializer.indexOf("(")), args);
      return world.proxy(implementation, data);
    },
    safe: (owners, threshold) => createSafe(deployer, contracts, { owners, threshold, saltNonce: salt++ }),
    timelock: ({ delay = 172_800, proposers, executors, admin = NOBODY }) =>
      deploy("TimelockController", [delay, proposers, executors, admin]),
    async send(to, signature, args, from) {
      const iface = new Interface([`function ${signature}`]);
      const data = iface.encodeFunctionData(signature.slice(0, signature.indexOf("(")), args);
      const signer = from === undefined ? deployer : new JsonRpcSigner(provider, from);
      await (await signer.sendTransaction({ to, data })).wait();
    },
    async stop() {
      provider.destroy();
      await node.stop();
    },
  };
  return world;
}
