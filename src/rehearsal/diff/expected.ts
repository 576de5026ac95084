import { isAddress, isHexString } from "ethers";
import type { ExpectedValue, Expectations } from "../../core/schema/expectations.js";

/** Whether `actual` is what was declared. `before` is needed for relative tolerances. */
export function matches(expected: ExpectedValue, actual: string, before: string): boolean {
  if (typeof expected === "string") return same(expected, actual);
  if ("any" in expected) return true;
  const value = asInteger(actual);
  if (value === undefined) return false;
  if ("withinBps" in expected) {
    const base = asInteger(before);
    return base !== undefined && isWithinBps(base, value, BigInt(expected.withinBps));
  }
  if ("changedBy" in expected) {
    const base = asInteger(before);
    return base !== undefined && value - base === BigInt(expected.changedBy);
  }
  return value >= BigInt(expected.min) && value <= BigInt(expected.max);
}

/** Whether `after` is at most `bps` basis points away from `before`. */
export function isWithinBps(before: bigint, after: bigint, bps: bigint): boolean {
  const distance = abs(after - before);
  return distance * 10_000n <= abs(before) * bps;
}

/** Whether a declared place means `actual`: equal, or up to a `*` at its end. */
export function meansPlace(declared: string, actual: string): boolean {
  if (declared.endsWith("*")) return actual.toLowerCase().startsWith(declared.slice(0, -1).toLowerCase());
  return declared.toLowerCase() === actual.toLowerCase();
}

/** What was declared, in words. */
export function expectedInWords(expected: ExpectedValue): string {
  if (typeof expected === "string") return expected;
  if ("any" in expected) return `anything (${expected.reason})`;
  if ("withinBps" in expected) return `within ${expected.withinBps} bps of what it was`;
  if ("changedBy" in expected) return `what it was and ${expected.changedBy}`;
  return `${expected.min} to ${expected.max}`;
}

/** Nothing declared: every change beyond the route is unexpected. */
export const NO_EXPECTATIONS: Expectations = {
  schema: "drydock/expectations@1",
  storage: [],
  accounts: [],
  events: [],
  differences: [],
};

function same(a: string, b: string): boolean {
  if (a.toLowerCase() === b.toLowerCase()) return true;
  // An address is no number: 0x00…01 declared for 1 would be an accident.
  if (isAddress(a) !== isAddress(b) && (isAddress(a) || isAddress(b))) {
    return asInteger(a) !== undefined && asInteger(a) === asInteger(b) && (isHexString(a, 32) || isHexString(b, 32));
  }
  const [x, y] = [asInteger(a), asInteger(b)];
  return x !== undefined && x === y;
}

function asInteger(text: string): bigint | undefined {
  return /^(-?[0-9]+|0x[0-9a-f]+)$/i.test(text) ? BigInt(text) : undefined;
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
