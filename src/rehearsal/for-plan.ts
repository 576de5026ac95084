import { contractOf } from "../build/init-code.js";
import { extractLayout } from "../core/layout/index.js";
import type { ContractLayout } from "../core/layout/types.js";
import type { AbiItem, BuiltContract, SolcContract } from "../core/solc.js";
import type { Expectations } from "../core/schema/expectations.js";
import type { ResolvedPlan } from "../stages/resolve.js";
import type { NameBook } from "../stages/names.js";
import type { RehearsalAdapter } from "./adapter.js";
import type { KnownContract, RehearsalInput } from "./types.js";

/** What a rehearsal needs beyond the plan itself. */
export interface RehearsalContext extends Pick<RehearsalInput, "upstream" | "chainType" | "cacheDir"> {
  names: NameBook;
  block?: bigint;
  expectations?: Expectations;
  adapter?: RehearsalAdapter;
  scenarios?: readonly string[];
  seed?: string;
  cassette?: RehearsalInput["cassette"];
  opened?: RehearsalInput["opened"];
  signatures?: RehearsalInput["signatures"];
  transactions?: RehearsalInput["transactions"];
  replayTraffic?: number;
  onProgress?: (line: string) => void;
}

/** The rehearsal of a resolved plan: its implementations to deploy, its contracts to name things by. */
export function rehearsalInputOf(resolved: ResolvedPlan, context: RehearsalContext): RehearsalInput {
  const { names, ...rest } = context;
  return {
    ...rest,
    chainId: BigInt(resolved.core.chainId),
    plan: resolved.core,
    ...executorOf(resolved),
    implementations: resolved.changes.map(({ newImplementation, initCode, salt, contract, built }) => ({
      address: newImplementation,
      initCode,
      salt,
      name: contract,
      abi: contractOf(built).abi,
    })),
    known: knownContracts(resolved, names),
    errors: errorsOf(resolved),
  };
}

/** The custom errors of everything in the implementations' import closures: callees revert with those of their interfaces. */
function errorsOf({ changes }: ResolvedPlan): AbiItem[] {
  const contracts = changes.flatMap(({ built, oldBuild }) => [built, ...(oldBuild === undefined ? [] : [oldBuild.built])]).flatMap(({ output }) => Object.values(output.contracts ?? {}).flatMap(Object.values<SolcContract>));
  const errors = contracts.flatMap(({ abi }) => abi ?? []).filter(({ type }) => type === "error");
  return [...new Map(errors.map((error) => [JSON.stringify([error.name, error.inputs]), error])).values()];
}

/** Where the Safe may not execute, somebody else has to: the first account that may. */
function executorOf({ safe, timelock }: Pick<ResolvedPlan, "safe" | "timelock">): { executor?: string } {
  const [executor] = timelock.executors;
  return executor === undefined || timelock.openExecutor || timelock.executors.includes(safe.address) ? {} : { executor };
}

function knownContracts({ changes }: ResolvedPlan, names: NameBook): KnownContract[] {
  const changed = new Map(
    changes.map((change): [string, KnownContract] => {
      const layouts = [change.built, change.oldBuild?.built].filter((built) => built !== undefined).map(layoutOf);
      const name = names.nameOf(change.proxy) ?? change.name;
      const oldAbi = change.oldBuild === undefined ? {} : { oldAbi: contractOf(change.oldBuild.built).abi };
      return [change.proxy, { address: change.proxy, name, abi: contractOf(change.built).abi, ...oldAbi, layouts }];
    }),
  );
  const others = names.entries.filter(([, address]) => !changed.has(address)).map(([name, address]) => ({ address, name }));
  return [...changed.values(), ...others];
}

function layoutOf({ output, input, file, name }: BuiltContract): ContractLayout {
  return extractLayout(output, input, { file, name });
}
