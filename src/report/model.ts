import type { AbiSource, DecodedCall } from "../core/decode/types.js";
import type { FileDiff } from "../core/diff/sources.js";
import type { Finding, NotRun, Policy, Verdict } from "../core/finding.js";
import type { Rehearsal } from "../core/schema/rehearsal.js";

/** A Safe transaction and what was made of it; numbers as decimal text, so that it can stand in a page as JSON. */
export interface ModelTransaction {
  chainId: string;
  safe: string;
  version: string;
  to: string;
  value: string;
  data: string;
  operation: 0 | 1;
  safeTxGas: string;
  baseGas: string;
  gasPrice: string;
  gasToken: string;
  refundReceiver: string;
  nonce: string;
}

/** The storage of one proxy before and after. */
export interface ModelLayout {
  proxy: string;
  contract: string;
  /** Byte ranges that stay as they are. */
  kept: number;
  /** The slots whose bytes change, as an SVG document; absent when none does. */
  svg?: string;
  /** Cells by `LAYOUT_COLUMNS`. */
  rows: string[][];
}

/** What every report of a review is rendered from. Plain data: the page carries it, and recomputes from it. */
export interface ReviewModel {
  schema: "drydock/review-model@1";
  title: string;
  verdict: Verdict;
  scope: "full" | "cassette" | "offline";
  /** schedule, execute or cancel; absent for a Safe transaction that belongs to no bundle. */
  step?: string;
  transaction: ModelTransaction;
  hashes: { domainHash: string; messageHash: string; safeTxHash: string };
  decoded: DecodedCall;
  /** The names that `decoded` needs, so that a browser can decode again. */
  abis: AbiSource[];
  /** Other Safes' transactions that this one approves. */
  approved: { safe: string; safeTxHash: string; decoded: DecodedCall }[];
  plan?: { planHash: string; evidenceRoot: string; operationId: string; digest: string };
  /** What the plan replaces: proxies with the code before and after. */
  changes: { proxy: string; contract: string; from: string; to: string }[];
  /** Names by lower-case address, from the signer's own files. */
  names: Record<string, string>;
  policy: Policy;
  gates: { stage: string; verdict: Verdict }[];
  findings: Finding[];
  notRun: NotRun[];
  notChecked: NotRun[];
  /** Owners whose signatures were recovered. */
  signers: string[];
  /** How many owners have to sign, by the signer's trust file. */
  threshold?: number;
  assumptions: string[];
  /** `rerun` by this signer, `replayed` from the proposer's recording, or only `claimed` by the proposer. */
  rehearsal?: { source: "rerun" | "replayed" | "claimed"; result: Rehearsal };
  /** What this review saw of the storage layout; absent where it was not compared here. */
  layout?: ModelLayout[];
  /** The graph of authority, drawn, with its paths in words. */
  authority: { when: string; svg: string; paths: string[] }[];
  sources: { proxy: string; oldSource: "matched" | "claimed" | "none"; files: FileDiff[] }[];
  claims: { stage: string; claimed: string; recomputed: string }[];
  /** What the author's source suppresses: statements. */
  suppressed: (Finding & { reason: string })[];
  /** What the signer's own baseline accepts. */
  accepted?: (Finding & { reason: string })[];
}
