import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AbiCoder, Interface, ZeroHash, getAddress, keccak256 } from "ethers";
import { compile } from "../../src/build/compile.js";
import { create2Address, initCodeOf } from "../../src/build/init-code.js";
import { locateCompiler } from "../../src/build/locate-compiler.js";
import { sealBundle } from "../../src/bundle/seal.js";
import { canonicalJson } from "../../src/core/canonical-json.js";
import { calledAddresses } from "../../src/core/plan/called-code.js";
import { planHash } from "../../src/core/plan/plan-hash.js";
import { operationIdOf, safeTransactionOf } from "../../src/core/plan/route.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { planCoreSchema, type PlanCore } from "../../src/core/schema/plan.js";
import type { BuiltContract, SolcInput } from "../../src/core/solc.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const CACHE = join(ROOT, "cache", "drydock");
export const SAFE = "0x1c694Fc3006D81ff4a56F97E1b99529066a23725";
const TIMELOCK = getAddress("0x4f9083c21f5d8c8c2dbd6fcff8cbd5d6fe3cd1d3");
const PROXY = getAddress("0xb794f5ea0ba39494ce839613fffba74279579268");
const ADMIN = "0xdAC17F958D2ee523a2206206994597C13D831ec7";

const SOURCE = {
  v1: "// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\n\ncontract Vault {\n    uint256 public cap;\n\n    function setCap(uint256 newCap) external {\n        cap = newCap;\n    }\n}\n",
  v2: "// SPDX-License-Identifier: MIT\npragma solidity 0.8.28;\n\ncontract VaultV2 {\n    uint256 public immutable chain;\n    uint256 public cap;\n    uint256 public fee;\n\n    constructor(uint256 chain_) {\n        chain = chain_;\n    }\n\n    function initializeV2(uint256 newFee) external {\n        fee = newFee;\n    }\n\n    function setCap(uint256 newCap) external {\n        cap = newCap;\n    }\n}\n",
};

/** The sources of the sample, as one compiler job each. */
async function build(file: string, name: string, content: string): Promise<BuiltContract & { sha256: string }> {
  const compiler = await locateCompiler("0.8.28", ROOT);
  if (!compiler) throw new Error("solc-0.8.28 is not installed");
  const input: SolcInput = {
    language: "Solidity",
    sources: { [file]: { content } },
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true, runs: 200 },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode", "evm.deployedBytecode"] } },
    },
  };
  const { solcVersion, output } = await compile(compiler, input, name, { cacheFolder: join(CACHE, "solc") });
  return { solcVersion, input, output, file, name, sha256: compiler.sha256 };
}

export interface SampleBundle {
  folder: string;
  plan: PlanCore;
  safeTxHash: string;
}

/** Seals a bundle for one transparent proxy, as `propose` would, without a chain: nothing in it is deployed. */
export async function writeSampleBundle(
  folder: string,
  edit: (plan: PlanCore) => PlanCore = (plan) => plan,
): Promise<SampleBundle> {
  const [old, next] = await Promise.all([
    build("contracts/Vault.sol", "Vault", SOURCE.v1),
    build("contracts/VaultV2.sol", "VaultV2", SOURCE.v2),
  ]);
  const initCode = initCodeOf(next, [1n]);
  const implementation = create2Address(initCode);
  const initializer = new Interface(["function initializeV2(uint256 newFee)"]).encodeFunctionData("initializeV2", [
    30n,
  ]);
  const upgrade = new Interface(["function upgradeAndCall(address proxy, address implementation, bytes data)"]);
  const plan = edit(
    planCoreSchema.parse({
      schema: "drydock/plan@1",
      chainId: "1",
      safe: SAFE,
      timelock: TIMELOCK,
      delay: "172800",
      predecessor: ZeroHash,
      attempt: "1",
      changes: [
        {
          proxy: PROXY,
          kind: "transparent",
          oldImplementation: create2Address(initCodeOf(old)),
          oldCodeHash: keccak256("0x01"),
          newImplementation: implementation,
          newCodeHash: keccak256("0x02"),
          initCodeHash: keccak256(initCode),
        },
      ],
      calls: [
        {
          target: ADMIN,
          value: "0",
          data: upgrade.encodeFunctionData("upgradeAndCall", [PROXY, implementation, initializer]),
        },
      ],
    }),
  );
  const tx = safeTransactionOf(plan, "schedule", 7n);
  const hashes = safeHashes({ chainId: 1n, safe: plan.safe, version: "1.4.1", tx });
  const buildDocument = (
    role: "new" | "old",
    address: string,
    built: BuiltContract & { sha256: string },
    constructorArguments: string,
  ): string =>
    canonicalJson({
      schema: "drydock/build@1",
      role,
      address,
      contract: { file: built.file, name: built.name },
      compiler: { version: "0.8.28", longVersion: built.solcVersion, sha256: built.sha256 },
      constructorArguments,
      salt: ZeroHash,
      input: built.input,
    });
  const transaction = { ...tx, value: "0", safeTxGas: "0", baseGas: "0", gasPrice: "0", nonce: "7" };
  await sealBundle(
    folder,
    { title: "Sample", planHash: planHash(plan), tool: "test" },
    new Map([
      ["plan.json", canonicalJson(plan)],
      [
        "transactions.json",
        canonicalJson({
          schema: "drydock/transactions@1",
          chainId: "1",
          safe: plan.safe,
          safeVersion: "1.4.1",
          timelock: plan.timelock,
          operationId: operationIdOf(plan),
          schedule: { transaction, ...hashes },
          codeHashes: calledAddresses(plan).map((address) => ({ address, codeHash: keccak256("0x03") })),
          deployments: [],
        }),
      ],
      ["findings.json", canonicalJson({ schema: "drydock/findings@1", block: "1", gates: [], suppressed: [] })],
      [
        "build/0-new-VaultV2.json",
        buildDocument("new", implementation, next, AbiCoder.defaultAbiCoder().encode(["uint256"], [1n])),
      ],
      ["build/0-old-Vault.json", buildDocument("old", create2Address(initCodeOf(old)), old, "0x")],
    ]),
  );
  return { folder, plan, safeTxHash: hashes.safeTxHash };
}

/** A sealed document of a bundle, parsed. */
export async function documentOf(folder: string, path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(folder, path), "utf8")) as Record<string, unknown>;
}
