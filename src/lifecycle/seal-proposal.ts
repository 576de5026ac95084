import { dataSlice, keccak256 } from "ethers";
import { contractOf } from "../build/init-code.js";
import { locateCompiler } from "../build/locate-compiler.js";
import type { Project } from "../build/project.js";
import { sealBundle } from "../bundle/seal.js";
import type { ChainPort } from "../chain/port.js";
import { getCode } from "../chain/reads.js";
import { canonicalJson } from "../core/canonical-json.js";
import type { Finding, Gate } from "../core/finding.js";
import { calledAddresses } from "../core/plan/called-code.js";
import { safeTransactionOf } from "../core/plan/route.js";
import { safeHashes } from "../core/safe/hashes.js";
import {
  buildSchema,
  findingsSchema,
  transactionsSchema,
  type BundleBuild,
  type Manifest,
  type Transactions,
} from "../core/schema/bundle.js";
import type { BuiltContract } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import type { ResolvedChange, ResolvedPlan } from "../stages/resolve.js";
import { deploymentOf } from "./deploy.js";
import { confirmHashes } from "./confirm-hashes.js";
import type { FormerBuild } from "./former-builds.js";

/** What the gates found out, as it goes into the bundle. */
export interface ProposalEvidence {
  gates: readonly Gate[];
  suppressed: readonly (Finding & { reason: string })[];
  /** Sealed as they are: `rehearsal.json`, `expectations.json`, `cassette.json` and the like. */
  files: ReadonlyMap<string, string | Uint8Array>;
  /** For each change, the build that its live code comes from, where one was found. */
  oldBuilds: readonly (BuiltContract | undefined)[];
  /** Builds of earlier implementations, for the layout's history. */
  formerBuilds: readonly FormerBuild[];
}

export interface SealedProposal {
  folder: string;
  manifest: Manifest;
  evidenceRoot: string;
  transactions: Transactions;
}

/**
 * Seals a proposal whose gates passed and whose implementations are deployed.
 *
 * @param options.nonce Safe nonce of the schedule transaction; the Safe's current one if left out.
 * @throws DrydockError if the Safe contract or protocol-kit compute another safeTxHash than Drydock.
 */
export async function sealProposal(
  chain: ChainPort,
  resolved: ResolvedPlan,
  evidence: ProposalEvidence,
  options: { folder: string; tool: string; project: Project; nonce?: bigint },
): Promise<SealedProposal> {
  const transactions = await transactionsOf(chain, resolved, options.nonce ?? resolved.safe.nonce);
  const files = new Map<string, string | Uint8Array>([
    ["plan.json", canonicalJson(resolved.core)],
    ["transactions.json", canonicalJson(transactions)],
    [
      "findings.json",
      canonicalJson(
        findingsSchema.parse({
          schema: "drydock/findings@1",
          block: resolved.block.toString(),
          gates: evidence.gates,
          suppressed: evidence.suppressed,
        }),
      ),
    ],
    ...evidence.files,
  ]);
  for (const [index, change] of resolved.changes.entries()) {
    const old = evidence.oldBuilds[index];
    files.set(`build/${index}-new-${change.built.name}.json`, canonicalJson(await newBuild(change, options.project)));
    if (old !== undefined) {
      files.set(`build/${index}-old-${old.name}.json`, canonicalJson(await pastBuild("old", change.oldImplementation, old, options.project)));
    }
  }
  for (const [index, { address, built }] of evidence.formerBuilds.entries()) {
    files.set(`build/former-${index}-${built.name}.json`, canonicalJson(await pastBuild("former", address, built, options.project)));
  }
  const meta = { title: resolved.title, planHash: resolved.hash, tool: options.tool };
  return { folder: options.folder, transactions, ...(await sealBundle(options.folder, meta, files)) };
}

/** The schedule transaction at `nonce`, its hashes confirmed by two others, and the deployments. */
async function transactionsOf(chain: ChainPort, resolved: ResolvedPlan, nonce: bigint): Promise<Transactions> {
  const { core, safe, operationId } = resolved;
  if (nonce < safe.nonce) {
    const detail = `the nonce ${nonce} is used: the Safe is at ${safe.nonce}`;
    throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step: "schedule", detail });
  }
  const tx = safeTransactionOf(core, "schedule", nonce);
  const chainId = BigInt(core.chainId);
  const hashes = safeHashes({ chainId, safe: safe.address, version: safe.version, tx });
  await confirmHashes(chain, { chainId, safe, tx, hashes });
  return transactionsSchema.parse({
    schema: "drydock/transactions@1",
    chainId: core.chainId,
    safe: safe.address,
    safeVersion: safe.version,
    timelock: core.timelock,
    operationId,
    schedule: {
      transaction: {
        ...tx,
        value: tx.value.toString(),
        safeTxGas: tx.safeTxGas.toString(),
        baseGas: tx.baseGas.toString(),
        gasPrice: tx.gasPrice.toString(),
        nonce: tx.nonce.toString(),
      },
      ...hashes,
    },
    codeHashes: await Promise.all(
      calledAddresses(core).map(async (address) => {
        const code = await getCode(chain, address);
        return { address, codeHash: code === "0x" ? null : keccak256(code) };
      }),
    ),
    deployments: resolved.changes.map((change) => {
      const { to, data } = deploymentOf(change);
      return { address: change.newImplementation, factory: to, data, codeHash: change.newCodeHash };
    }),
  });
}

async function newBuild(change: ResolvedChange, project: Project): Promise<BundleBuild> {
  const creation = contractOf(change.built).evm?.bytecode?.object ?? "";
  return buildSchema.parse({
    schema: "drydock/build@1",
    role: "new",
    address: change.newImplementation,
    contract: { file: change.built.file, name: change.built.name },
    compiler: await compilerOf(change.built, project),
    constructorArguments: dataSlice(change.initCode, creation.length / 2),
    salt: change.salt,
    input: change.built.input,
  });
}

async function pastBuild(role: "old" | "former", address: string, built: BuiltContract, project: Project): Promise<BundleBuild> {
  return buildSchema.parse({
    schema: "drydock/build@1",
    role,
    address,
    contract: { file: built.file, name: built.name },
    compiler: await compilerOf(built, project),
    constructorArguments: "0x",
    salt: `0x${"00".repeat(32)}`,
    input: built.input,
  });
}

async function compilerOf(built: BuiltContract, project: Project): Promise<BundleBuild["compiler"]> {
  const version = built.solcVersion.split("+")[0] ?? "";
  const compiler = await locateCompiler(version, project.root, project.compilers);
  if (compiler === undefined) throw new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version });
  return { version, longVersion: built.solcVersion, sha256: compiler.sha256 };
}
