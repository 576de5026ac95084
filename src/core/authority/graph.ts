/**
 * Who can change what: contracts and accounts, and for each the ways in which it can be made to act. A node without ways
 * is a leaf; whoever is the leaf acts as it likes.
 */

export const NODE_KINDS = [
  "proxy",
  "beacon",
  "proxy-admin",
  "timelock",
  "safe",
  "multisig",
  "governor",
  "access-manager",
  "delay-module",
  "roles-module",
  "eoa",
  /** A contract whose controllers could not be named: counted as a risk. */
  "contract",
  /** Everybody: an open role, a missing guard. */
  "anyone",
  /** An address without a key: nobody. */
  "burned",
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** How it is known that a way exists: the chain's storage, a view call, a simulated call that went through, or nothing. */
export const EVIDENCE = ["storage", "call", "simulation", "claimed"] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** One way to make a node act: `need` of the accounts in `of` together, after `delay` seconds. */
export interface Way {
  /** The right in the field's word: owner, admin, proposer, module, owners, upgrade, `role 0x…`. */
  right: string;
  need: number;
  of: string[];
  /** Seconds. */
  delay: bigint;
  /** Who can stop it during the delay. */
  cancellers: string[];
  /** One of these is needed as well, besides `of`; empty for nobody else. */
  executors: string[];
  /** A contract that may refuse this way whatever the others want (Safe guard), or null. */
  guard: string | null;
  evidence: Evidence;
}

export interface AuthorityNode {
  address: string;
  kind: NodeKind;
  label: string | null;
  /** What a person wants to read beside it: threshold, version, delay. Values are decimal strings or words. */
  facts: Record<string, string>;
  ways: Way[];
  /** False when there may be ways that are not listed. */
  complete: boolean;
}

/** Nodes by checksummed address ({@link ANYONE} for everybody). */
export type AuthorityGraph = ReadonlyMap<string, AuthorityNode>;

/** The zero address: in AccessControl's roles it stands for everybody, and nobody has its key. */
export const ANYONE = "0x0000000000000000000000000000000000000000";

/** A way with the usual defaults. */
export function way(right: string, of: string[], more: Partial<Omit<Way, "right" | "of">> = {}): Way {
  return { right, of, need: 1, delay: 0n, cancellers: [], executors: [], guard: null, evidence: "call", ...more };
}

/** Whether the node acts by itself: a key, a vote, unknown code, everybody. */
export function isLeaf(node: AuthorityNode): boolean {
  return node.kind === "eoa" || node.kind === "governor" || node.kind === "anyone" || (node.kind === "contract" && !node.complete);
}
