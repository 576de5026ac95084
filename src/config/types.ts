import type { ResolvedConfigurationVariable, SensitiveString } from "hardhat/types/config";
import type { Policy, Severity } from "../core/finding.js";

/** `drydock` in a Hardhat config. Everything has a default. */
export interface DrydockUserConfig {
  /** Build profile whose settings make what goes on chain; `production` if the project has one, else `default`. */
  buildProfile?: string;
  /** Folder of the proposal bundles, `proposals` by default. */
  proposals?: string;
  /** The signer's own trust file, `trust.json` by default. */
  trustFile?: string;
  /** Further RPC endpoints by network name, asked in order when the network's own `url` fails. */
  endpoints?: Record<string, SensitiveString[]>;
  /** RPC patience: milliseconds for one answer, and attempts in all before an endpoint is given up. */
  rpc?: { timeoutMs?: number; attempts?: number };
  /** Which findings block: for each severity the lowest confidence that still blocks, or `never`. */
  policy?: Partial<Policy>;
  /** File whose default export is the rehearsal adapter of this protocol; without one, generic scenarios run. */
  adapter?: string;
  /** File whose default export lists faults of your own for `rehearse --self-test`: plans that have to be blocked. */
  selfTest?: string;
  /** `upgrade check` and the check gate of `propose`: the baseline file; severities of single rules, or `off`. */
  check?: { baseline?: string; rules?: Record<string, Severity | "off"> };
}

export interface DrydockConfig {
  buildProfile: string;
  /** Absolute. */
  proposals: string;
  /** Absolute. */
  trustFile: string;
  endpoints: Record<string, ResolvedConfigurationVariable[]>;
  rpc: { timeoutMs: number; attempts: number };
  policy: Policy;
  /** Absolute. */
  adapter: string | undefined;
  /** Absolute. */
  selfTest: string | undefined;
  check: { baseline: string; rules: Record<string, Severity | "off"> };
}
