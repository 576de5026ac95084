import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { InterfaceAbi } from "ethers";

const require = createRequire(import.meta.url);

export interface Compiled {
  abi: InterfaceAbi;
  bytecode: string;
}

/** Compiles one Solidity file with the pinned compiler, in process; imports come from node_modules. Keyed by contract. */
export function compileFile(path: string, settings: object = {}): Record<string, Compiled> {
  const solc = require("solc-0.8.28") as { compile(input: string, callbacks: object): string };
  const input = {
    language: "Solidity",
    sources: { [path]: { content: readFileSync(path, "utf8") } },
    settings: {
      evmVersion: "cancun",
      outputSelection: { [path]: { "*": ["abi", "evm.bytecode.object"] } },
      ...settings,
    },
  };
  const read = (file: string) => ({ contents: readFileSync(require.resolve(file), "utf8") });
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: read })) as {
    errors?: { severity: string; formattedMessage: string }[];
    contracts: Record<string, Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>;
  };
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(error.formattedMessage);
  return Object.fromEntries(
    Object.entries(output.contracts[path]!).map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` }]),
  );
}

/** A contract of OpenZeppelin's package as it was built by its authors. */
export function openZeppelin(name: string): Compiled {
  return require(`@openzeppelin/contracts/build/contracts/${name}.json`) as Compiled;
}
