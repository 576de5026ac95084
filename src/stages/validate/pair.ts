import { diffAbi } from "../../core/abi/diff.js";
import { type Finding, gate, type NotRun } from "../../core/finding.js";
import { type ContractLayout, compareLayouts, extractLayout, type LayoutChange, layoutFindings } from "../../core/layout/index.js";
import type { CodeChange, OpenZeppelinOpinion, ValidatePairParts } from "../../core/schema/validate.js";
import type { BuiltContract, SolcContract } from "../../core/solc.js";
import { askOpenZeppelin, explainDifferences, type OpinionOptions } from "./openzeppelin.js";

export interface ValidatePairOptions {
  /** Ask upgrades-core as well; true unless said otherwise. */
  secondOpinion?: boolean;
  /** For upgrades-core's second compilation; see {@link OpinionOptions}. */
  compile?: OpinionOptions["compile"];
  /** Flags of the author that silence the usual storage check; they are reported where they hide an overlap. */
  allowFlags?: string[];
  /** Sees the changes before findings are made of them: the live chain's values decide how bad each one is. */
  live?(changes: LayoutChange[]): Promise<LayoutChange[]>;
  /** Earlier versions than `from`, oldest first: what they stored counts as well. */
  history?: { name: string; layout: ContractLayout }[];
}

/** EIP-170. */
const MAX_CODE = 24_576;

/**
 * Compares two builds: the storage layout byte by byte, ABI, code size and EVM version, with upgrades-core's verdict beside.
 *
 * @throws DrydockError CONTRACT_NOT_FOUND, LAYOUT_NOT_SELECTED, LAYOUT_UNREADABLE
 */
export async function validatePair(from: BuiltContract, to: BuiltContract, options: ValidatePairOptions = {}): Promise<ValidatePairParts> {
  const [before, after] = [layoutOf(from), layoutOf(to)];
  const allowFlags = options.allowFlags ?? [];
  const comparison = compareLayouts(before, after, { allowFlags });
  const changes = options.live === undefined ? comparison.changes : await options.live(comparison.changes);
  const older = (options.history ?? []).flatMap(({ name, layout }) => historyFindings(name, layout, before, after));
  const [old, current] = [contractOf(from), contractOf(to)];
  const code = codeChange(from, to);
  const findings: Finding[] = [...layoutFindings(before, after, changes, allowFlags), ...older, ...sizeFindings(code, after)];
  const notRun: NotRun[] = [...comparison.notRun, ...[before, after].flatMap(unseen)];
  const sum = gate("validate", findings, notRun);
  const openzeppelin = await secondOpinion(from, to, sum.verdict, changes, sum.findings, options);
  return {
    from: before.contract,
    to: after.contract,
    verdict: sum.verdict,
    changes,
    reference: { openzeppelin },
    abi: diffAbi(old?.abi ?? [], current?.abi ?? []),
    ...(code === undefined ? {} : { code }),
    findings: sum.findings,
    notRun,
  };
}

/** A layout without AST names state variables only: what else is stored was not compared. */
function unseen({ contract, notes }: ContractLayout): NotRun[] {
  if (!notes.some(({ kind }) => kind === "no-usage")) return [];
  const reason = 'its build has no AST: add "ast" to settings.outputSelection["*"][""] and compile again';
  return [{ check: `namespaces and slot constants of ${contract}`, reason }];
}

/** The layout of a build. @throws DrydockError as {@link extractLayout} */
export function layoutOf(built: BuiltContract): ContractLayout {
  return extractLayout(built.output, built.input, { file: built.file, name: built.name });
}

/**
 * What an older version stored and the new one reads, beyond what the comparison with the previous version says already: a
 * range that version 3 dropped and version 5 reuses.
 */
export function historyFindings(name: string, older: ContractLayout, previous: ContractLayout, next: ContractLayout): Finding[] {
  const already = new Set(compareLayouts(older, previous).findings.map(identity));
  const latest = new Set(compareLayouts(previous, next).findings.map(identity));
  return compareLayouts(older, next)
    .findings.filter((finding) => finding.severity !== "medium" || finding.rule !== "U2")
    .filter((finding) => !already.has(identity(finding)) && !latest.has(identity(finding)))
    .map((finding) => ({ ...finding, detail: `against ${name}, an earlier implementation of this proxy: ${finding.detail}` }));
}

function identity({ rule, where, detail }: Finding): string {
  return `${rule}|${where.slot ?? ""}|${detail.split(" ")[0] ?? ""}`;
}

async function secondOpinion(
  from: BuiltContract,
  to: BuiltContract,
  verdict: ValidatePairParts["verdict"],
  changes: ValidatePairParts["changes"],
  findings: Finding[],
  options: ValidatePairOptions,
): Promise<OpenZeppelinOpinion> {
  if (options.secondOpinion === false) return { ok: null, kinds: [], reason: "it was left out", differences: [] };
  const opinion = await askOpenZeppelin(from, to, {
    ...(options.compile === undefined ? {} : { compile: options.compile }),
    ...(options.allowFlags === undefined ? {} : { allowFlags: options.allowFlags }),
  });
  return { ...opinion, differences: explainDifferences(opinion, verdict, changes, findings) };
}

function contractOf({ output, file, name }: BuiltContract): SolcContract | undefined {
  return output.contracts?.[file]?.[name];
}

function codeChange(from: BuiltContract, to: BuiltContract): CodeChange | undefined {
  const size = (built: BuiltContract): number => (contractOf(built)?.evm?.deployedBytecode?.object.length ?? 0) / 2;
  const [oldSize, newSize] = [size(from), size(to)];
  if (newSize === 0) return undefined;
  const evm = ({ input }: BuiltContract): string => input.settings.evmVersion ?? "the compiler's default";
  return {
    oldSize,
    newSize,
    margin: MAX_CODE - newSize,
    oldCompiler: from.solcVersion,
    newCompiler: to.solcVersion,
    oldEvmVersion: evm(from),
    newEvmVersion: evm(to),
  };
}

function sizeFindings(code: CodeChange | undefined, layout: ContractLayout): Finding[] {
  if (code === undefined || code.margin >= 0) return [];
  return [
    {
      rule: "code-size",
      severity: "high",
      confidence: "high",
      title: "the runtime code is larger than EIP-170 allows",
      detail: `${code.newSize} bytes, ${-code.margin} more than ${MAX_CODE}: it can't be deployed on chains that keep this limit`,
      where: { ...layout.place, contract: layout.contract },
      remedy: "turn the optimizer on, or move code to a library",
    },
  ];
}
