import { erc7201Slot } from "./constant.js";
import type { ManifestItem, ManifestLayout, OpenZeppelinManifest } from "../schema/openzeppelin-manifest.js";
import { isGap } from "./names.js";
import { TypeTable, parseTypeId } from "./type-from-table.js";
import type { ContractLayout, LayoutVariable, StorageRegion } from "./types.js";

/** Why a stored layout can't be what was deployed. */
export interface IntegrityIssue {
  kind: "duplicate-variable" | "missing-type" | "partial-slots" | "overlap" | "no-layout";
  /** Key of the implementation in the manifest (its bytecode hash). */
  implementation: string;
  address: string;
  /** One sentence with the variable or type in it. */
  detail: string;
  /** Whether a comparison would be a guess. */
  impossible: boolean;
}

export interface ManifestImplementation {
  id: string;
  address: string;
  /** Name of the contract, inferred: the last contract that declares storage. Undefined for a layout without any. */
  contract: string | undefined;
  layout: ContractLayout;
  /** At least one issue makes the layout impossible. */
  sound: boolean;
}

/** Every implementation of a manifest in file order, with what is wrong with its stored layout. */
export function manifestImplementations(manifest: OpenZeppelinManifest): { implementations: ManifestImplementation[]; integrity: IntegrityIssue[] } {
  const integrity: IntegrityIssue[] = [];
  const implementations: ManifestImplementation[] = [];
  for (const [id, entry] of Object.entries(manifest.impls)) {
    if (entry === undefined || entry === null) {
      integrity.push({ kind: "no-layout", implementation: id, address: "", detail: "the entry is empty", impossible: true });
      continue;
    }
    const { layout, issues } = manifestLayout(entry.layout, entry.address);
    integrity.push(...issues.map((issue) => ({ ...issue, implementation: id, address: entry.address })));
    implementations.push({ id, address: entry.address, contract: identityOf(entry.layout), layout, sound: issues.every(({ impossible }) => !impossible) });
  }
  return { implementations, integrity };
}

/** The layout that a manifest stores for one implementation. Items without slots are placed by Solidity's packing rules. */
export function manifestLayout(stored: ManifestLayout, name: string): { layout: ContractLayout; issues: Omit<IntegrityIssue, "implementation" | "address">[] } {
  const issues: Omit<IntegrityIssue, "implementation" | "address">[] = [];
  const table = new TypeTable(stored.types);
  const base = BigInt(stored.baseSlot ?? "0");
  const withSlot = stored.storage.filter(({ slot }) => slot !== undefined).length;
  if (withSlot > 0 && withSlot < stored.storage.length) {
    issues.push({ kind: "partial-slots", detail: `${withSlot} of ${stored.storage.length} variables state a slot, the others don't`, impossible: true });
  }
  const main: StorageRegion = { kind: "main", id: "", base, variables: table.place(stored.storage, withSlot === stored.storage.length ? 0n : base), source: "solc" };
  const namespaces = Object.entries(stored.namespaces ?? {}).map(([id, items]): StorageRegion => {
    const start = id.startsWith("erc7201:") ? erc7201Slot(id.slice("erc7201:".length)) : 0n;
    return { kind: "namespace", id, base: start, variables: table.place(items, start), source: "annotation" };
  });
  issues.push(...duplicates(stored.storage), ...[...table.missing].map((type) => missing(type, stored)));
  const layout: ContractLayout = {
    contract: identityOf(stored) ?? name,
    name: identityOf(stored) ?? name,
    regions: [main, ...namespaces],
    types: table.types,
    linearization: [...new Set(stored.storage.map(({ contract }) => contract ?? ""))],
    unstored: [],
    notes: [],
  };
  if (withSlot === stored.storage.length || withSlot === 0) issues.push(...layout.regions.flatMap((region) => overlapsIn(region, layout)));
  return { layout, issues };
}

/** A manifest doesn't name its contracts: the last one that declares a variable is the most derived one with storage. */
function identityOf(stored: ManifestLayout): string | undefined {
  const own = stored.storage.filter(({ label }) => !/^_+gap/i.test(label));
  const last = (own.length > 0 ? own : stored.storage).at(-1)?.contract;
  return last ?? Object.values(stored.namespaces ?? {}).flat().at(-1)?.contract;
}

function duplicates(items: ManifestItem[]): Omit<IntegrityIssue, "implementation" | "address">[] {
  const seen = new Map<string, number>();
  for (const { contract, label, src } of items) {
    // Contracts of one name may come from two files.
    const key = `${contract ?? "?"}.${label}|${(src ?? "").replace(/:[0-9]+$/, "")}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  return [...seen].filter(([, times]) => times > 1).map(([key, times]) => ({
    kind: "duplicate-variable" as const,
    detail: `${key.split("|")[0] ?? ""} is there ${times} times; a contract declares a name once`,
    impossible: true,
  }));
}

function missing(type: string, stored: ManifestLayout): Omit<IntegrityIssue, "implementation" | "address"> {
  const user = stored.storage.find((item) => item.type === type || parseTypeId(item.type)[1].includes(type));
  // Without its width nothing behind it can be placed; with slots stated, only what is inside stays unknown.
  const placed = stored.storage.every(({ slot }) => slot !== undefined);
  return { kind: "missing-type", detail: `the type ${type}${user === undefined ? "" : ` of ${user.label}`} is not described`, impossible: !placed };
}

function overlapsIn(region: StorageRegion, layout: ContractLayout): Omit<IntegrityIssue, "implementation" | "address">[] {
  const range = (variable: LayoutVariable): [bigint, bigint] => {
    const start = variable.slot * 32n + BigInt(variable.offset);
    return [start, start + BigInt(layout.types[variable.type]?.bytes ?? 32)];
  };
  const sorted = [...region.variables].sort((a, b) => (range(a)[0] < range(b)[0] ? -1 : 1));
  return sorted.slice(1).flatMap((variable, at) => {
    const before = sorted[at];
    if (before === undefined || range(before)[1] <= range(variable)[0]) return [];
    if (isGap(before, layout.types[before.type]) && isGap(variable, layout.types[variable.type])) return [];
    return [{ kind: "overlap" as const, detail: `${before.label} and ${variable.label} share bytes of slot ${variable.slot}`, impossible: true }];
  });
}
