import { realpath } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { openBundle, type OpenBundle } from "../../../src/bundle/open.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { readAccounts, type Accounts } from "../../../src/lifecycle/account.js";
import { fromHere, required } from "./arguments.js";
import { openNetwork, type OpenNetwork } from "./context.js";

/** Opens the bundle that a verb was given, and the network, which must be the plan's chain. */
export async function openBundleAndNetwork(
  hre: HardhatRuntimeEnvironment,
  bundlePath: string | undefined,
  verb: string,
): Promise<{ bundle: OpenBundle; network: OpenNetwork }> {
  const folder = fromHere(required(bundlePath, "BUNDLE", verb));
  await refuseWithinBundle(folder);
  const bundle = await openBundle(folder);
  const network = await openNetwork(hre);
  if (network.chainId !== BigInt(bundle.plan.chainId)) {
    const { name, chainId } = network;
    throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: bundle.plan.chainId, network: name, actual: chainId });
  }
  return { bundle, network };
}

/** A bundle could bring a Hardhat config of its own: nothing that signs or judges runs from within it. */
export async function refuseWithinBundle(folder: string): Promise<void> {
  const [here, there] = await Promise.all([realpath(process.cwd()), realpath(folder).catch(() => folder)]);
  if (here === there || here.startsWith(`${there}/`)) throw new DrydockError(ERRORS.BUNDLE_IS_CWD, {});
}

/** The configured accounts of the network that `--network` chose; Hardhat signs and sends for them. */
export async function openAccounts(hre: HardhatRuntimeEnvironment, network: OpenNetwork): Promise<Accounts> {
  const connection = await hre.network.getOrCreate(network.name);
  return readAccounts(connection.provider, network.name);
}
