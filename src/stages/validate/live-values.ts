import { concat, keccak256, toBeHex } from "ethers";
import type { ChainPort } from "../../chain/port.js";
import { getLogs, getStorage } from "../../chain/reads.js";
import type { LayoutChange, PlacedRange } from "../../core/layout/index.js";
import { SHARED_SLOTS } from "../../core/proxy/slots.js";
import { bytesAt, meaningOf, valueTypeOf } from "../../core/layout/stored-value.js";

export interface LivePlace {
  chain: ChainPort;
  proxy: string;
  block: bigint;
  /** Places ({@link placeOf}) where an earlier implementation kept what the new one names again: a value there is its own. */
  restored?: ReadonlySet<string>;
}

/** A byte place of a proxy, as a key. */
export function placeOf({ slot, offset }: Pick<PlacedRange, "slot" | "offset">): string {
  return `${slot}+${offset}`;
}

/** Ranges of more slots than this are read at their beginning only. */
const SLOTS_READ = 64;
const KEYS_SAMPLED = 40;

/**
 * Puts the live bytes beside every change that touches them, and says what they make of it: a range that holds nothing
 * loses nothing. The value is the pinned block's; it may be written before the upgrade runs, so that a harm that is only
 * possible stays reported (medium). New variables are looked at, too: bytes that should be fresh may not be empty.
 */
export async function withLiveValues(changes: LayoutChange[], place: LivePlace): Promise<LayoutChange[]> {
  let keys: Promise<string[]> | undefined;
  const sample = (): Promise<string[]> => (keys ??= sampledKeys(place));
  const result: LayoutChange[] = [];
  for (const change of changes) result.push(await withLiveValue(change, place, sample));
  return result;
}

async function withLiveValue(change: LayoutChange, place: LivePlace, keys: () => Promise<string[]>): Promise<LayoutChange> {
  const { from, to } = change;
  if ((change.fate === "appended" || change.fate === "gap") && change.severity === "info") return freshChange(change, place);
  if (from === null || from.within !== undefined || from.region === "transient" || change.fate === "gap" || (change.fate === "kept" && change.severity === "info")) return change;
  const raw = await rawBytes(from, place);
  const live: LayoutChange = { ...change, from: { ...from, live: toBeHex(raw) } };
  if (from.type.startsWith("mapping(")) return mappingChange(live, place, await keys());
  const target = to === null ? 0n : await rawBytes(to, place);
  const at = `at block ${place.block}`;
  // Entries of a mapping inside lie elsewhere: its zeros lower nothing.
  if (from.keyed === true) return raw === 0n ? live : { ...live, reason: `${change.reason}; ${at} its own bytes hold ${toBeHex(raw)}` };
  const held = raw === 0n ? `${at} it holds nothing` : `${at} it holds ${print(raw, from)}`;
  const harmful = change.severity === "high" || change.severity === "critical";
  const lower = (severity: LayoutChange["severity"], reason: string): LayoutChange => ({ ...live, severity, reason: `${change.reason}; ${reason}` });
  switch (change.fate) {
    case "reused":
      return harmful && raw === 0n && !isPartial(from) ? lower("medium", held) : lower(change.severity, held);
    case "moved":
      return harmful && raw === 0n && target === 0n && change.to?.region !== "transient" ? lower("medium", `${held}, and neither does its new place`) : lower(change.severity, `${held}; its new place holds ${target === 0n ? "nothing" : toBeHex(target)}`);
    case "dropped":
      return change.rule === "U2" && raw === 0n ? lower("low", held) : lower(change.severity, held);
    case "incompatible":
      return harmful && to !== null && readsTheSame(raw, target, from, to) ? lower("medium", `${held}, which reads the same under the new type; another value would not`) : lower(change.severity, held);
    default:
      return raw === 0n && harmful ? lower("medium", held) : lower(change.severity, held);
  }
}

/** A new variable over bytes that are not empty: something that no known version declares, or a version that is not known. */
async function freshChange(change: LayoutChange, place: LivePlace): Promise<LayoutChange> {
  const { to } = change;
  if (to === null || to.within !== undefined || to.region === "transient" || to.keyed === true || SHARED_SLOTS.has(to.slot)) return change;
  const raw = await rawBytes(to, place);
  if (raw === 0n) return change;
  const live = { ...change, to: { ...to, live: toBeHex(raw) } };
  const reason = `${change.reason}, but at block ${place.block} these bytes already hold ${print(raw, to)}`;
  if (place.restored?.has(placeOf(to)) === true) return { ...live, reason: `${reason}, which an earlier implementation stored under this name` };
  // A slot behind a constant may have been used before in a way that was not seen.
  const declared = to.region === "" || to.region.startsWith("erc7201:");
  return { ...live, severity: declared ? "high" : "medium", confidence: "medium", rule: "U1", reason: `${reason}: ${to.label} does not start at zero` };
}

/** Whether the range is longer than what was read of it. */
function isPartial(range: PlacedRange): boolean {
  return BigInt(range.bytes) > BigInt(SLOTS_READ * 32);
}

async function rawBytes(range: PlacedRange, { chain, proxy, block }: LivePlace): Promise<bigint> {
  const bytes = Number(BigInt(range.bytes) > BigInt(SLOTS_READ * 32) ? SLOTS_READ * 32 : BigInt(range.bytes));
  const count = Math.ceil((range.offset + bytes) / 32);
  const first = BigInt(range.slot);
  const words = await Promise.all(Array.from({ length: count }, (_, at) => getStorage(chain, proxy, first + BigInt(at), block)));
  return bytesAt(words.map(BigInt), range.offset, bytes);
}

function readsTheSame(raw: bigint, target: bigint, from: PlacedRange, to: PlacedRange): boolean {
  const [old, current] = [valueTypeOf(from.type), valueTypeOf(to.type)];
  if (old === undefined || current === undefined || from.slot !== to.slot || from.offset !== to.offset) return raw === 0n && target === 0n;
  return meaningOf(raw, old) === meaningOf(target, current);
}

function print(raw: bigint, range: PlacedRange): string {
  const type = valueTypeOf(range.type);
  if (type === undefined || type.family === "fixedBytes") return toBeHex(raw);
  if (type.family === "address" || type.family === "contract") return toBeHex(raw, 20);
  return meaningOf(raw, type).toString();
}

/** A mapping's own slot is always empty: its entries are looked up under keys that the proxy's events name. */
async function mappingChange(change: LayoutChange, { chain, proxy, block }: LivePlace, keys: string[]): Promise<LayoutChange> {
  const slot = change.from?.slot ?? "";
  const held = await Promise.all(keys.map(async (key) => BigInt(await getStorage(chain, proxy, keccak256(concat([key, slot])), block)) !== 0n));
  const found = held.filter(Boolean).length;
  const said = keys.length === 0 ? "no keys are known from events, so that nothing is known about its entries" : `sampled ${keys.length} keys from events: ${found} hold a value${found === 0 ? ", which proves nothing about others" : ""}`;
  return { ...change, reason: `${change.reason}; ${said}` };
}

/** Words that occur as topics or data in the proxy's newest events: addresses, ids. */
async function sampledKeys({ chain, proxy, block }: LivePlace): Promise<string[]> {
  const from = block > 100_000n ? block - 100_000n : 0n;
  const logs = await getLogs(chain, { address: proxy, fromBlock: from, toBlock: block, maxRequests: 64 }).catch(() => []);
  const words = logs.reverse().flatMap(({ topics, data }) => [...topics.slice(1), ...(data.slice(2).match(/.{64}/g) ?? []).slice(0, 8).map((word) => `0x${word}`)]);
  return [...new Set(words)].slice(0, KEYS_SAMPLED);
}
