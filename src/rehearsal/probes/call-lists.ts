import { AbiCoder, FunctionFragment, Interface, keccak256, toUtf8Bytes, ZeroAddress, type ParamType } from "ethers";
import { toWord } from "../../chain/reads.js";
import type { ArgumentPool } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";

/** Whom and what the arguments of a call may speak of. */
export interface CallParts {
  caller: string;
  /** Accounts that hold something, the largest first. */
  holders: readonly string[];
  /** Accounts that the contract itself names: owner, keeper, signer. */
  authorities: readonly string[];
  /** Contracts that a call may be about: tokens first. */
  targets: readonly string[];
  /** What the caller or, for a stranger, the holders have, the largest first. */
  amounts: readonly bigint[];
  pool: ArgumentPool;
  seed: string;
  /** Functions of the contract itself, which a byte string may call. */
  own: readonly FunctionFragment[];
}

/** Picks one of `values` for a leaf of the arguments; `length` asks for the length of a list. */
type Choose = (values: readonly unknown[], kind: "value" | "length") => unknown;

const CALLS = new Interface([
  "function transfer(address to, uint256 amount)",
  "function transferFrom(address from, address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
  "function transferOwnership(address owner)",
  "function mint(address to, uint256 amount)",
]);
const FAR_FUTURE = 2n ** 40n;
const OWN_CALLS = 8;
/** A number that is found again where it was set. */
const TELLING = 1_000_003n;
/** Values of each of two leaves that are tried together. */
const NEAREST = 6;
const ZERO_SIGNATURE = `0x${"00".repeat(65)}`;

/**
 * Argument lists for `fragment`, each different: the plainest first; then with every list empty, with everything zero; then
 * with one leaf after the other changed, structs and lists included; then drawn by the seed. Byte strings are, among others,
 * calls that would move tokens or rights. Names of parameters say what to try first, never what not to try.
 */
export function callLists(fragment: FunctionFragment, parts: CallParts, limit: number): unknown[][] {
  const takesCall = mentionsBytes(fragment.inputs);
  const build = (choose: Choose): unknown[] => fragment.inputs.map((input) => valueOf(input, choose, parts, takesCall));
  const sizes: number[] = [];
  const lists = [
    build((values, kind) => {
      sizes.push(kind === "length" ? 3 : values.length);
      return values[0];
    }),
    build((values, kind) => (kind === "length" ? 0 : values[0])),
    build((values) => values.find(isZero) ?? values[0]),
    // A list of zeros with the caller as who gains: what an unset table would let through.
    build((values) => (values.includes(parts.caller) ? parts.caller : (values.find(isZero) ?? values[0]))),
    // The same with numbers that mean something: what a signature or proof of zeros would let through.
    ...(fragment.inputs.length > 1 ? [build((values) => (values.includes(parts.caller) ? parts.caller : (values.find((value) => typeof value === "string" && isZero(value)) ?? values[0])))] : []),
  ];
  if (fragment.inputs.some(({ baseType }) => baseType === "array")) lists.push(overflowing(build));
  const longest = Math.max(0, ...sizes);
  for (let index = 1; index < longest && lists.length < limit; index++) {
    for (const [leaf, size] of sizes.entries()) {
      if (index >= size) continue;
      let at = 0;
      lists.push(build((values) => (at++ === leaf ? values[index % values.length] : values[0])));
    }
  }
  // Every byte string with nothing else asked for: what it does by itself.
  for (let index = 0; takesCall && index < byteStrings(parts).length && lists.length < limit; index++) {
    lists.push(build((values) => (values.includes(ZERO_SIGNATURE) ? values[index] : (values.find((value) => value === 0n) ?? values[0]))));
  }
  // And two leaves at once, the nearest values first: what to do with what, in whose name.
  for (const { a, b, i, j } of pairsOf(sizes)) {
    if (lists.length >= limit) break;
    let at = -1;
    lists.push(
      build((values) => {
        at++;
        return values[(at === a ? i : at === b ? j : 0) % values.length];
      }),
    );
  }
  for (let draw = 0; draw < Math.ceil(limit / 4); draw++) {
    let at = 0;
    const drawn = (): number => Number(BigInt(keccak256(toUtf8Bytes(`${parts.seed} ${fragment.selector} ${draw} ${at++}`))) % 65_536n);
    lists.splice(Math.min(lists.length, limit - Math.ceil(limit / 4) + draw), 0, build((values) => values[drawn() % values.length]));
  }
  const seen = new Set<string>();
  return lists.filter((list) => !seen.has(keyOf(list)) && seen.add(keyOf(list)) !== undefined).slice(0, limit);
}

/** Two of everything, to different accounts, and of every number the half of all: the sum of both is nothing. */
function overflowing(build: (choose: Choose) => unknown[]): unknown[] {
  let account = 0;
  return build((values, kind) => {
    if (kind === "length") return 2;
    if (values.includes(ZeroAddress)) return values[account++ % values.length];
    const largest = values.reduce<bigint>((most, value) => (typeof value === "bigint" && value > most ? value : most), 0n);
    return largest === (1n << 256n) - 1n ? 1n << 255n : values[0];
  });
}

function pairsOf(sizes: readonly number[]): { a: number; b: number; i: number; j: number }[] {
  const pairs = sizes.flatMap((first, a) =>
    sizes.flatMap((second, b) =>
      b <= a ? [] : Array.from({ length: Math.min(first, NEAREST) - 1 }, (_, x) => Array.from({ length: Math.min(second, NEAREST) - 1 }, (_unused, y) => ({ a, b, i: x + 1, j: y + 1 }))).flat(),
    ),
  );
  return pairs.sort((one, other) => one.i + one.j - other.i - other.j);
}

function valueOf(type: ParamType, choose: Choose, parts: CallParts, takesCall: boolean, name = type.name): unknown {
  if (type.baseType === "array" && type.arrayChildren !== null) {
    const fixed = type.arrayLength !== null && type.arrayLength >= 0;
    const length = fixed ? Number(type.arrayLength) : Number(choose([1, 0, 2], "length"));
    const item = type.arrayChildren;
    return Array.from({ length }, () => valueOf(item, choose, parts, takesCall, name));
  }
  if (type.baseType === "tuple") return (type.components ?? []).map((component) => valueOf(component, choose, parts, takesCall));
  return choose(leafValues(type.type, name, parts, takesCall), "value");
}

function leafValues(type: string, name: string, parts: CallParts, takesCall: boolean): unknown[] {
  if (type === "address") return addresses(name, parts, takesCall);
  if (type === "bool") return [true, false];
  if (type === "string") return ["rehearsal", ""];
  if (type === "bytes") return byteStrings(parts);
  if (/^bytes\d+$/.test(type)) {
    const size = Number(type.slice(5));
    return [toWord(0n), ...parts.pool.words, keccak256(toUtf8Bytes("rehearsal"))].map((word) => `0x${word.slice(2, 2 + 2 * size)}`);
  }
  const signed = type.startsWith("int");
  const bits = BigInt(/\d+$/.exec(type)?.[0] ?? "256") - (signed ? 1n : 0n);
  const largest = (1n << bits) - 1n;
  const first = /deadline|expir|valid/i.test(name) ? [FAR_FUTURE] : bits === 8n && name === "v" ? [27n] : parts.amounts;
  const seen = parts.pool.numbers.filter((number) => number > 2n);
  const halves = [...seen].sort((a, b) => (a > b ? -1 : 1)).slice(0, 2).map((number) => number / 2n);
  const numbers = [...first, ...seen, ...halves, 1n, 2n, 10n ** 18n, largest, 0n, ...(signed ? [-1n] : [])];
  return [...new Set(numbers)].filter((value) => value <= largest);
}

function addresses(name: string, { caller, holders, authorities, targets, pool }: CallParts, takesCall: boolean): string[] {
  const gives = /^_?(from|owner|account|user|holder|sender|src|payer|victim|borrower|onBehalfOf)/i.test(name);
  const acted = /token|asset|target|market|pool|collateral|currency|callee|contract/i.test(name) || (takesCall && /^_?(to|tos|dest|destination|handler)/i.test(name));
  const preferred = acted ? [...targets, caller, ...holders] : gives ? [...holders.filter((holder) => holder !== caller).slice(0, 2), ...authorities, caller, ...holders, ...targets] : [caller, ...holders, ...targets];
  return [...new Set([...preferred, ZeroAddress, ...pool.addresses])];
}

function byteStrings({ caller, holders, amounts, pool, own }: CallParts): string[] {
  // The least: what can be moved at all shows with little.
  const amount = amounts.at(-1) ?? 1n;
  const holder = holders.find((one) => one !== caller) ?? caller;
  return [
    "0x",
    CALLS.encodeFunctionData("transfer", [caller, amount]),
    CALLS.encodeFunctionData("transferOwnership", [caller]),
    ZERO_SIGNATURE,
    ...own.slice(0, OWN_CALLS).map((fragment) => new Interface([fragment]).encodeFunctionData(fragment, fragment.inputs.map(({ type }) => (type === "address" ? caller : type === "bool" ? true : amount > 2n ? amount : TELLING)))),
    CALLS.encodeFunctionData("transferFrom", [holder, caller, amount]),
    CALLS.encodeFunctionData("mint", [caller, amount]),
    CALLS.encodeFunctionData("approve", [caller, (1n << 256n) - 1n]),
    AbiCoder.defaultAbiCoder().encode(["uint256", "address"], [amount, caller]),
    AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [caller, amount]),
    AbiCoder.defaultAbiCoder().encode(["uint256", "address"], [1n, pool.addresses[0] ?? caller]),
  ];
}

/** Functions that a byte string can call without knowing more than accounts and amounts. */
export function plainFunctions(iface: Interface): FunctionFragment[] {
  const isPlain = ({ type }: ParamType): boolean => type === "address" || type === "uint256" || type === "bool";
  return iface.fragments.filter((one): one is FunctionFragment => one instanceof FunctionFragment && !one.constant && one.inputs.length > 0 && one.inputs.every(isPlain));
}

function mentionsBytes(inputs: readonly ParamType[]): boolean {
  return inputs.some((input) => input.type.startsWith("bytes") && !/^bytes\d/.test(input.type) || (input.arrayChildren !== null && mentionsBytes([input.arrayChildren])) || (input.components !== null && mentionsBytes(input.components)));
}

function isZero(value: unknown): boolean {
  return value === 0n || value === ZeroAddress || value === ZERO_SIGNATURE || (typeof value === "string" && /^0x0+$/.test(value));
}

function keyOf(list: readonly unknown[]): string {
  return JSON.stringify(list, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}

/** Call data; undefined where the type does not take a value: there is no such call. */
export function encoded(iface: Interface, fragment: FunctionFragment, list: readonly unknown[]): string | undefined {
  try {
    return iface.encodeFunctionData(fragment, [...list]);
  } catch {
    return undefined;
  }
}

/** Functions that may change something and that the live implementation does not have; none where nobody knows its own. */
export function newFunctionsOf({ abi, oldAbi }: KnownContract): { iface: Interface; fragments: FunctionFragment[] } {
  const iface = new Interface((abi ?? []) as never[]);
  const old = new Interface((oldAbi ?? []) as never[]);
  const isNew = (fragment: unknown): fragment is FunctionFragment => fragment instanceof FunctionFragment && !fragment.constant && old.getFunction(fragment.selector) === null;
  return { iface, fragments: oldAbi === undefined ? [] : iface.fragments.filter(isNew) };
}
