/** Where a definition stands in the source; lines count from 1. */
export interface SourcePlace {
  file: string;
  line?: number;
}

/** A type as storage sees it. References to other types go by id, so that recursive types stay finite. */
export type LayoutType =
  | ValueType
  | { kind: "struct"; label: string; bytes: number; members: LayoutVariable[] }
  /** `length` undefined: dynamic, data at keccak256(slot). */
  | { kind: "array"; label: string; bytes: number; base: string; length?: bigint }
  | { kind: "mapping"; label: string; bytes: 32; key: string; value: string }
  | { kind: "bytes"; label: string; bytes: 32; text: boolean }
  /** A manifest or layout names a type that it doesn't describe. */
  | { kind: "unknown"; label: string; bytes: number };

export type ValueFamily =
  | "uint"
  | "int"
  | "bool"
  | "address"
  | "fixedBytes"
  | "enum"
  | "contract"
  | "internalFunction"
  | "externalFunction";

export interface ValueType {
  kind: "value";
  label: string;
  bytes: number;
  family: ValueFamily;
  /** Enum members in order, where known. */
  members?: string[];
  /** Of a contract type: return types by selector of each function that it can be called with, where known. */
  functions?: Readonly<Record<string, string>>;
  /** Name of the user-defined value type around it. */
  wrapper?: string;
}

export interface LayoutVariable {
  label: string;
  /** AST id of the declaration; valid within its compilation only. */
  astId?: number;
  /** First slot, absolute in its region's address space; relative to the struct for members. */
  slot: bigint;
  /** Bytes from the low-order end of the slot. */
  offset: number;
  type: string;
  /** Contract (or struct) that declares it. */
  contract: string;
  place?: SourcePlace;
  visibility?: string;
  /** `@custom:oz-renamed-from`. */
  renamedFrom?: string;
  /** `@custom:oz-retyped-from`. */
  retypedFrom?: string;
  /** How the code uses it; undefined when no code was seen. */
  usage?: VariableUsage;
}

/** Evidence about a variable's meaning: the functions that touch it, and in which syntactic contexts. */
export interface VariableUsage {
  functions: string[];
  contexts: string[];
}

export type RegionKind = "main" | "namespace" | "diamond" | "unstructured" | "transient";

/** A run of variables that starts at one base slot. */
export interface StorageRegion {
  kind: RegionKind;
  /** `""` for the main region, `erc7201:example.main`, `diamond:LibX.Store`, or the slot constant's name. */
  id: string;
  base: bigint;
  variables: LayoutVariable[];
  /** Where the base comes from: the formula of the annotation, or the constant that the code uses. */
  source: "solc" | "annotation" | "code";
  /** Functions that reach it by its constant slot. */
  accessedBy?: string[];
  place?: SourcePlace;
  contract?: string;
}

/** Something that extraction saw and that matters by itself, not only in comparison. */
export interface LayoutNote {
  kind: "namespace-differs" | "namespace-collision" | "namespace-unverified" | "slot-unresolved" | "no-usage";
  detail: string;
  place?: SourcePlace;
  slot?: bigint;
}

/** A constant that is hashed into slots at run time. */
export interface SlotSeed {
  /** Equal in two versions where the same code uses it. */
  key: string;
  value: string;
  /** The function, for a seed without a name. */
  name?: string;
  place?: SourcePlace;
}

/** Constants and immutables: no storage, but a variable may become one. */
export interface UnstoredVariable {
  label: string;
  mutability: "constant" | "immutable";
  contract: string;
  place?: SourcePlace;
  astId?: string;
}

export interface ContractLayout {
  /** `path/File.sol:Contract`, or a manifest's identity. */
  contract: string;
  name: string;
  place?: SourcePlace;
  regions: StorageRegion[];
  types: Record<string, LayoutType>;
  /** Most basic first. Empty when unknown. */
  linearization: string[];
  unstored: UnstoredVariable[];
  notes: LayoutNote[];
  /** What goes into slots that code computes; empty where nothing was seen. */
  seeds?: SlotSeed[];
  /** Structs at slots that code computes: type by name. Where they lie is not known, how they lie is. */
  computed?: Record<string, string>;
  /** Checks of stored variables that `@custom:oz-upgrades-unsafe-allow` switches off, on the contract or one of its bases. */
  allowed?: string[];
}
