import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { acceptableKey, applyBaseline, keyOf, type FindingKey } from "../core/checks/baseline.js";
import { ContractView } from "../core/checks/ast/contract-view.js";
import { Program } from "../core/checks/ast/program.js";
import { selectRules, type RuleSettings } from "../core/checks/registry.js";
import type { Rule, UpgradeCall, VersionPair } from "../core/checks/rule.js";
import { basesFirst, detect } from "../core/checks/run.js";
import { applySuppressions, suppressionsIn, type Suppressed, type Suppression } from "../core/checks/suppressions.js";
import { blocks, DEFAULT_POLICY, gate, type Finding, type Gate, type NotRun, type Policy, type Verdict } from "../core/finding.js";
import type { Baseline } from "../core/schema/check-baseline.js";
import { checkAnswerSchema, flatFinding, type CheckAnswer } from "../core/schema/check.js";
import type { SolcInput, SolcOutput } from "../core/solc.js";
import { isDependency, lintedBy, startSolhint, type Linting } from "./check-linting.js";
import { solhintFindings } from "./check-translate.js";
import { sourceNameOf } from "./source-name.js";
import { upgradesCoreFindings } from "./check-upgrades-core.js";

/** A contract as solc names it. */
export interface ContractId {
  file: string;
  name: string;
}

/** An older version of one of the contracts, from its own compilation. */
export interface PreviousVersion {
  input: SolcInput;
  output: SolcOutput;
  contract: ContractId;
  /** Which of the checked contracts replaces it. */
  next: ContractId;
  /** What the upgrade transaction calls; `null` for nothing, left out when not known. */
  upgradeCall?: UpgradeCall | null;
}

export interface CheckInput {
  input: SolcInput;
  /** With `ast` for every source. */
  output: SolcOutput;
  /** The contracts to check; a predicate chooses by source name and contract name. Default: the project's own sources. */
  contracts?: readonly ContractId[] | ((id: ContractId) => boolean);
  previous?: readonly PreviousVersion[];
  /** Contracts that a plan puts behind a proxy. */
  implementations?: readonly ContractId[];
  /** Sources that no compiler here can build: linted only, and named as not-run. */
  unbuilt?: readonly { file: string; content: string; reason: string }[];
  /** Findings of other stages and tools, which pass through the same suppressions, baseline and policy. */
  findings?: readonly Finding[];
  notRun?: readonly NotRun[];
  /** A run of solhint that was started before; one of its own is started where it doesn't cover the sources. */
  linting?: Linting;
  /** Folder that keeps what solhint said about a file. */
  lintCacheFolder?: string;
  isLayer2?: boolean;
  policy?: Policy;
  rules?: RuleSettings;
  baseline?: Baseline;
  /**
   * False where the sources are somebody else's claim, as in a signer's review: their comments are then listed and silence
   * nothing.
   */
  commentsSilence?: boolean;
  /** ISO date for the baseline's expiry; without it no entry is expired. */
  today?: string;
}

export interface CheckResult {
  verdict: Verdict;
  findings: Finding[];
  suppressed: Suppressed[];
  notRun: NotRun[];
  /** Rules that the configuration leaves out. */
  off: string[];
  /** Keys of the findings that block and that a baseline could accept. */
  acceptable: FindingKey[];
  gate: Gate;
}

/**
 * The check stage: every rule of the catalogue that needs sources only, over one compilation and its older versions.
 *
 * @throws DrydockError NO_CONTRACT_MATCHES, SOURCES_DO_NOT_COMPILE, UNKNOWN_RULE, RULE_NOT_SETTABLE, SUPPRESSION_WITHOUT_REASON,
 * RULE_NOT_LOADED.
 */
export async function checkSources(request: CheckInput): Promise<CheckResult> {
  const rules = selectRules(request.rules);
  const program = programOf(request.input, request.output);
  const chosen = program.contracts.filter(isChosen(program, request.contracts));
  if (chosen.length === 0 && (request.unbuilt ?? []).length === 0) {
    throw new DrydockError(ERRORS.NO_CONTRACT_MATCHES, { pattern: describe(request.contracts) });
  }
  const views = new Map(chosen.map((definition) => [definition, new ContractView(program, definition)]));
  const viewOf = (id: ContractId): ContractView | undefined =>
    [...views.values()].find((view) => view.name === id.name && view.file === id.file);
  const pairs = versionPairs(request.previous ?? [], program, viewOf);
  const implementations = new Set([
    ...(request.implementations ?? []).flatMap((id) => viewOf(id) ?? []),
    ...pairs.map(({ next }) => next),
  ]);
  const context = {
    contracts: basesFirst([...views.values()]),
    implementations,
    ...(request.isLayer2 === undefined ? {} : { isLayer2: request.isLayer2 }),
  };
  const files = [...new Set(chosen.map((definition) => program.fileOf(definition)))];
  const sources = files.map((file) => ({ file, content: program.content(file) }));
  const toLint = [...sources, ...(request.unbuilt ?? [])];
  // solhint parses every source by itself, in another thread, while this one goes through the rules.
  const underWay = (request.linting === undefined ? undefined : lintedBy(request.linting, toLint)) ?? startSolhint(toLint, request.lintCacheFolder).result;
  underWay.catch(() => undefined); // thrown below, unless a rule fails before
  const detected = detect(rules, context, pairs);
  const validated = await upgradesCoreFindings(rules, request.input, request.output, program, context.contracts, implementations);
  const linted = solhintFindings(rules, await underWay, sources, detected.findings);
  const notRun = [
    ...(request.unbuilt ?? []).map(({ file, reason }) => ({ check: `sources/${file}`, reason })),
    ...detected.notRun,
    ...validated.notRun,
    ...linted.notRun,
    ...(request.notRun ?? []),
  ];
  const all = [...detected.findings, ...validated.findings, ...linted.findings, ...(request.findings ?? []).map((finding) => inProject(program, finding))];
  const texts = [...sources, ...(request.unbuilt ?? [])];
  return settle(request, rules, program, all, notRun, texts, validated.suppressions);
}

function settle(
  request: CheckInput,
  rules: readonly Rule[],
  program: Program,
  all: readonly Finding[],
  notRun: NotRun[],
  sources: readonly { file: string; content: string }[],
  annotations: readonly Suppression[],
): CheckResult {
  const others = new Set(all.flatMap(({ where }) => where.file ?? []).filter((file) => program.content(file) !== ""));
  for (const { file } of sources) others.delete(file);
  const texts = [...sources, ...[...others].map((file) => ({ file, content: program.content(file) }))];
  const commented = applySuppressions(all, [
    ...annotations,
    ...texts.flatMap(({ file, content }) => suppressionsIn(file, content)),
  ]);
  let kept = request.commentsSilence === false ? [...all] : commented.kept;
  let suppressed = commented.suppressed;
  if (request.baseline !== undefined) {
    const keys = kept.map((finding) => keyOf(finding, snippetOf(program, finding)));
    const accepted = applyBaseline(kept, keys, request.baseline, request.today ?? "");
    kept = accepted.kept;
    suppressed = [...suppressed, ...accepted.suppressed];
  }
  const off = Object.entries(request.rules ?? {}).flatMap(([id, setting]) => (setting === "off" ? [id] : []));
  const known = new Set(rules.map(({ id }) => id));
  const on = kept.filter(({ rule }) => !off.includes(rule) || known.has(rule));
  const checked = gate("check", on.map(inRepository), notRun, request.policy ?? DEFAULT_POLICY);
  const listed = suppressed.map((one) => ({ ...one, finding: inRepository(one.finding) }));
  const acceptable = on
    .filter((finding) => blocks(finding, request.policy))
    .flatMap((finding) => acceptableKey(finding, snippetOf(program, finding)) ?? []);
  return { verdict: checked.verdict, findings: checked.findings, suppressed: listed, notRun, off, acceptable, gate: checked };
}

/** Hardhat's compiler jobs name the project's own sources `project/…`; a finding says where the file is. */
function inRepository(finding: Finding): Finding {
  const { file } = finding.where;
  return file?.startsWith("project/") === true ? { ...finding, where: { ...finding.where, file: file.slice("project/".length) } } : finding;
}

/** The reverse for findings of other tools, so that the comments in their file apply and a baseline can accept them. */
function inProject(program: Program, finding: Finding): Finding {
  const file = sourceNameOf(finding.where.file ?? "", (name) => program.content(name) !== "", () => program.fileNames());
  return file === undefined ? finding : { ...finding, where: { ...finding.where, file } };
}

/** The source text at a finding's place: its lines. */
export function snippetOf(program: Program, { where }: Finding): string {
  if (where.file === undefined || where.line === undefined) return "";
  const lines = program.content(where.file).split("\n");
  return lines.slice(where.line - 1, where.endLine ?? where.line).join("\n");
}

function programOf(input: SolcInput, output: SolcOutput): Program {
  const error = output.errors?.find(({ severity }) => severity === "error");
  if (error !== undefined) {
    const detail = (error.formattedMessage ?? error.message).trim().split("\n").slice(0, 2).join(" ");
    throw new DrydockError(ERRORS.SOURCES_DO_NOT_COMPILE, { detail });
  }
  const program = new Program(input, output);
  return program;
}

function isChosen(
  program: Program,
  contracts: CheckInput["contracts"],
): (definition: Program["contracts"][number]) => boolean {
  const chooses =
    contracts === undefined
      ? ({ file }: ContractId) => !isDependency(file)
      : typeof contracts === "function"
        ? contracts
        : (id: ContractId) => contracts.some(({ file, name }) => file === id.file && name === id.name);
  return (definition) => chooses({ file: program.fileOf(definition), name: definition.name });
}

function versionPairs(
  previous: readonly PreviousVersion[],
  current: Program,
  viewOf: (id: ContractId) => ContractView | undefined,
): VersionPair[] {
  return previous.map((version) => {
    const program = programOf(version.input, version.output);
    const definition = find(program, version.contract);
    const next = viewOf(version.next) ?? new ContractView(current, find(current, version.next));
    return {
      previous: new ContractView(program, definition),
      next,
      ...(version.upgradeCall === undefined ? {} : { upgradeCall: version.upgradeCall }),
    };
  });
}

function find(program: Program, { file, name }: ContractId): Program["contracts"][number] {
  const found = program.contracts.find((definition) => definition.name === name && program.fileOf(definition) === file);
  if (found === undefined) throw new DrydockError(ERRORS.NO_CONTRACT_MATCHES, { pattern: `${file}:${name}` });
  return found;
}

function describe(contracts: CheckInput["contracts"]): string {
  return Array.isArray(contracts)
    ? contracts.map(({ file, name }: ContractId) => `${file}:${name}`).join(", ")
    : "the pattern";
}

/** The verb's own part of `check --json`, checked against its schema. */
export function checkAnswer(result: CheckResult): CheckAnswer {
  return checkAnswerSchema.parse({
    verdict: result.verdict,
    findings: result.findings.map(flatFinding),
    suppressed: result.suppressed.map(({ finding, by, reason, source }) => ({ ...flatFinding(finding), by, reason, source })),
    notRun: result.notRun,
    off: result.off,
  });
}
