import { createRequire } from "node:module";
import { concat, Interface, ZeroAddress, ZeroHash, type JsonRpcApiProvider, type JsonRpcSigner } from "ethers";
import { create2Address, SINGLETON_FACTORY } from "../../src/build/init-code.js";

const require = createRequire(import.meta.url);

/** Runtime code of the Safe singleton factory: CREATE2 with the first 32 bytes of the call data as salt. */
const SINGLETON_FACTORY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** Safe 1.4.1's contracts and where in the npm package their artifacts stand. */
const SAFE_1_4_1 = {
  safe: "Safe.sol/Safe.json",
  safeL2: "SafeL2.sol/SafeL2.json",
  proxyFactory: "proxies/SafeProxyFactory.sol/SafeProxyFactory.json",
  multiSend: "libraries/MultiSend.sol/MultiSend.json",
  multiSendCallOnly: "libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json",
  signMessageLib: "libraries/SignMessageLib.sol/SignMessageLib.json",
  createCall: "libraries/CreateCall.sol/CreateCall.json",
  simulateTxAccessor: "accessors/SimulateTxAccessor.sol/SimulateTxAccessor.json",
  fallbackHandler: "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler.json",
} as const;

export type SafeContracts = Record<keyof typeof SAFE_1_4_1, string>;

const SETUP = new Interface([
  "function setup(address[] owners,uint256 threshold,address to,bytes data,address fallbackHandler,address paymentToken,uint256 payment,address paymentReceiver)",
]);
const FACTORY = new Interface([
  "function createProxyWithNonce(address singleton,bytes initializer,uint256 saltNonce) returns (address)",
  "event ProxyCreation(address indexed proxy,address singleton)",
]);

/**
 * Puts the real Safe 1.4.1 contracts on a development chain at their official addresses: the singleton factory by
 * setting its code, everything else by the factory's own CREATE2 with salt zero. Done twice, it does nothing twice.
 */
export async function deploySafeContracts(provider: JsonRpcApiProvider, deployer: JsonRpcSigner): Promise<SafeContracts> {
  if ((await provider.getCode(SINGLETON_FACTORY)) === "0x") {
    await provider.send("hardhat_setCode", [SINGLETON_FACTORY, SINGLETON_FACTORY_CODE]);
  }
  const addresses: Partial<SafeContracts> = {};
  for (const [name, path] of Object.entries(SAFE_1_4_1) as [keyof SafeContracts, string][]) {
    const artifact = require(`@safe-global/safe-contracts/build/artifacts/contracts/${path}`) as { bytecode: string };
    addresses[name] = await deployByFactory(provider, deployer, artifact.bytecode);
  }
  return addresses as SafeContracts;
}

/** Deploys `initCode` through the singleton factory with salt zero, unless it stands there already. */
export async function deployByFactory(
  provider: JsonRpcApiProvider,
  deployer: JsonRpcSigner,
  initCode: string,
): Promise<string> {
  const address = create2Address(initCode);
  if ((await provider.getCode(address)) === "0x") {
    const sent = await deployer.sendTransaction({ to: SINGLETON_FACTORY, data: concat([ZeroHash, initCode]) });
    await sent.wait();
  }
  return address;
}

/** Creates a Safe 1.4.1 with the compatibility fallback handler; no modules, no guard. */
export async function createSafe(
  deployer: JsonRpcSigner,
  contracts: SafeContracts,
  options: { owners: readonly string[]; threshold: number; saltNonce: bigint },
): Promise<string> {
  const initializer = SETUP.encodeFunctionData("setup", [
    options.owners,
    options.threshold,
    ZeroAddress,
    "0x",
    contracts.fallbackHandler,
    ZeroAddress,
    0n,
    ZeroAddress,
  ]);
  const data = FACTORY.encodeFunctionData("createProxyWithNonce", [contracts.safe, initializer, options.saltNonce]);
  const sent = await deployer.sendTransaction({ to: contracts.proxyFactory, data });
  const receipt = await sent.wait();
  for (const log of receipt?.logs ?? []) {
    const event = FACTORY.parseLog(log);
    if (event?.name === "ProxyCreation") return event.args.getValue("proxy") as string;
  }
  throw new Error("the Safe proxy factory emitted no ProxyCreation");
}
