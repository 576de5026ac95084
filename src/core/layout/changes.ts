import type { Confidence, Severity, Where } from "../finding.js";

/** What happens to a byte range of the old layout; `appended` and `gap` are ranges of the new one. */
export const FATES = ["kept", "renamed", "retyped", "incompatible", "moved", "dropped", "reused", "appended", "gap"] as const;
export type Fate = (typeof FATES)[number];

/** A byte range that a layout names. */
export interface PlacedRange {
  /** `positions[*].size`, with the struct members and the mapping or array steps in between. */
  label: string;
  type: string;
  /** Region id; `""` for the main region. */
  region: string;
  /** 32 bytes in hex. Relative to the element's first slot when `within` is there. */
  slot: string;
  /** Bytes from the low-order end of the slot. */
  offset: number;
  /** A decimal string beyond 2^53. */
  bytes: number | string;
  contract?: string;
  /** The mapping or array whose elements hold the range, `positions[*]`. */
  within?: string;
  /** A mapping is among these bytes: its entries lie elsewhere, so that zeros here don't say that there are none. */
  keyed?: boolean;
  /** What the live proxy holds in these bytes, hex. */
  live?: string;
}

export interface LayoutChange {
  fate: Fate;
  label: string;
  from: PlacedRange | null;
  to: PlacedRange | null;
  severity: Severity;
  confidence: Confidence;
  /** Row of the check catalogue, for changes that are findings. */
  rule?: string;
  /** One sentence on what happens to the live data. */
  reason: string;
  where: Where;
}
