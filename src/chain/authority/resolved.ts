import type { AuthorityNode } from "../../core/authority/graph.js";
import type { NotRun } from "../../core/finding.js";
import type { Initialized } from "../../core/proxy/initialized.js";
import type { ProxyState } from "../proxy.js";
import type { SafeState } from "../safe.js";
import type { TimelockState } from "../timelock.js";

/** A proxy or beacon with the hashes of its codes. */
export interface ResolvedProxy extends ProxyState {
  codeHash: string;
  implementationCodeHash: string | null;
  facetCodeHashes: string[];
  initialized: Initialized;
  /** The implementation's own Initializable state; null for what has none. */
  implementationInitialized: Initialized | null;
  /** The implementation carries OpenZeppelin 5's Initializable slot in its code. */
  implementationInitializable: boolean;
  /** The implementation is a proxy itself. */
  implementationIsProxy: boolean;
}

export interface RoleGrant {
  contract: string;
  /** 32 bytes, or a decimal AccessManager role id. */
  role: string;
  holders: { account: string; delay: bigint }[];
}

/** Everything that the resolver found at one block. */
export interface ResolvedAuthority {
  block: bigint;
  proxies: ResolvedProxy[];
  safes: (SafeState & { singletonCodeHash: string; fallbackHandlerCodeHash: string | null })[];
  timelocks: (TimelockState & { codeHash: string })[];
  roles: RoleGrant[];
  /** All nodes, proxies included, by address. */
  graph: Map<string, AuthorityNode>;
  /** keccak256 of the runtime code by address; null for none. */
  codeHashes: Map<string, string | null>;
  notRun: NotRun[];
}
