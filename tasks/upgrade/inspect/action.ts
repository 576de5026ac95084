import { existsSync } from "node:fs";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { authoritySvg } from "../../../src/report/authority-svg.js";
import { inspectText } from "../../../src/report/inspect-text.js";
import { inspect } from "../../../src/stages/inspect.js";
import { checkTrust, proxiesAmong, readTrust, trustedAddresses, unlistedProxies, writeTrust } from "../../../src/stages/inspect/trust-file.js";
import { fromHere } from "../shared/arguments.js";
import { writeOutput } from "../shared/write-output.js";
import { openNetwork, openVerified } from "../shared/context.js";
import { runVerb } from "../shared/run-verb.js";

interface InspectArguments {
  json: boolean;
  addresses: string[];
  write: string | undefined;
  check: string | undefined;
  svg: string | undefined;
}

export default (args: InspectArguments, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("inspect", args, async () => {
    if (args.write !== undefined && args.check !== undefined) {
      throw new DrydockError(ERRORS.ARGUMENT, { detail: "--write and --check exclude each other", verb: "inspect" });
    }
    // Written again, a trust file keeps what a person put into it: labels, limits, policy, declared timelocks.
    const file = args.check ?? (args.write !== undefined && existsSync(fromHere(args.write)) ? args.write : undefined);
    const trust = file === undefined ? undefined : await readTrust(fromHere(file));
    const network = await openNetwork(hre);
    const { chain, chainId, names } = network;
    if (trust !== undefined && BigInt(trust.chainId) !== chainId) {
      throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: trust.chainId, network: network.name, actual: chainId });
    }
    const given = args.addresses.map((address) => names.addressOf(address));
    const addresses = given.length > 0 ? given : trust === undefined ? await proxiesAmong(chain, names.entries) : trustedAddresses(trust);
    if (addresses.length === 0) {
      const detail = `give an address: ${names.file} names no proxy`;
      throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "inspect" });
    }
    const labels = Object.fromEntries(names.entries.map(([name, address]) => [address, name]));
    const verified = await openVerified(hre, network);
    const found = await inspect({
      chain: verified ?? chain,
      addresses,
      labels,
      ...(verified === undefined ? {} : { block: verified.block.number, readsReport: () => verified.report() }),
      ...(trust === undefined ? { policy: hre.config.drydock.policy } : { trust }),
    });
    const result =
      args.check === undefined || trust === undefined
        ? found
        : checkTrust(found, trust, await unlistedProxies(verified ?? chain, trust, names.entries, { block: BigInt(found.block.number), file: names.file }));
    if (args.write !== undefined) await writeTrust(fromHere(args.write), result);
    if (args.svg !== undefined) await writeOutput("inspect", "--svg", args.svg, authoritySvg(result.authority));
    const { verdict, scope, findings, notRun, schema: _schema, verb: _verb, ...parts } = result;
    const written = args.write === undefined ? "" : `\nwrote ${args.write}: read it before you trust it`;
    return { verdict, scope, findings, notRun, parts, text: `${inspectText(result)}${written}` };
  });
