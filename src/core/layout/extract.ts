import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import type { SolcInput, SolcOutput, SolcStorageLayout } from "../solc.js";
import { type AstIndex, type AstNode, astIndex, node, nodesOf } from "./ast.js";
import { constantWord, type Overrides } from "./constant.js";
import { type FunctionFacts, overridesOf, reachableFunctions } from "./functions.js";
import { storageRegions } from "./regions.js";
import { slotSeeds } from "./seeds.js";
import { TypeBuilder } from "./type-from-ast.js";
import { type TableType, TypeTable } from "./type-from-table.js";
import type { ContractLayout, LayoutVariable, StorageRegion, UnstoredVariable, VariableUsage } from "./types.js";

export interface ContractId {
  /** Source name as in the compiler's input. */
  file: string;
  name: string;
}

/**
 * The storage of one contract, from one compilation: state variables where solc puts them, ERC-7201 namespaces and diamond
 * structs at the slot that the code really uses, unstructured slots, and transient variables. Needs the AST; without it, the
 * compiler's `storageLayout` alone gives the main and transient region.
 *
 * @throws DrydockError CONTRACT_NOT_FOUND, LAYOUT_NOT_SELECTED, LAYOUT_UNREADABLE
 */
export function extractLayout(output: SolcOutput, input: SolcInput | undefined, contract: ContractId): ContractLayout {
  const fullName = `${contract.file}:${contract.name}`;
  const index = astIndex(output, input);
  if (index.hasAst(contract.file)) return fromAst(index, index.contract(contract.file, contract.name), contract);
  const built = output.contracts?.[contract.file]?.[contract.name];
  if (built === undefined) throw new DrydockError(ERRORS.CONTRACT_NOT_FOUND, { contract: fullName, hint: "" });
  if (built.storageLayout === undefined) throw new DrydockError(ERRORS.LAYOUT_NOT_SELECTED, { contract: fullName });
  return fromTable(built.storageLayout, built.transientStorageLayout, contract);
}

/** The layout that solc's `storageLayout` alone describes: no namespaces, no usage, no enum members. */
export function fromTable(storage: SolcStorageLayout, transient: SolcStorageLayout | undefined, { file, name }: ContractId): ContractLayout {
  const table = new TypeTable({ ...(storage.types as Record<string, TableType> | null), ...(transient?.types as Record<string, TableType> | null) });
  const region = (kind: "main" | "transient", layout: SolcStorageLayout): StorageRegion => ({
    kind,
    id: kind === "main" ? "" : "transient",
    base: 0n,
    variables: layout.storage.map((item) => table.variable(item, BigInt(item.slot))),
    source: "solc",
  });
  return {
    contract: `${file}:${name}`,
    name,
    regions: [region("main", storage), ...(transient === undefined || transient.storage.length === 0 ? [] : [region("transient", transient)])],
    types: table.types,
    linearization: [],
    unstored: [],
    notes: [{ kind: "no-usage", detail: "there is no AST: namespaces and slots that the code uses by constants are not seen" }],
  };
}

function fromAst(index: AstIndex, contract: AstNode, { file, name }: ContractId): ContractLayout {
  const bases = (Array.isArray(contract.linearizedBaseContracts) ? contract.linearizedBaseContracts : [])
    .map((id) => index.get(id))
    .filter((base): base is AstNode => base !== undefined)
    .reverse();
  const builder = new TypeBuilder(index);
  const declarations = bases.flatMap((base) => nodesOf(base.nodes).filter(({ nodeType }) => nodeType === "VariableDeclaration"));
  const stored = declarations.filter((declaration) => mutabilityOf(declaration) === "mutable");
  const ownerName = ({ id }: AstNode): string => String(index.ownerOf(id)?.name ?? "");
  const base = layoutBase(index, contract, bases);
  const main = builder.pack(stored.filter((declaration) => declaration.storageLocation !== "transient"), base, ownerName);
  const transient = builder.pack(stored.filter((declaration) => declaration.storageLocation === "transient"), 0n, ownerName);
  const functions = reachableFunctions(index, bases);
  const overrides: Overrides = functions.some(({ slotUses }) => slotUses.length > 0) ? overridesOf(bases) : new Map();
  const { regions, notes, computed } = storageRegions({ index, functions, overrides }, bases, builder);
  const place = index.placeOf(String(contract.nameLocation ?? contract.src));
  const layout: ContractLayout = {
    contract: `${file}:${name}`,
    name,
    ...(place === undefined ? {} : { place }),
    regions: [
      { kind: "main", id: "", base, variables: main.variables, source: "solc" },
      ...regions,
      ...(transient.variables.length === 0 ? [] : [{ kind: "transient", id: "transient", base: 0n, variables: transient.variables, source: "solc" } as const]),
    ],
    types: builder.types,
    linearization: bases.map((definition) => String(definition.name)),
    unstored: declarations.flatMap((declaration): UnstoredVariable[] => {
      const mutability = mutabilityOf(declaration);
      if (mutability === "mutable") return [];
      const where = index.placeOf(String(declaration.nameLocation ?? declaration.src));
      return [{ label: String(declaration.name), mutability, contract: ownerName(declaration), astId: String(declaration.id), ...(where === undefined ? {} : { place: where }) }];
    }),
    notes,
    computed,
    seeds: slotSeeds(index, functions, overrides),
    ...allowed(bases.map((definition) => index.documentationOf(definition))),
  };
  attachUsage(layout, functions);
  return layout;
}

/** Kinds of upgrades-core 1.46 that are about what is stored. */
const STORAGE_CHECKS: ReadonlySet<string> = new Set(["state-variable-assignment", "state-variable-immutable", "struct-definition", "enum-definition", "internal-function-storage"]);

function allowed(documentation: readonly string[]): Pick<ContractLayout, "allowed"> {
  const kinds = documentation.flatMap((text) => [...text.matchAll(/@custom:oz-upgrades-unsafe-allow(?:-reachable)?[ \t]+([\w \t,-]+)/g)].flatMap(([, list = ""]) => list.split(/[ \t,]+/)));
  const about = [...new Set(kinds.filter((kind) => STORAGE_CHECKS.has(kind)))];
  return about.length === 0 ? {} : { allowed: about };
}

function mutabilityOf(declaration: AstNode): "mutable" | "constant" | "immutable" {
  if (declaration.constant === true) return "constant";
  return declaration.mutability === "immutable" ? "immutable" : "mutable";
}

/** `layout at` (solc ≥ 0.8.29) of the most derived contract; zero otherwise. */
function layoutBase(index: AstIndex, contract: AstNode, bases: AstNode[]): bigint {
  const specifier = node(contract.storageLayout) ?? bases.map((base) => node(base.storageLayout)).find((found) => found !== undefined);
  if (specifier === undefined) return 0n;
  const base = constantWord(index, node(specifier.baseSlotExpression));
  if (base === undefined) {
    throw new DrydockError(ERRORS.LAYOUT_UNREADABLE, { what: String(contract.name), detail: "the base slot of its `layout at` is not a constant that can be folded here" });
  }
  return base;
}

function attachUsage(layout: ContractLayout, functions: FunctionFacts[]): void {
  const usage = new Map<number, VariableUsage>();
  for (const { definition, contexts } of functions) {
    const name = String(definition.name || definition.kind || "");
    for (const [id, places] of contexts) {
      const known = usage.get(id) ?? { functions: [], contexts: [] };
      known.functions.push(name);
      known.contexts.push(...places.map((context) => `${String(definition.visibility)}:${context}`));
      usage.set(id, known);
    }
  }
  const attach = (variable: LayoutVariable): void => {
    if (variable.astId !== undefined) variable.usage = usage.get(variable.astId) ?? { functions: [], contexts: [] };
  };
  for (const region of layout.regions) region.variables.forEach(attach);
  for (const type of Object.values(layout.types)) if (type.kind === "struct") type.members.forEach(attach);
}
