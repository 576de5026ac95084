import { concat, Interface, ZeroAddress, ZeroHash } from "ethers";
import { contractOf, create2Address, initCodeOf, SINGLETON_FACTORY } from "../../src/build/init-code.js";
import type { BuiltContract } from "../../src/core/solc.js";
import type { TimelockCall } from "../../src/core/timelock/operation.js";
import type { ChainSession } from "./session.js";
import { ERC1967_PROXY } from "./venue-contracts.js";

/** Builds one of the project's contracts, or a dependency's by its path. */
export type Build = (contract: string) => Promise<BuiltContract>;

/** Deploys contracts, and keeps their addresses and ABIs by name. */
export class Deployer {
  /** Names of deployments/<chainId>.json → addresses. */
  readonly contracts: Record<string, string> = {};
  /** ABI of each deployed contract, by the same name. */
  readonly abis: Record<string, Interface> = {};

  constructor(
    private readonly session: ChainSession,
    private readonly build: Build,
  ) {}

  /** By CREATE2 through the Safe singleton factory, salt zero; the name is only kept if given. */
  async byFactory(contract: string, args: readonly unknown[] = [], name?: string): Promise<string> {
    const built = await this.build(contract);
    const initCode = initCodeOf(built, args);
    await this.session.send(this.session.deployer, { to: SINGLETON_FACTORY, data: concat([ZeroHash, initCode]) });
    if (name !== undefined) this.keep(name, create2Address(initCode), new Interface(contractOf(built).abi));
    return create2Address(initCode);
  }

  /** By an ordinary creation. */
  async create(name: string, contract: string, args: readonly unknown[]): Promise<string> {
    const built = await this.build(contract);
    const receipt = await this.session.send(this.session.deployer, { data: initCodeOf(built, args) });
    return this.keep(name, receipt.contractAddress ?? ZeroAddress, new Interface(contractOf(built).abi));
  }

  /** Behind a UUPS proxy that its constructor initializes with `params`. */
  async uups(name: string, contract: string, params: unknown): Promise<string> {
    const abi = new Interface(contractOf(await this.build(contract)).abi);
    const implementation = await this.byFactory(contract);
    const initializer = abi.encodeFunctionData("initialize", [params]);
    return this.keep(name, await this.create(name, ERC1967_PROXY, [implementation, initializer]), abi);
  }

  /** A call of a deployed contract, for a timelock's batch. */
  call(name: string, fn: string, args: readonly unknown[]): TimelockCall {
    return { target: this.contracts[name] ?? ZeroAddress, value: 0n, data: this.abis[name]?.encodeFunctionData(fn, args) ?? "0x" };
  }

  keep(name: string, address: string, abi: Interface): string {
    this.contracts[name] = address;
    this.abis[name] = abi;
    return address;
  }
}
