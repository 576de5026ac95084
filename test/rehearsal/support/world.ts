import { getAddress, Interface, keccak256, ZeroAddress, ZeroHash } from "ethers";
import { create2Address, SINGLETON_FACTORY } from "../../../src/build/init-code.js";
import { encodeUpgradeCall } from "../../../src/core/plan/upgrade-calls.js";
import { planHash } from "../../../src/core/plan/plan-hash.js";
import { fromTable } from "../../../src/core/layout/index.js";
import type { PlanCore } from "../../../src/core/schema/plan.js";
import type { SolcContract } from "../../../src/core/solc.js";
import type { KnownContract, RehearsedImplementation } from "../../../src/rehearsal/types.js";
import { throughTimelock, type Governance } from "../../../scripts/chain/governance.js";
import { createSafe, deploySafeContracts, type SafeContracts } from "../../../scripts/chain/safe-contracts.js";
import { ChainSession } from "../../../scripts/chain/session.js";
import { startNode, type RunningNode } from "../../../scripts/chain/start-node.js";
import { compileFiles } from "./compile.js";

const TIMELOCK = "@openzeppelin/contracts/governance/TimelockController.sol";
const PROXY = "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
const DELAY = 172_800n;

/** A chain of its own with real Safe contracts, a Safe, a timelock, and whatever `files` hold. */
export class World {
  private constructor(
    readonly node: RunningNode,
    readonly session: ChainSession,
    readonly safes: SafeContracts,
    readonly safe: string,
    readonly timelock: string,
    readonly contracts: Record<string, SolcContract>,
    /** With `nested`: the Safe of two keys, and the Safe that it owns, which in turn is an owner of `safe`. */
    readonly nested: readonly string[],
  ) {}

  static async start(files: readonly string[], options: { nested?: boolean } = {}): Promise<World> {
    const contracts = await compileFiles([TIMELOCK, PROXY, ...files]);
    const node = await startNode();
    try {
      return await World.build(node, contracts, options);
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  private static async build(node: RunningNode, contracts: Record<string, SolcContract>, options: { nested?: boolean }): Promise<World> {
    let session = await ChainSession.open(node.url);
    const safes = await deploySafeContracts(session.provider, session.deployer);
    const owners = [1, 2, 3].map((index) => session.wallet(index).address);
    let saltNonce = 1n;
    const nested: string[] = [];
    if (options.nested === true) {
      const leaf = await createSafe(session.deployer, safes, { owners: [4, 5].map((i) => session.wallet(i).address), threshold: 2, saltNonce: saltNonce++ });
      const middle = await createSafe(session.deployer, safes, { owners: [leaf], threshold: 1, saltNonce: saltNonce++ });
      owners.splice(1, 2, middle);
      nested.push(leaf, middle);
    }
    const safe = await createSafe(session.deployer, safes, { owners, threshold: 2, saltNonce });
    // What was sent outside of the session moved the chain's time on.
    session.close();
    session = await ChainSession.open(node.url);
    const world = new World(node, session, safes, safe, "", contracts, nested);
    const timelock = await world.deploy("TimelockController", [DELAY, [safe], [safe], ZeroAddress]);
    return new World(node, session, safes, safe, timelock, contracts, nested);
  }

  get governance(): Governance {
    return { safe: this.safe, timelock: this.timelock, signers: [this.session.wallet(1), this.session.wallet(2)], delay: DELAY };
  }

  interfaceOf(name: string): Interface {
    return new Interface(this.artifact(name).abi as never[]);
  }

  initCode(name: string, args: readonly unknown[] = []): string {
    const code = `0x${this.artifact(name).evm?.bytecode?.object ?? ""}`;
    return `${code}${this.interfaceOf(name).encodeDeploy([...args]).slice(2)}`;
  }

  async deploy(name: string, args: readonly unknown[] = []): Promise<string> {
    const receipt = await this.session.send(this.session.deployer, { data: this.initCode(name, args) });
    if (receipt.contractAddress === null) throw new Error(`${name} was not deployed`);
    return receipt.contractAddress;
  }

  /** A UUPS proxy over a fresh `name`, initialized with `args`. */
  async proxy(name: string, args: readonly unknown[]): Promise<string> {
    const implementation = await this.deploy(name);
    return this.deploy("ERC1967Proxy", [implementation, this.interfaceOf(name).encodeFunctionData("initialize", [...args])]);
  }

  send(to: string, contract: string, fn: string, args: readonly unknown[] = [], from = 0): Promise<unknown> {
    const data = this.interfaceOf(contract).encodeFunctionData(fn, [...args]);
    return this.session.send(from === 0 ? this.session.deployer : this.session.wallet(from), { to, data });
  }

  /** What a getter without arguments answers. */
  async ask(to: string, contract: string, getter: string): Promise<string> {
    const iface = this.interfaceOf(contract);
    return String(iface.decodeFunctionResult(getter, await this.session.provider.call({ to, data: iface.encodeFunctionData(getter) }))[0]);
  }

  throughTimelock(calls: readonly { to: string; data: string }[], label: string): Promise<void> {
    return throughTimelock(this.session, this.governance, calls.map(({ to, data }) => ({ target: to, value: 0n, data })), label);
  }

  /** The plan that moves a UUPS proxy from what it runs to `contract`, as resolve would make it. */
  async uupsPlan(
    proxy: string,
    contract: string,
    initializer: readonly [fn: string, args: readonly unknown[]] | undefined,
    overrides: Partial<PlanCore> = {},
  ): Promise<{ plan: PlanCore; planHash: string; implementations: RehearsedImplementation[] }> {
    const { provider } = this.session;
    const slot = await provider.getStorage(proxy, "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");
    const oldImplementation = getAddress(`0x${slot.slice(-40)}`);
    const initCode = this.initCode(contract);
    const newImplementation = create2Address(initCode);
    const data = initializer === undefined ? "0x" : this.interfaceOf(contract).encodeFunctionData(initializer[0], [...initializer[1]]);
    const newCode = await provider.call({ from: SINGLETON_FACTORY, data: initCode });
    const { chainId } = await provider.getNetwork();
    const plan: PlanCore = {
      schema: "drydock/plan@1",
      chainId: String(chainId),
      safe: this.safe,
      timelock: this.timelock,
      delay: String(DELAY),
      predecessor: ZeroHash,
      attempt: "1",
      changes: [
        {
          proxy,
          kind: "uups",
          oldImplementation,
          oldCodeHash: keccak256(await provider.getCode(oldImplementation)),
          newImplementation,
          newCodeHash: keccak256(patchSelf(newCode, this.artifact(contract), newImplementation)),
          initCodeHash: keccak256(initCode),
        },
      ],
      calls: [encodeUpgradeCall({ kind: "uups", proxy, interfaceVersion: "5.0.0", newImplementation, initializer: data })],
      ...overrides,
    };
    return {
      plan,
      planHash: planHash(plan),
      implementations: [{ address: newImplementation, initCode, salt: ZeroHash, name: contract, abi: this.artifact(contract).abi }],
    };
  }

  /** `address` under `name`, with the layouts of what it will run and of what it runs. */
  known(address: string, name: string, contract: string, newContract = contract): KnownContract {
    const layouts = [...new Set([newContract, contract])].map((of) => {
      const { storageLayout } = this.artifact(of);
      if (storageLayout === undefined) throw new Error(`${of} was compiled without its layout`);
      return fromTable(storageLayout, undefined, { file: "test", name: of });
    });
    return { address, name, abi: this.artifact(newContract).abi, oldAbi: this.artifact(contract).abi, layouts };
  }

  async head(): Promise<bigint> {
    return BigInt(await this.session.provider.getBlockNumber());
  }

  async stop(): Promise<void> {
    this.session.close();
    await this.node.stop();
  }

  private artifact(name: string): SolcContract {
    const found = this.contracts[name];
    if (found === undefined) throw new Error(`${name} was not compiled`);
    return found;
  }
}

/** UUPSUpgradeable keeps its own address as an immutable: what a call to the init code returns has a wrong one. */
function patchSelf(code: string, artifact: SolcContract, self: string): string {
  const bytes = Buffer.from(code.slice(2), "hex");
  for (const places of Object.values(artifact.evm?.deployedBytecode?.immutableReferences ?? {})) {
    for (const { start, length } of places) Buffer.from(self.slice(2).padStart(length * 2, "0"), "hex").copy(bytes, start);
  }
  return `0x${bytes.toString("hex")}`;
}
