import type { SafeTx } from "../core/safe/transaction.js";
import type { OwnerSignature } from "../core/safe/signatures.js";
import type { Expectations } from "../core/schema/expectations.js";
import type { PlanCore } from "../core/schema/plan.js";
import type { Rehearsal } from "../core/schema/rehearsal.js";
import type { ContractLayout } from "../core/layout/types.js";
import type { AbiItem } from "../core/solc.js";
import type { Gate } from "../core/finding.js";
import type { RehearsalAdapter } from "./adapter.js";
import type { Fault } from "./self-test/faults.js";
import type { Upstream } from "./upstream/upstream.js";

/** A contract that the rehearsal can name things of. For a proxy: the ABI and layouts of what stands behind it. */
export interface KnownContract {
  address: string;
  name: string;
  abi?: readonly AbiItem[];
  /** ABI of the live implementation, where it changes. */
  oldAbi?: readonly AbiItem[];
  /** Storage layouts, the new implementation's first, then the live one's: a slot that both know is named by the first. */
  layouts?: readonly ContractLayout[];
}

/** An implementation to deploy through the Safe singleton factory when it is not there yet. */
export interface RehearsedImplementation {
  address: string;
  initCode: string;
  salt: string;
  /** For the report. */
  name?: string;
  abi?: readonly AbiItem[];
}

export interface RehearsalInput {
  upstream: { urls: readonly string[]; network: string };
  chainId: bigint;
  /** Hardhat's chain type; `l1`, `generic` (as l1) and `op` can be rehearsed. */
  chainType: string;
  /** Block to fork at; the head minus the chain's safe depth when left out. */
  block?: bigint;
  plan: PlanCore;
  implementations: readonly RehearsedImplementation[];
  /** The exact Safe transactions; when left out, `schedule` and `execute` at the Safe's nonce on the fork. */
  transactions?: { schedule?: SafeTx; execute?: SafeTx };
  /** An account with the executor role that executes without the Safe. */
  executor?: string;
  /** Real signatures; what they leave open is approved by impersonated leaf owners. */
  signatures?: { schedule?: readonly OwnerSignature[]; execute?: readonly OwnerSignature[] };
  known?: readonly KnownContract[];
  /** Custom errors of every contract that the implementations were compiled with, for reverts of contracts without an ABI here. */
  errors?: readonly AbiItem[];
  /** Without them every change beyond the route and the planned implementations blocks. */
  expectations?: Expectations;
  adapter?: RehearsalAdapter;
  /** Ids of the scenarios to run, `[]` for none; the first wave when left out. */
  scenarios?: readonly string[];
  /** How many accounts are sampled at most; 16 when left out. */
  accounts?: number;
  /** Seed of every random choice. */
  seed?: string;
  /** Something that goes wrong on purpose: what is then reported is no verdict on the plan. */
  fault?: Fault;
  /** The last N transactions that touched a proxy are replayed on old and new; 0 (the default) for none. */
  replayTraffic?: number;
  /** Root of Drydock's caches; warm answers stand below `rehearsal/`. */
  cacheDir: string;
  cassette?: { mode: "record" | "replay"; path: string };
  /** What {@link openUpstream} opened, when something was read through it before; `block` and `cassette` are its own. */
  opened?: Upstream;
  /** Hardfork of the fork's own blocks; the newest that EDR knows for the chain type when left out. */
  hardfork?: string;
  onProgress?: (line: string) => void;
}

export interface RehearsalResult {
  /** The document that is sealed; the same bytes for the same plan, block and options. */
  report: Rehearsal;
  gate: Gate;
  /** HTTP requests that this run sent upstream; 0 in a replay and, for a given block, when warm. */
  upstreamRequests: number;
  /** JSON-RPC calls within them. */
  upstreamCalls: number;
  /** A draft of `expectations.ts` from what was seen, for a person to confirm. */
  suggestion: Expectations;
}
