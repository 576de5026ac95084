import { allInOrder } from "../../core/all-in-order.js";
import type { Finding, Verdict } from "../../core/finding.js";
import type { LayoutChange } from "../../core/layout/index.js";
import type { OpenZeppelinOpinion } from "../../core/schema/validate.js";
import type { BuiltContract, SolcContract, SolcInput, SolcOutput } from "../../core/solc.js";
import { reasonOf } from "../../errors/drydock-error.js";
import { loadUpgradesCore } from "../upgrades-core.js";

type UpgradesCore = typeof import("@openzeppelin/upgrades-core");
type StorageLayout = ReturnType<UpgradesCore["getStorageLayout"]>;

export interface OpinionOptions {
  /**
   * Compiles one more time. upgrades-core learns the types behind ERC-7201 namespaces only from a second compilation with
   * variables injected; without this, it is asked about everything else.
   */
  compile?(solcVersion: string, input: SolcInput): Promise<SolcOutput>;
  /** Flags of the author (`unsafeAllowRenames`, `unsafeSkipStorageCheck`), given on to upgrades-core. */
  allowFlags?: string[];
}

/** What upgrades-core 1.46 says about the same pair, before the differences to our verdict are known. */
export async function askOpenZeppelin(from: BuiltContract, to: BuiltContract, options: OpinionOptions = {}): Promise<Omit<OpenZeppelinOpinion, "differences">> {
  try {
    const core = await loadUpgradesCore();
    const [before, after] = await allInOrder([layoutOf(core, from, options), layoutOf(core, to, options)]);
    const flags = Object.fromEntries((options.allowFlags ?? []).map((flag) => [flag, true]));
    const report = core.getStorageUpgradeReport(before, after, core.withValidationDefaults(flags));
    return { ok: report.ok, kinds: report.ops.map(({ kind }) => kind) };
  } catch (error) {
    return { ok: null, kinds: [], reason: `upgrades-core could not compare: ${reasonOf(error).split("\n")[0] ?? ""}` };
  }
}

/** One sentence for each way in which upgrades-core's verdict and ours differ; none where they agree. */
export function explainDifferences(opinion: Omit<OpenZeppelinOpinion, "differences">, verdict: Verdict, changes: LayoutChange[], findings: Finding[]): string[] {
  if (opinion.ok === null || opinion.ok === (verdict !== "blocked")) return [];
  if (opinion.ok) {
    const blocking = findings.filter(({ severity }) => severity === "critical" || severity === "high");
    return [...new Set(blocking.map((finding) => whyMissed(finding, changes)))];
  }
  return [...new Set(opinion.kinds.map(whyHarmless))];
}

function whyHarmless(kind: string): string {
  switch (kind) {
    case "rename":
      return "upgrades-core reads a new name as a new variable; the bytes and their type stay, so no live value is read wrongly";
    case "typechange":
    case "layoutchange":
      return "upgrades-core compares type names; the stored values read the same under the new type";
    case "replace":
      return "upgrades-core sees another name and another type; the bytes are the same value in an equal encoding, or reserved room";
    case "delete":
    case "pop":
      return "upgrades-core refuses every removed variable; nothing takes its bytes, so that no live value is read wrongly (reported as medium)";
    case "delete-namespace":
      return "upgrades-core misses the namespace; the code still uses the same slot under another id";
    case "insert":
    case "append":
      return "upgrades-core sees an insertion; the new variable lies in bytes that nobody used, and every old one keeps its place";
    case "shrinkgap":
    case "finishgap":
      return "upgrades-core counts gaps by their convention; by the bytes, everything behind the gap keeps its place";
    default:
      return `upgrades-core reports ${kind}; by the bytes, every live value reads the same`;
  }
}

function whyMissed(finding: Finding, changes: LayoutChange[]): string {
  const change = changes.find(({ where, rule, label }) => rule === finding.rule && (where.slot === finding.where.slot || finding.detail.startsWith(label)));
  const region = change?.from?.region ?? "";
  if (finding.detail.startsWith("against ")) return "upgrades-core compares with the previous version only; an earlier one left data in these bytes";
  if (/(^|\.)_+gap/i.test(change?.label ?? "")) return "upgrades-core takes every variable named __gap for unused room; the code writes to this one";
  if (finding.rule === "U1" && region.startsWith("erc7201:") && change?.fate === "moved" && change.to?.region === region) {
    return "upgrades-core takes a namespace's slot from the annotation and does not look at the constant that the code uses";
  }
  if (finding.detail.includes("the code computes slots from it")) return "upgrades-core does not look at slots that the code computes";
  if (finding.rule === "U6") return "upgrades-core takes a namespace's slot from the annotation and does not look at the constant that the code uses";
  if (finding.rule === "U12") return "upgrades-core reports internal function pointers apart from the layout, and an allow annotation silences it";
  if (finding.rule === "U13") return "upgrades-core takes annotations and flags at their word";
  if (finding.rule === "U3") return "upgrades-core has no storage to compare for constants and immutables: the value's source changed all the same";
  if (region.startsWith("diamond:") || region.startsWith("slot:")) return "upgrades-core does not see storage behind a slot constant without an ERC-7201 annotation";
  if (change?.fate === "reused" && change.confidence === "medium") return "upgrades-core accepts the new name at its place; the code uses it for something else";
  return "upgrades-core compares names and types and accepts this; the live bytes read differently";
}

async function layoutOf(core: UpgradesCore, built: BuiltContract, { compile }: OpinionOptions): Promise<StorageLayout> {
  const version = built.solcVersion.replace(/\+.*$/, "");
  const output = withEmptyCode(built.output);
  const second = compile !== undefined && usesNamespaces(built.input) && core.isNamespaceSupported(version) ? await namespaced(core, built, version, compile) : undefined;
  type Decoder = Parameters<UpgradesCore["validate"]>[1];
  type CoreOutput = Parameters<UpgradesCore["validate"]>[0];
  type CoreInput = Parameters<UpgradesCore["solcInputOutputDecoder"]>[0];
  const decode: Decoder = core.solcInputOutputDecoder(built.input as unknown as CoreInput, output as unknown as CoreOutput);
  const data = core.validate(output as unknown as CoreOutput, decode, version, built.input as unknown as CoreInput, second as unknown as CoreOutput | undefined);
  return core.getStorageLayout(data, core.getContractVersion(data, `${built.file}:${built.name}`));
}

async function namespaced(core: UpgradesCore, built: BuiltContract, version: string, compile: NonNullable<OpinionOptions["compile"]>): Promise<SolcOutput> {
  type Args = Parameters<UpgradesCore["makeNamespacedInput"]>;
  const make = (): SolcInput => core.makeNamespacedInput(built.input as unknown as Args[0], built.output as unknown as Args[1], version) as unknown as SolcInput;
  return compile(built.solcVersion, countingForRandom(make));
}

/**
 * upgrades-core draws the names that it injects at random, so that the same source would never be found in the compiler's
 * cache again. Counting makes them unique as well; `work` is synchronous, and nobody else sees the count.
 */
function countingForRandom<T>(work: () => T): T {
  const { random } = Math;
  let count = 0;
  Math.random = () => count++ / 1e6;
  try {
    return work();
  } finally {
    Math.random = random;
  }
}

function usesNamespaces(input: SolcInput): boolean {
  return Object.values(input.sources).some(({ content }) => content.includes("@custom:storage-location"));
}

/** upgrades-core reads `evm.bytecode` of every contract, also where the build selected it for one file only. */
function withEmptyCode(output: SolcOutput): SolcOutput {
  const empty = { object: "", linkReferences: {} };
  const fill = (contract: SolcContract): SolcContract => (contract.evm?.bytecode === undefined ? { ...contract, evm: { ...contract.evm, bytecode: empty, deployedBytecode: empty } } : contract);
  const contracts = Object.fromEntries(
    Object.entries(output.contracts ?? {}).map(([file, byName]) => [file, Object.fromEntries(Object.entries(byName).map(([name, contract]) => [name, fill(contract)]))]),
  );
  return { ...output, contracts };
}
