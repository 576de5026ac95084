/**
 * The part of solc's standard JSON that Drydock reads (https://docs.soliditylang.org/en/v0.8.28/using-the-compiler.html).
 * The AST stays `unknown` here; who walks it narrows it.
 */
export interface SolcInput {
  language: string;
  sources: Record<string, { content: string }>;
  settings: SolcSettings;
}

export interface SolcSettings {
  optimizer?: { enabled?: boolean; runs?: number; details?: Record<string, unknown> };
  viaIR?: boolean;
  evmVersion?: string;
  remappings?: string[];
  metadata?: Record<string, unknown>;
  libraries?: Record<string, Record<string, string>>;
  outputSelection: Record<string, Record<string, string[]>>;
  [other: string]: unknown;
}

/** Byte ranges of the runtime code, by AST id of the immutable (or by library name, for links). */
export type CodeReferences = Record<string, { start: number; length: number }[]>;

export interface SolcBytecode {
  /** Hex without 0x; unlinked places hold `__$…$__`. */
  object: string;
  sourceMap?: string;
  linkReferences?: Record<string, CodeReferences>;
  immutableReferences?: CodeReferences;
}

/** Storage layout as solc ≥ 0.5.13 prints it. */
export interface SolcStorageLayout {
  storage: SolcStorageItem[];
  types: Record<string, SolcStorageType> | null;
}

export interface SolcStorageItem {
  astId: number;
  contract: string;
  label: string;
  /** Bytes from the low-order end of the slot. */
  offset: number;
  /** Decimal string. */
  slot: string;
  type: string;
}

export interface SolcStorageType {
  encoding: "inplace" | "mapping" | "dynamic_array" | "bytes" | string;
  label: string;
  /** Decimal string. */
  numberOfBytes: string;
  key?: string;
  value?: string;
  base?: string;
  members?: SolcStorageItem[];
}

export interface AbiItem {
  type: string;
  name?: string;
  inputs?: AbiParameter[];
  outputs?: AbiParameter[];
  stateMutability?: string;
  anonymous?: boolean;
}

export interface AbiParameter {
  name: string;
  type: string;
  internalType?: string;
  indexed?: boolean;
  components?: AbiParameter[];
}

export interface SolcContract {
  abi: AbiItem[];
  evm?: {
    bytecode?: SolcBytecode;
    deployedBytecode?: SolcBytecode;
    methodIdentifiers?: Record<string, string>;
  };
  storageLayout?: SolcStorageLayout;
  transientStorageLayout?: SolcStorageLayout;
}

export interface SolcError {
  severity: "error" | "warning" | "info" | string;
  type: string;
  message: string;
  formattedMessage?: string;
  errorCode?: string;
  sourceLocation?: { file: string; start: number; end: number };
}

export interface SolcOutput {
  errors?: SolcError[];
  sources: Record<string, { id: number; ast?: unknown }>;
  contracts?: Record<string, Record<string, SolcContract>>;
}

/** One contract with the compilation that it comes from. */
export interface BuiltContract {
  /** `0.8.28+commit.7893614a`, as the compiler names itself. */
  solcVersion: string;
  input: SolcInput;
  output: SolcOutput;
  /** Source name as in `input.sources`. */
  file: string;
  name: string;
}
