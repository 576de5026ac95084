import type { AbiChange } from "../schema/validate.js";
import type { AbiItem } from "../solc.js";
import { canonicalType, selectorOf, signatureOf } from "./signature.js";

type Kind = AbiChange["kind"];
const KINDS: readonly string[] = ["function", "event", "error", "constructor", "fallback", "receive"] satisfies Kind[];

/**
 * What callers, indexers and error decoders see differently: functions, events and errors that were added or removed, and
 * those whose signature stayed but whose return types, mutability or indexed parameters changed.
 */
export function diffAbi(before: AbiItem[], after: AbiItem[]): AbiChange[] {
  const [old, current] = [byKey(before), byKey(after)];
  const changes: AbiChange[] = [];
  for (const [key, item] of old) {
    const now = current.get(key);
    if (now === undefined) changes.push(entry(item, "removed"));
    else {
      const detail = difference(item, now);
      if (detail !== "") changes.push({ ...entry(now, "changed"), detail });
    }
  }
  for (const [key, item] of current) if (!old.has(key)) changes.push(entry(item, "added"));
  return changes.sort((a, b) => (`${a.kind} ${a.signature}` < `${b.kind} ${b.signature}` ? -1 : 1));
}

/** Selectors that two lists of functions share although the signatures differ. */
export function selectorClashes(a: AbiItem[], b: AbiItem[]): { selector: string; a: string; b: string }[] {
  const functions = (items: AbiItem[]): Map<string, string> =>
    new Map(items.filter(({ type }) => type === "function").map((item) => [selectorOf(signatureOf(item)), signatureOf(item)]));
  const other = functions(b);
  return [...functions(a)].flatMap(([selector, signature]) => {
    const clash = other.get(selector);
    return clash === undefined || clash === signature ? [] : [{ selector, a: signature, b: clash }];
  });
}

function byKey(items: AbiItem[]): Map<string, AbiItem> {
  const known = items.filter(({ type }) => KINDS.includes(type));
  return new Map(known.map((item) => [item.type === "constructor" ? "constructor" : `${item.type} ${signatureOf(item)}`, item]));
}

function entry(item: AbiItem, change: AbiChange["change"]): AbiChange {
  const signature = signatureOf(item);
  return {
    kind: item.type as Kind,
    change,
    signature,
    ...(item.type === "function" || item.type === "error" ? { selector: selectorOf(signature) } : {}),
  };
}

function difference(before: AbiItem, after: AbiItem): string {
  const parts: string[] = [];
  const outputs = (item: AbiItem): string => `(${(item.outputs ?? []).map(canonicalType).join(",")})`;
  const indexed = (item: AbiItem): string => (item.inputs ?? []).map((input) => (input.indexed === true ? "indexed" : "data")).join(",");
  if (before.type === "function" && outputs(before) !== outputs(after)) parts.push(`returns ${outputs(before)} → ${outputs(after)}`);
  if (before.type === "constructor" && signatureOf(before) !== signatureOf(after)) parts.push(`${signatureOf(before)} → ${signatureOf(after)}`);
  if (before.stateMutability !== after.stateMutability) parts.push(`${before.stateMutability ?? "?"} → ${after.stateMutability ?? "?"}`);
  if (before.type === "event" && indexed(before) !== indexed(after)) parts.push(`indexed parameters: ${indexed(before)} → ${indexed(after)}`);
  if ((before.anonymous ?? false) !== (after.anonymous ?? false)) parts.push("anonymous changed");
  return parts.join("; ");
}
