import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ID = "solc-0_8_28-0000000000000000000000000000000000000000";
const SOURCE = "Nothing.sol";
const CONTENT = "contract Nothing {}";
const PLACE = `0:${CONTENT.length}:0`;
/**
 * Code that no contract has and that begins as nearly all do: what EDR looks up differs from it in the second byte. EDR
 * looks up the code of every contract that a call runs through, for stack traces; one that knows no code at all walks over
 * all of its bytes to find nothing, which takes a sixth of its time.
 */
const CODE = "60fefefe";

/** Gives the Hardhat project in `root` one contract that it has compiled: the only code that EDR knows there. */
export function writeKnownCode(root: string): void {
  const folder = join(root, "artifacts", "build-info");
  const code = (object: string): object => ({ object, opcodes: "", sourceMap: PLACE, linkReferences: {}, immutableReferences: {} });
  const contract = { nodeType: "ContractDefinition", id: 1, src: PLACE, name: "Nothing", contractKind: "contract", abstract: false, fullyImplemented: true, baseContracts: [], contractDependencies: [], linearizedBaseContracts: [1], nodes: [], scope: 2, usedErrors: [], usedEvents: [] };
  const ast = { nodeType: "SourceUnit", id: 2, src: PLACE, absolutePath: SOURCE, exportedSymbols: { Nothing: [1] }, nodes: [contract] };
  const evm = { bytecode: code(`${CODE}fe`), deployedBytecode: code(CODE), methodIdentifiers: {} };
  const settings = { evmVersion: "cancun", optimizer: { enabled: false, runs: 200 }, outputSelection: {}, remappings: [] };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `${ID}.json`),
    JSON.stringify({ _format: "hh3-sol-build-info-1", id: ID, solcVersion: "0.8.28", solcLongVersion: "0.8.28+commit.7893614a", userSourceNameMap: {}, input: { language: "Solidity", sources: { [SOURCE]: { content: CONTENT } }, settings } }),
  );
  writeFileSync(
    join(folder, `${ID}.output.json`),
    JSON.stringify({ _format: "hh3-sol-build-info-output-1", id: ID, output: { contracts: { [SOURCE]: { Nothing: { abi: [], evm } } }, sources: { [SOURCE]: { id: 0, ast } } } }),
  );
}
