import { Interface } from "ethers";
import { contractOf } from "../build/init-code.js";
import { ContractView } from "../core/checks/ast/contract-view.js";
import { Program } from "../core/checks/ast/program.js";
import { initializerVersion } from "../core/checks/upgradeable.js";
import type { ResolvedChange } from "./resolve.js";

/** The initializer that an upgrade call carries, with the version that its modifier names, where that is a plain number. */
export function calledInitializer({ built, initializer }: ResolvedChange): { signature: string; version: bigint | undefined } | undefined {
  const parsed = initializer === "0x" ? null : new Interface(contractOf(built).abi).parseTransaction({ data: initializer });
  if (parsed === null) return undefined;
  const program = new Program(built.input, built.output);
  const definition = program.contracts.find((candidate) => candidate.name === built.name && program.fileOf(candidate) === built.file);
  if (definition === undefined) return { signature: parsed.signature, version: undefined };
  const view = new ContractView(program, definition);
  const versions = view.entries
    .filter((entry) => entry.functionSelector === parsed.selector.slice(2))
    .flatMap((entry) => initializerVersion(view, entry) ?? []);
  const [version] = versions;
  return { signature: parsed.signature, version: version !== undefined && /^\d+$/.test(version) ? BigInt(version) : undefined };
}
