import type { Initialized } from "../proxy/initialized.js";
import type { Trust } from "../schema/trust.js";
import type { AuthorityGraph } from "./graph.js";
import type { AuthorityPath } from "./paths.js";

/** What the authority findings judge; `chain/authority` reads it. */
export interface AuthorityFacts {
  graph: AuthorityGraph;
  /** All paths to new code, of all proxies. */
  paths: readonly AuthorityPath[];
  proxies: readonly ProxyFacts[];
  safes: readonly SafeFacts[];
  timelocks: readonly TimelockFacts[];
}

export interface ProxyFacts {
  address: string;
  kind: string;
  implementation?: string;
  /** keccak256 of its runtime code; null without an implementation. */
  implementationCodeHash: string | null;
  initialized: Initialized;
  implementationInitialized: Initialized | null;
  implementationInitializable: boolean;
  implementationIsProxy: boolean;
}

export interface SafeFacts {
  address: string;
  version: string;
  singleton: string;
  singletonCodeHash: string;
  owners: readonly string[];
  threshold: number;
  modules: readonly string[];
  guard: string | null;
  moduleGuard: string | null;
  fallbackHandler: string | null;
  fallbackHandlerCodeHash: string | null;
}

export interface TimelockFacts {
  address: string;
  minDelay: bigint;
  proposers: readonly string[];
  cancellers: readonly string[];
  executors: readonly string[];
  admins: readonly string[];
  openExecutor: boolean;
  selfAdministered: boolean;
}

/** By what the facts are judged. */
export interface Expectations {
  /** Shortest acceptable delay before code changes, in seconds. */
  minDelay: bigint;
  /** Fewest keys that may be enough. */
  minKeys: number;
  /** A plan's route: its timelock must be the only way, its Safe the only proposer. */
  route?: { safe: string; timelock: string };
  trust?: Trust;
  /** The name of an address for people: its label, or its short form. */
  name(address: string): string;
}

/** One day, two keys: what is judged by when no trust file says otherwise. */
export const DEFAULT_LIMITS = { minDelay: 86_400n, minKeys: 2 } as const;

/** Seconds as people say them: `2 d`, `36 h`, `90 s`. */
export function duration(seconds: bigint): string {
  if (seconds === 0n) return "no delay";
  for (const [unit, length] of [["d", 86_400n], ["h", 3_600n], ["min", 60n]] as const) {
    if (seconds >= length && seconds % length === 0n) return `${seconds / length} ${unit}`;
  }
  return seconds > 172_800n ? `${Number(seconds / 8_640n) / 10} d` : `${seconds} s`;
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], limit = 5): string {
  if (names.length <= limit) return names.join(", ");
  return `${names.slice(0, limit).join(", ")} and ${names.length - limit} more`;
}
