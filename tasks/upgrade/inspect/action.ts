import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { readProxy } from "../../../src/chain/proxy.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { inspectText } from "../../../src/report/inspect-text.js";
import { inspect } from "../../../src/stages/inspect.js";
import { openNetwork, type OpenNetwork } from "../shared/context.js";
import { runVerb } from "../shared/run-verb.js";

export default (args: { json: boolean; addresses: string[] }, hre: HardhatRuntimeEnvironment): Promise<void> =>
  runVerb("inspect", args, async () => {
    const network = await openNetwork(hre);
    const { chain, names } = network;
    const addresses = args.addresses.length > 0 ? args.addresses.map((given) => names.addressOf(given)) : await allProxies(network);
    if (addresses.length === 0) {
      const detail = `give an address: ${names.file} names no proxy`;
      throw new DrydockError(ERRORS.ARGUMENT, { detail, verb: "inspect" });
    }
    const labels = Object.fromEntries(names.entries.map(([name, address]) => [address, name]));
    const result = await inspect({ chain, addresses, labels, policy: hre.config.drydock.policy });
    const { verdict, scope, findings, notRun, schema: _schema, verb: _verb, ...parts } = result;
    return { verdict, scope, findings, notRun, parts, text: inspectText(result) };
  });

async function allProxies({ chain, names }: OpenNetwork): Promise<string[]> {
  const kinds = await Promise.all(names.entries.map(([, address]) => readProxy(chain, address)));
  // A Safe is a proxy too, but one that its owners can't upgrade; its authority shows as part of the others' paths.
  return kinds.filter(({ kind }) => !["none", "unknown", "minimal"].includes(kind)).map(({ address }) => address);
}
