import { interfaceChange } from "./interfaces.js";
import { similarNames } from "./names.js";
import type { ValueType } from "./types.js";
import { unitChange } from "./units.js";

/** How a stored value of the old type reads as the new type. */
export interface ValueRelation {
  relation: "same" | "compatible" | "incompatible";
  /** Why it isn't `same`. */
  reason: string;
  /** The bytes fit, the meaning may not. */
  suspicion?: { detail: string; severity: "high" | "medium" | "low" };
}

const SAME: ValueRelation = { relation: "same", reason: "" };

/**
 * Whether every value that code of the old type can have stored reads the same under the new type, given that the bytes
 * above a narrower old value are zero (the caller checks that nobody else lives there). Storage holds values right-aligned
 * in their bytes (Solidity docs, "Layout of State Variables in Storage").
 */
export function compareValues(from: ValueType, to: ValueType): ValueRelation {
  const numeric = encoding(from, to);
  if (numeric.relation === "incompatible") return numeric;
  const suspicion = suspect(from, to);
  if (suspicion !== undefined) return { relation: "compatible", reason: numeric.reason || `${from.label} → ${to.label}`, suspicion };
  return numeric;
}

function encoding(from: ValueType, to: ValueType): ValueRelation {
  const change = `${from.label} → ${to.label}`;
  const compatible = (reason: string): ValueRelation => ({ relation: "compatible", reason: `${change}: ${reason}` });
  const incompatible = (reason: string): ValueRelation => ({ relation: "incompatible", reason: `${change}: ${reason}` });
  const sameWrapper = from.wrapper === to.wrapper;

  if (from.family === "enum" && to.family === "enum") return compareEnums(from, to);
  if (from.family === "internalFunction" || to.family === "internalFunction") {
    return from.family === to.family && from.label === to.label ? SAME : incompatible("an internal function pointer is a code position of one build");
  }
  if (from.family === "externalFunction" || to.family === "externalFunction") {
    if (from.family !== to.family) return incompatible("an external function pointer holds an address and a selector");
    if (from.label === to.label) return SAME;
    const [was, is] = [from.label, to.label].map((label) => label.replace(/ (view|pure|payable)\b/g, ""));
    const reason = compatible("the same 24 bytes");
    return was === is ? reason : { ...reason, suspicion: { detail: `stored callbacks of type ${from.label} will be called as ${to.label}, under the old selector`, severity: "high" } };
  }
  if (from.family === to.family) {
    if (from.bytes === to.bytes) return sameWrapper && from.label === to.label ? SAME : compatible("same encoding");
    if (from.family === "uint") return to.bytes > from.bytes ? compatible("wider, and the bytes above are free") : incompatible("values above the new maximum lose their high bytes");
    if (from.family === "int") return incompatible(to.bytes > from.bytes ? "stored negative values are not sign-extended and read as large positive ones" : "values outside the new range lose their high bytes");
    return incompatible("fixed-size bytes are aligned to the left, so that another size reads other bytes");
  }
  if (isAddress(from) && isAddress(to)) return compatible("both are a 20-byte address");
  if (to.family === "bool") {
    return from.family === "enum" && from.members !== undefined && from.members.length <= 2 ? compatible("two values each") : incompatible("every value but 0 and 1 reads as true");
  }
  if (to.family === "enum") {
    return from.family === "bool" && (to.members?.length ?? 2) >= 2 ? compatible("0 and 1 are members") : incompatible("a value that is no member makes every read revert");
  }
  if (from.family === "fixedBytes" || to.family === "fixedBytes") {
    if (from.bytes !== to.bytes) return incompatible("fixed-size bytes are aligned to the left, so that another size reads other bytes");
    if (from.family === "int" || to.family === "int") return incompatible("raw bytes have no sign: values in the upper half change their order and their number");
    return compatible("the same bits, as number and as raw bytes");
  }
  if (from.family === "int") return incompatible("negative values read as large positive ones");
  if (to.family === "int") {
    const small = from.family === "bool" || (from.family === "enum" && from.members !== undefined && from.members.length <= 128);
    return small || to.bytes > from.bytes ? compatible("every value keeps its number") : incompatible("values in the upper half read as negative");
  }
  if (isAddress(to)) return from.bytes <= 20 ? compatible("the number fits an address") : incompatible("values wider than 20 bytes lose their high bytes");
  // bool, enum, address or contract as an unsigned number
  return to.bytes >= from.bytes ? compatible("the same number") : incompatible("values above the new maximum lose their high bytes");
}

function suspect(from: ValueType, to: ValueType): ValueRelation["suspicion"] {
  if (from.wrapper !== undefined && to.wrapper !== undefined && from.wrapper !== to.wrapper) {
    const unit = unitChange(from.wrapper, to.wrapper) ?? scaleChange(from.wrapper, to.wrapper);
    if (unit !== undefined) return { detail: `the value type ${from.wrapper} became ${to.wrapper}, another unit by its name (${unit}): stored values are not converted`, severity: "high" };
    if (similarNames(from.wrapper, to.wrapper)) return { detail: `the value type ${from.wrapper} became ${to.wrapper}: same bytes, perhaps another unit or scale`, severity: "low" };
    return { detail: `the value type ${from.wrapper} became ${to.wrapper}: same bytes, but the names say that it is another quantity`, severity: "high" };
  }
  if (from.family === "contract" && to.family === "contract") return interfaceChange(from, to);
  return undefined;
}

/** `UFixed6 → UFixed18`: value types that differ in a number only. */
function scaleChange(before: string, after: string): string | undefined {
  const [old, current] = [before, after].map((name) => /^(.*[A-Za-z])([0-9]+)$/.exec(name));
  if (!old || !current || old[1] !== current[1] || /V$/.test(old[1] ?? "")) return undefined;
  return `${old[2] ?? ""} → ${current[2] ?? ""}`;
}

function compareEnums(from: ValueType, to: ValueType): ValueRelation {
  const [old, current] = [from.members, to.members];
  const change = `${from.label} → ${to.label}`;
  if (to.bytes < from.bytes) return { relation: "incompatible", reason: `${change}: narrower` };
  if (old === undefined || current === undefined) {
    if (from.label === to.label) return SAME;
    return { relation: "compatible", reason: `${change}: members unknown`, suspicion: { detail: `the members of ${from.label} and ${to.label} are not known here`, severity: "medium" } };
  }
  const renamed: string[] = [];
  for (const [ordinal, name] of old.entries()) {
    const now = current[ordinal];
    if (now === name) continue;
    if (now === undefined) return { relation: "incompatible", reason: `${change}: the member ${name} (${ordinal}) was removed, and stored ${ordinal} makes every read revert` };
    if (current.includes(name)) return { relation: "incompatible", reason: `${change}: stored ${ordinal} meant ${name} and now means ${now}` };
    if (old.includes(now)) return { relation: "incompatible", reason: `${change}: stored ${ordinal} meant ${name} and now means ${now}, which was ${old.indexOf(now)}` };
    renamed.push(`${name} → ${now}`);
  }
  if (renamed.length === old.length && from.label !== to.label && !old.some((name, ordinal) => similarNames(name, current[ordinal] ?? ""))) {
    return { relation: "compatible", reason: `${change}: no member in common`, suspicion: { detail: `${from.label} became ${to.label}, an enum that shares no member with it: stored ${renamed.slice(0, 3).join(", ")}`, severity: "high" } };
  }
  if (renamed.length > 0) {
    return { relation: "compatible", reason: `enum members renamed: ${renamed.join(", ")}`, suspicion: { detail: `enum members at the same place have other names: ${renamed.join(", ")}`, severity: "low" } };
  }
  if (current.length > old.length) return { relation: "compatible", reason: `enum members appended: ${current.slice(old.length).join(", ")}` };
  return from.label === to.label ? SAME : { relation: "compatible", reason: `${change}: same members` };
}

/** Whether a mapping key of the old type hashes to the same slot under the new one, for every key the old code could use. */
export function compareKeys(from: ValueType, to: ValueType): ValueRelation {
  const change = `mapping key ${from.label} → ${to.label}`;
  // Keys are padded to 32 bytes before hashing: numbers on the left, fixed bytes on the right, negatives sign-extended.
  if (from.family === "fixedBytes" && to.family === "fixedBytes") {
    return to.bytes >= from.bytes ? relationOf(from, to, change) : { relation: "incompatible", reason: `${change}: longer keys can't be reached any more` };
  }
  if (from.family === "int" && to.family === "int" && to.bytes >= from.bytes) return relationOf(from, to, change);
  // A whole word of bytes has no padding: a number is the same key as `bytes32(uint256(number))`.
  const whole = to.family === "fixedBytes" && to.bytes === 32;
  if (whole && (isAddress(from) || ["uint", "bool", "enum"].includes(from.family))) {
    return { relation: "compatible", reason: change, suspicion: from.bytes === 32 ? undefined : { detail: `${change}: old entries are found under the number itself, \`bytes32(uint256(key))\`; a key that is aligned to the left misses them`, severity: "medium" } };
  }
  if ((from.family === "fixedBytes") !== (to.family === "fixedBytes") && from.bytes < 32) {
    return { relation: "incompatible", reason: `${change}: keys are padded on the other side and hash to other slots` };
  }
  const numeric = compareValues(from, to);
  return numeric.relation === "incompatible" ? { relation: "incompatible", reason: `${change}: some keys can't be reached any more, or hash to other slots` } : { ...numeric, reason: numeric.reason === "" ? "" : change };
}

function relationOf(from: ValueType, to: ValueType, reason: string): ValueRelation {
  return from.label === to.label ? SAME : { relation: "compatible", reason };
}

function isAddress(type: ValueType): boolean {
  return type.family === "address" || type.family === "contract";
}
