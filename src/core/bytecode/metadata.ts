import { bareHex } from "./hex.js";

/** Runtime code without the CBOR map that solc appends (contract metadata, Solidity docs "Contract Metadata"). */
export interface StrippedCode {
  /** Bare hex. */
  code: string;
  /** The CBOR map with its two length bytes, bare hex; empty when there is none. */
  metadata: string;
  /** Compiler release that the metadata names, `0.8.28`; solc ≥ 0.5.9 writes it. */
  solc?: string;
}

const SOLC_KEY = "64736f6c6343";
const FIRST_KEYS = ["64697066735822", "65627a7a7230", "65627a7a72315820", SOLC_KEY, "6c6578706572696d656e74616cf5"];

/** Splits the CBOR tail off `code`. Code whose last bytes are no metadata comes back whole. */
export function stripMetadata(code: string): StrippedCode {
  const hex = bareHex(code);
  if (hex.length < 4) return { code: hex, metadata: "" };
  const length = Number.parseInt(hex.slice(-4), 16);
  const start = hex.length - 4 - length * 2;
  if (!Number.isFinite(length) || length === 0 || start < 0) return { code: hex, metadata: "" };
  const map = hex.slice(start, -4);
  if (!/^a[1-4]/.test(map) || !FIRST_KEYS.some((key) => map.startsWith(key, 2))) return { code: hex, metadata: "" };
  const release = solcRelease(map);
  return { code: hex.slice(0, start), metadata: hex.slice(start), ...(release === undefined ? {} : { solc: release }) };
}

/**
 * Byte ranges of the metadata maps of other contracts inside `code`, as they occur in a factory that embeds the creation
 * code of what it deploys: they change with every comment and never run.
 */
export function embeddedMetadata(code: string): { start: number; length: number }[] {
  const found: { start: number; length: number }[] = [];
  // a2, key "ipfs", 34 bytes multihash, key "solc", 3 bytes release, 2 bytes length
  for (const match of code.matchAll(/a264697066735822[0-9a-f]{68}64736f6c6343[0-9a-f]{6}0033/g)) {
    if (match.index % 2 === 0) found.push({ start: match.index / 2, length: match[0].length / 2 });
  }
  return found;
}

function solcRelease(map: string): string | undefined {
  const at = map.indexOf(SOLC_KEY);
  if (at < 0) return undefined;
  const bytes = map.slice(at + SOLC_KEY.length, at + SOLC_KEY.length + 6);
  return bytes.length === 6
    ? [0, 2, 4].map((index) => Number.parseInt(bytes.slice(index, index + 2), 16)).join(".")
    : undefined;
}
