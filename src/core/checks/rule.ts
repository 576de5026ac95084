import type { FunctionDefinition } from "solidity-ast";
import type { Confidence, Severity } from "../finding.js";
import type { ContractView } from "./ast/contract-view.js";
import type { Located } from "./flow/term.js";

/** Who finds it: our own detector, a tool that is called, or another part of Drydock that reports under this id. */
export type RuleSource = "drydock" | "upgrades-core" | "solhint" | "layout" | "authority";

/** What a rule looks at: one contract's AST, resolved flow, both versions, the proxy with its implementation, the chain. */
export type RuleNeeds = "A" | "F" | "2" | "P" | "C";

/** Where a weakness stands in the public catalogues; only those that fit. */
export interface RuleReferences {
  /** OWASP Smart Contract Top 10 (2025). */
  owasp?: string;
  /** EEA EthTrust Security Levels, the requirement's title. */
  ethtrust?: string;
  /** Smart Contract Weakness Classification. */
  swc?: string;
}

/** One thing that a detector saw; the registry adds what all hits of a rule share. */
export interface Hit {
  view: ContractView;
  /** The narrowest node that shows it; the contract's own line when it is left out. */
  at?: Located;
  fn?: FunctionDefinition;
  detail: string;
  /** When this hit is worse or less sure than the rule says. */
  severity?: Severity;
  confidence?: Confidence;
  title?: string;
}

/** What the upgrade transaction calls on the new implementation. */
export interface UpgradeCall {
  /** `reinitialize(uint256)`, or the bare name. */
  signature: string;
  /** Decoded arguments as strings, when they are known. */
  args?: readonly string[];
}

/** Two versions of one contract, each in the program that it was compiled in. */
export interface VersionPair {
  previous: ContractView;
  next: ContractView;
  /** `null`: the upgrade calls nothing; undefined: not known. */
  upgradeCall?: UpgradeCall | null;
}

export interface RuleContext {
  /** Contracts that were asked for, bases before what derives from them. */
  contracts: readonly ContractView[];
  /** The contract is known to stand behind a proxy, because a plan says so. */
  implementations: ReadonlySet<ContractView>;
  /** True if the target chain is a layer 2, undefined if no chain was named. */
  isLayer2?: boolean;
}

export interface Rule {
  id: string;
  title: string;
  severity: Severity;
  confidence: Confidence;
  source: RuleSource;
  needs: readonly RuleNeeds[];
  /** What it flags, precisely. */
  flags: string;
  why: string;
  remedy: string;
  references: RuleReferences;
  /** Kinds of upgrades-core or ids of solhint rules that are reported under this id. */
  translates?: readonly string[];
  contract?(view: ContractView, context: RuleContext): Iterable<Hit>;
  pair?(pair: VersionPair, context: RuleContext): Iterable<Hit>;
}
