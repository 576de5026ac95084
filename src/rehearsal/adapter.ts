import type { ChainPort } from "../chain/port.js";

/** How the engine reads and drives a venue. Amounts are 1e18 fixed point unless said otherwise. */
export interface RehearsalAdapter {
  /** Shown in the report. */
  readonly name: string;
  /** Everything that the engine asks once, on the warmed snapshot. */
  readonly venue: (chain: ChainPort) => Promise<Venue>;
}

/** One venue on one chain. Every read answers for the chain's latest block. */
export interface Venue {
  markets(): Promise<readonly Market[]>;
  feeds(): Promise<readonly Feed[]>;
  /** Every account that ever held something, newest activity last. */
  accounts(): Promise<readonly string[]>;
  account(address: string): Promise<AccountState>;
  /**
   * The same without the positions. Every moment of a scenario asks it of every sampled account, so it is worth having where
   * positions cost many calls; {@link account} is asked where it is missing.
   */
  standing?(address: string): Promise<Standing>;
  totals(): Promise<Totals>;
  /** Encodes an action; undefined where the venue has no such action, or it is impossible for this account. */
  action(action: Action): Promise<Call | undefined>;
  /** Tokens that it pays out: on the fork they call the payee back, as tokens with hooks do. */
  tokens?(): Promise<readonly string[]>;
  /**
   * Storage words that make the market's funding run at `bpsPer8h` (signed: above zero longs pay), or as near as the venue
   * lets it; left out where there is no funding. Written to the fork, never through governance.
   */
  fundingRate?(market: string, bpsPer8h: bigint): Promise<readonly StorageWrite[]>;
}

/** One storage word. `slot` and `value` are 32 bytes in hex. */
export interface StorageWrite {
  address: string;
  slot: string;
  value: string;
}

/** A call that somebody makes. */
export interface Call {
  from: string;
  to: string;
  data: string;
  /** Wei. */
  value?: bigint;
  /**
   * Accounts whose signature the call carries without anybody having their key: on the fork they agree to every hash, as a
   * contract wallet does (ERC-1271).
   */
  signedBy?: readonly string[];
}

export interface Market {
  id: string;
  name: string;
  /** Open interest, long and short, in base units. */
  openInterestLong: bigint;
  openInterestShort: bigint;
  openInterestCap: bigint;
  /** Cumulative funding index, and what was not yet settled into it. */
  fundingIndex: bigint;
  pendingFunding: bigint;
  /** Feed that prices it. */
  feed: string;
  /** Seconds since 1970 for dated products, 0n for perpetual ones. */
  expiry: bigint;
  /** What the venue itself says that one unit is worth now, where that is more than its feed's price: an option's premium. */
  mark?: bigint;
}

export interface Feed {
  /** The price id that the venue asks for. */
  id: string;
  /** The contract that answers, AggregatorV3-like; perturbed by a shim of its code. */
  address: string;
  decimals: number;
  /** Seconds after which the venue calls it stale. */
  heartbeat: bigint;
  /** What the venue makes of it. Throws when the venue refuses it. */
  price(): Promise<bigint>;
  /** Whether it prices collateral. */
  collateral: boolean;
}

export interface Position {
  market: string;
  /** Signed: long above zero. */
  size: bigint;
  /** Unrealised, signed. */
  profit: bigint;
}

/** Where an account stands, its positions aside. */
export interface Standing {
  address: string;
  collateral: bigint;
  equity: bigint;
  initialMargin: bigint;
  maintenanceMargin: bigint;
  liquidatable: boolean;
}

export interface AccountState extends Standing {
  positions: readonly Position[];
}

export interface Totals {
  /** What the venue holds, valued. */
  assets: bigint;
  /** What it owes. */
  liabilities: bigint;
  recognisedBadDebt: bigint;
  insurance: bigint;
  /** LP net asset value, 0n without LPs. */
  lpValue: bigint;
}

/**
 * What the engine wants done. `fill` takes a resting order with its maker's real signature; `signedFill` makes a fresh
 * one between two accounts. `forged` settlement prices are the worst that the caller could try; `oldPrice` submits a
 * signed price that was good `age` seconds ago.
 */
export type Action =
  | { kind: "open"; account: string; market: string; size: bigint }
  | { kind: "close"; account: string; market: string }
  | { kind: "deposit"; account: string; amount: bigint }
  | { kind: "withdraw"; account: string; amount: bigint }
  | { kind: "liquidate"; account: string; market: string; keeper: string }
  | { kind: "settle"; account: string; market: string }
  | { kind: "fill"; account: string; market: string; size: bigint }
  | { kind: "signedFill"; account: string; maker: string; market: string; size: bigint }
  | { kind: "oldPrice"; caller: string; feed: string; age: bigint }
  | { kind: "settlementPrice"; caller: string; market: string; forged: boolean };
