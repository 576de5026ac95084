import { encodeRlp, keccak256, stripZerosLeft } from "ethers";

/**
 * The fields of an execution-layer block header in the order of their RLP (Yellow Paper; London, Shanghai, Cancun and
 * Prague append theirs), as JSON-RPC names them. `number` fields are integers without leading zeros.
 */
const FIELDS: readonly (readonly [name: string, type: "bytes" | "number"])[] = [
  ["parentHash", "bytes"],
  ["sha3Uncles", "bytes"],
  ["miner", "bytes"],
  ["stateRoot", "bytes"],
  ["transactionsRoot", "bytes"],
  ["receiptsRoot", "bytes"],
  ["logsBloom", "bytes"],
  ["difficulty", "number"],
  ["number", "number"],
  ["gasLimit", "number"],
  ["gasUsed", "number"],
  ["timestamp", "number"],
  ["extraData", "bytes"],
  ["mixHash", "bytes"],
  ["nonce", "bytes"],
  ["baseFeePerGas", "number"],
  ["withdrawalsRoot", "bytes"],
  ["blobGasUsed", "number"],
  ["excessBlobGas", "number"],
  ["parentBeaconBlockRoot", "bytes"],
  ["requestsHash", "bytes"],
];

/** How many fields every header has; later ones came with forks, each only after the one before it. */
const ALWAYS = 15;

/** What JSON-RPC adds to the header: the body, and what follows from both. */
const NOT_HEADER = new Set(["hash", "size", "totalDifficulty", "transactions", "uncles", "withdrawals"]);

export type HeaderCheck = { ok: true; hash: string } | { ok: false; reason: string };

/**
 * Recomputes a block's hash from the header fields of a JSON-RPC answer. A field that is not known here would change the
 * hash in a way that can't be recomputed, so it fails closed with its name; so does a missing field in between.
 */
export function checkHeader(block: Readonly<Record<string, unknown>>): HeaderCheck {
  const known = new Set(FIELDS.map(([name]) => name));
  const unknown = Object.entries(block).find(([name, value]) => !known.has(name) && !NOT_HEADER.has(name) && value !== null && value !== undefined);
  if (unknown !== undefined) return { ok: false, reason: `the header has a field that is not known here: ${unknown[0]}` };
  const values: string[] = [];
  let ended = false;
  for (const [index, [name, type]] of FIELDS.entries()) {
    const value = block[name];
    if (value === undefined || value === null) {
      if (index < ALWAYS) return { ok: false, reason: `the header has no ${name}` };
      ended = true;
      continue;
    }
    if (ended) return { ok: false, reason: `the header has ${name}, but not the field before it` };
    if (typeof value !== "string" || !/^0x[0-9a-fA-F]*$/.test(value)) return { ok: false, reason: `${name} is not hex` };
    if (type === "bytes" && value.length % 2 !== 0) return { ok: false, reason: `${name} has an odd number of digits` };
    values.push(type === "bytes" ? value : minimal(value));
  }
  const hash = keccak256(encodeRlp(values));
  if (hash !== String(block.hash).toLowerCase()) return { ok: false, reason: `the header hashes to ${hash}, not to ${String(block.hash)}` };
  return { ok: true, hash };
}

/** An integer as RLP wants it: big-endian without leading zeros, nothing for zero. */
function minimal(value: string): string {
  const digits = value.slice(2);
  return stripZerosLeft(`0x${digits.length % 2 === 0 ? digits : `0${digits}`}`);
}
