import type { Node } from "solidity-ast/node.js";
import type { ContractView } from "../core/checks/ast/contract-view.js";
import type { Program } from "../core/checks/ast/program.js";
import { missingParents } from "../core/checks/parent-initializers.js";
import { RULES } from "../core/checks/registry.js";
import type { Rule } from "../core/checks/rule.js";
import type { Suppression } from "../core/checks/suppressions.js";
import { initializersOf, isUpgradeable } from "../core/checks/upgradeable.js";
import type { Finding, NotRun } from "../core/finding.js";
import type { SolcContract, SolcInput, SolcOutput } from "../core/solc.js";
import { reasonOf } from "../errors/drydock-error.js";
import { loadUpgradesCore } from "./upgrades-core.js";

type Core = typeof import("@openzeppelin/upgrades-core");
type CoreOutput = Parameters<Core["validate"]>[0];
type CoreError = ReturnType<Core["validate"]>[string]["errors"][number];

/** The version is asked for only to refuse annotated namespaces before 0.8.20; layouts are compared elsewhere. */
const NAMESPACES_FROM = "0.8.20";
const ALLOW = /@custom:oz-upgrades-unsafe-allow(?:-reachable)?\s+([\w\- ,]+)/g;

/**
 * upgrades-core's validations under our rule ids, for the contracts that stand behind a proxy. Annotations in the
 * project's own files are taken out before, and come back as suppressions, so that what they silence is listed.
 */
export async function upgradesCoreFindings(
  rules: readonly Rule[],
  input: SolcInput,
  output: SolcOutput,
  program: Program,
  views: readonly ContractView[],
  implementations: ReadonlySet<ContractView>,
): Promise<{ findings: Finding[]; notRun: NotRun[]; suppressions: Suppression[] }> {
  const targets = views.filter((view) => isUpgradeable(view) || implementations.has(view));
  const wanted = new Map(rules.flatMap((rule) => (rule.translates ?? []).map((kind) => [kind, rule] as const)));
  if (targets.length === 0 || wanted.size === 0) return { findings: [], notRun: [], suppressions: [] };
  const core = await loadUpgradesCore();
  const own = new Set(views.map(({ file }) => file));
  const { restore, suppressions } = takeAnnotations(output, program, own);
  try {
    const job = closure(output, targets);
    const data = core.validate(job, (node: { src: string }) => sourceOf(program, node), NAMESPACES_FROM, input as never);
    const findings = targets.flatMap((view) => {
      const name = `${view.file}:${view.name}`;
      const validation = data[name];
      if (validation === undefined) return [];
      // `getErrors` would turn some of them into warnings on the console; inherited opcodes are in the contract's own list.
      const inherited = view.isAbstract ? [] : [...validation.inherit, ...validation.libraries].flatMap((base) => data[base]?.errors ?? []);
      const isOpcode = ({ kind }: CoreError): boolean => kind === "delegatecall" || kind === "selfdestruct";
      const errors = [
        ...validation.errors.filter((error) => !view.isAbstract || !isOpcode(error)),
        ...inherited.filter((error) => !isOpcode(error)),
      ];
      return errors.flatMap((error) => translate(error, view, wanted, own));
    });
    return { findings: unique(findings), notRun: [], suppressions };
  } catch (error) {
    return { findings: [], notRun: [{ check: "upgrades-core", reason: reasonOf(error) }], suppressions };
  } finally {
    restore();
  }
}

function translate(error: CoreError, view: ContractView, wanted: ReadonlyMap<string, Rule>, own: ReadonlySet<string>): Finding[] {
  const rule = wanted.get(error.kind);
  if (rule === undefined || isRefuted(error, view)) return [];
  const place = placeIn(error.src);
  const at = own.has(place.file) ? place : view.program.placeOf(view.definition);
  const names = [
    "name" in error ? error.name : "",
    "contract" in error ? `constructor of ${error.contract}` : "",
    "parentContracts" in error ? error.parentContracts.join(", ") : "",
    "parentInitializer" in error ? error.parentInitializer : "",
    "expectedLinearization" in error ? `expected ${error.expectedLinearization.join(", ")}` : "",
  ].filter((name) => name !== "");
  return [
    {
      rule: rule.id,
      severity: rule.severity,
      confidence: rule.confidence,
      title: rule.title,
      detail: `upgrades-core ${error.kind}${names.length > 0 ? `: ${names.join("; ")}` : ""}${place.file === at.file ? "" : ` (${place.file}:${place.line})`}`,
      where: { file: at.file, line: at.line, column: at.column, contract: view.name },
      remedy: rule.remedy,
    },
  ];
}

/** `file:line:column`, as upgrades-core prints it in its own notes too. */
function sourceOf(program: Program, node: { src: string }): string {
  const { file, line, column } = program.placeOf(node);
  return `${file}:${line}:${column}`;
}

function placeIn(source: string): { file: string; line: number; column: number } {
  const [, file = "", line = "1", column = "1"] = /^(.*):(\d+):(\d+)$/.exec(source) ?? [];
  return { file, line: Number(line), column: Number(column) };
}

/** What the flow shows to be right although upgrades-core, which compares names, reports it. */
function isRefuted(error: CoreError, view: ContractView): boolean {
  switch (error.kind) {
    case "constructor": {
      const locks = new Set(initializersOf(view).flatMap(({ guard }) => guard?.keys ?? []));
      const fns = view.constructors.filter((fn) => view.program.ownerOf(fn.id)?.name === error.contract);
      return fns.every((fn) =>
        view.traceOf(fn).effects.every(
          (effect) =>
            effect.kind !== "write" || locks.has(effect.storage.key) || effect.storage.key.startsWith("ns:InitializableStorage"),
        ),
      );
    }
    case "missing-initializer":
      // A new version that inherits the old one has the old one's initializer.
      return initializersOf(view).some(({ guard }) => guard !== undefined) && missingParents(view).length === 0;
    case "missing-initializer-call":
      return missingParents(view).every(({ base }) => !error.parentContracts.includes(base.name));
    default:
      return false;
  }
}

/** The part of the compilation that the targets import; contracts without bytecode get a stand-in, for their identity only. */
function closure(output: SolcOutput, targets: readonly ContractView[]): CoreOutput {
  const files = new Set<string>();
  const visit = (file: string): void => {
    if (files.has(file) || output.sources[file] === undefined) return;
    files.add(file);
    const ast = output.sources[file].ast as { nodes?: { nodeType: string; absolutePath?: string }[] };
    for (const node of ast.nodes ?? []) if (node.nodeType === "ImportDirective" && node.absolutePath) visit(node.absolutePath);
  };
  for (const { file } of targets) visit(file);
  const contracts: Record<string, Record<string, SolcContract>> = {};
  const sources: Record<string, unknown> = {};
  let serial = 0;
  for (const file of files) {
    sources[file] = output.sources[file];
    contracts[file] = Object.fromEntries(
      Object.entries(output.contracts?.[file] ?? {}).map(([name, contract]) => {
        serial += 1;
        const code = contract.evm?.bytecode?.object;
        const object = code !== undefined && code !== "" ? code : isAbstract(output, file, name) ? "" : `60${serial.toString(16).padStart(8, "0")}`;
        const bytecode = { linkReferences: {}, ...contract.evm?.bytecode, object };
        return [name, { ...contract, evm: { ...contract.evm, bytecode } }];
      }),
    );
  }
  return { contracts, sources } as unknown as CoreOutput;
}

function isAbstract(output: SolcOutput, file: string, name: string): boolean {
  const ast = output.sources[file]?.ast as { nodes?: { nodeType: string; name?: string; abstract?: boolean; fullyImplemented?: boolean }[] };
  const node = ast.nodes?.find((candidate) => candidate.nodeType === "ContractDefinition" && candidate.name === name);
  return node === undefined || node.abstract === true || node.fullyImplemented === false;
}

/** Makes the annotations of the project's own files inert while upgrades-core runs. */
function takeAnnotations(
  output: SolcOutput,
  program: Program,
  own: ReadonlySet<string>,
): { restore: () => void; suppressions: Suppression[] } {
  const undo: (() => void)[] = [];
  const suppressions: Suppression[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (typeof node !== "object" || node === null) return;
    const { documentation } = node as { documentation?: { text?: string; src: string } | null };
    if (documentation?.text?.includes("oz-upgrades-unsafe-allow") === true) {
      suppressions.push(...fromAnnotation(node as Node & { src: string }, documentation.text, program));
      const { text } = documentation;
      undo.push(() => void (documentation.text = text));
      documentation.text = text.replace(/oz-upgrades-unsafe-allow/g, "allowed");
    }
    for (const [key, value] of Object.entries(node)) {
      if (key !== "typeDescriptions" && typeof value === "object") visit(value);
    }
  };
  for (const [file, { ast }] of Object.entries(output.sources)) {
    if (own.has(file) && program.content(file).includes("oz-upgrades-unsafe-allow")) visit(ast);
  }
  return { restore: () => undo.forEach((step) => step()), suppressions };
}

function fromAnnotation(node: { src: string }, text: string, program: Program): Suppression[] {
  const place = program.placeOf(node);
  return [...text.matchAll(ALLOW)].map(([whole, kinds = ""]) => {
    const names = kinds.split(/[\s,]+/).filter((kind) => kind !== "");
    const rules = RULES.filter(({ translates }) => translates?.some((kind) => names.includes(kind))).map(({ id }) => id);
    return {
      tool: "upgrades-core",
      file: place.file,
      line: place.line,
      from: place.line,
      to: place.endLine,
      rules,
      text: whole.trim(),
    };
  });
}

function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, where, detail }) => {
    const key = `${rule} ${where.file} ${where.line} ${detail}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
