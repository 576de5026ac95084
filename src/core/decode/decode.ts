import { getBytes, getCreate2Address, hexlify, keccak256 } from "ethers";
import type { Operation } from "../safe/transaction.js";
import { readArguments, type AbiReading } from "./abi-reader.js";
import { toDecodedArg, type AbiValue } from "./abi-value.js";
import { CALL_READERS } from "./calls/index.js";
import type { InnerCall, InnerCalls, OuterCall } from "./calls/types.js";
import { candidates, tableOf, type FunctionTable, type KnownFunction } from "./functions.js";
import { looksLikeCall, possibleCalls } from "./guess.js";
import {
  DEFAULT_LIMITS,
  type DecodeContext,
  type DecodeLimits,
  type DecodeWarning,
  type DecodedCall,
} from "./types.js";

/** A call to decode; `data` is 0x-prefixed hex, value in wei. */
export interface CallInput {
  chainId: bigint;
  to: string;
  value: bigint;
  data: string;
  operation: Operation;
  /** Who makes the call; needed to see who a delegatecall's own calls come from. */
  from?: string;
}

/** Contracts that deploy what they are sent, salt first: the Safe project's and Arachnid's. */
const CREATE2_FACTORIES: ReadonlyMap<string, string> = new Map([
  ["0x914d7fec6aac8cd542e72bca78b30650d45643d7", "Safe singleton factory"],
  ["0x4e59b44847b379578588920ca78fbf26c0b4956c", "Deterministic deployment proxy"],
]);

/**
 * Decodes a call and every call inside it, and accounts for every byte of its data. Total: whatever the bytes are, the
 * answer is a tree in which `size - accounted` bytes are unexplained, never an error. Time and memory are linear in the
 * data; beyond the limits the rest is unexplained.
 */
export function decodeCall(input: CallInput, context: DecodeContext = {}): DecodedCall {
  const limits = { ...DEFAULT_LIMITS, ...context.limits };
  const root: InnerCall = {
    relation: "inner",
    from: input.from,
    to: input.to,
    value: input.value,
    operation: input.operation,
    data: getBytes(input.data),
  };
  const decoder = new Decoder(
    input.chainId.toString(),
    tableOf(context.abis ?? []),
    limits,
    context.initCodes ?? new Map(),
  );
  return { ...decoder.decode(root, "0", 0), relation: "transaction" };
}

class Decoder {
  readonly #chainId: string;
  readonly #table: FunctionTable;
  readonly #limits: DecodeLimits;
  readonly #initCodes: ReadonlyMap<string, string>;
  #calls = 0;

  constructor(chainId: string, table: FunctionTable, limits: DecodeLimits, initCodes: ReadonlyMap<string, string>) {
    this.#chainId = chainId;
    this.#initCodes = initCodes;
    this.#table = table;
    this.#limits = limits;
  }

  decode(call: InnerCall, path: string, depth: number): DecodedCall {
    this.#calls++;
    const node: DecodedCall = {
      path,
      relation: call.relation,
      chainId: this.#chainId,
      ...(call.from === undefined ? {} : { from: call.from }),
      ...(call.to === undefined ? {} : { to: call.to }),
      value: call.value.toString(),
      operation: call.operation,
      ...(call.via === undefined ? {} : { via: call.via }),
      provenance: "built-in",
      args: [],
      notes: [],
      size: call.data.length,
      accounted: call.data.length,
      unexplained: [],
      warnings: [],
      calls: [],
    };
    if (call.data.length === 0) return node;
    const refusal = this.#refusal(call.data, depth);
    if (refusal) return unknown(node, { code: "limit", detail: refusal });
    const factory = call.to === undefined ? undefined : CREATE2_FACTORIES.get(call.to.toLowerCase());
    if (factory !== undefined && call.operation === 0 && call.data.length >= 32)
      return this.#deployment(node, call, factory);
    if (call.data.length < 4)
      return unknown(node, { code: "unknown-function", detail: `${call.data.length} bytes are less than a selector` });
    return this.#function(node, call, depth);
  }

  #refusal(data: Uint8Array, depth: number): string | undefined {
    if (depth > this.#limits.depth) return `calls are nested deeper than ${this.#limits.depth}`;
    if (this.#calls > this.#limits.calls) return `there are more than ${this.#limits.calls} calls`;
    if (data.length > this.#limits.bytes) return `${data.length} bytes of data are more than ${this.#limits.bytes}`;
    return undefined;
  }

  /** Salt and init code, sent to a deterministic deployment factory. Init code counts as explained once it was rebuilt. */
  #deployment(node: DecodedCall, call: InnerCall, factory: string): DecodedCall {
    const salt = hexlify(call.data.subarray(0, 32));
    const initCodeHash = keccak256(call.data.subarray(32));
    const contract = this.#initCodes.get(initCodeHash);
    node.contract = factory;
    node.provenance = contract === undefined ? "unknown" : "rebuilt source";
    node.args = [
      { name: "salt", type: "bytes32", value: salt },
      { name: "init code hash", type: "bytes32", value: initCodeHash },
    ];
    node.notes = [{ name: "deploys", value: getCreate2Address(call.to ?? "", salt, initCodeHash) }];
    if (contract !== undefined) node.notes.push({ name: "contract", value: contract });
    else {
      node.unexplained = [{ start: 32, end: node.size }];
      node.warnings = [
        { code: "opaque-bytes", detail: `${node.size - 32} bytes of init code were not rebuilt from source` },
      ];
      node.accounted = 32;
    }
    return node;
  }

  #function(node: DecodedCall, call: InnerCall, depth: number): DecodedCall {
    node.selector = hexlify(call.data.subarray(0, 4));
    const addresses = [call.via, call.to]
      .filter((address) => address !== undefined)
      .map((address) => address.toLowerCase());
    const known = candidates(this.#table, node.selector, addresses);
    const read = best(known, call.data.subarray(4));
    if (!read) {
      const fits = known.map(({ signature }) => signature).join(", ");
      return unknown(
        node,
        fits === ""
          ? { code: "unknown-function", detail: `nothing here knows the selector ${node.selector}` }
          : { code: "undecodable-arguments", detail: `the bytes after the selector are no arguments of ${fits}` },
      );
    }
    const { match, reading } = read;
    node.function = match.signature;
    node.contract = match.contract;
    node.provenance = match.provenance;
    node.warnings = reading.warnings.map((warning) =>
      warning.at === undefined ? warning : { ...warning, at: warning.at + 4 },
    );
    node.unexplained = reading.unexplained.map(({ start, end }) => ({ start: start + 4, end: end + 4 }));
    const other = known.find(({ signature }) => signature !== match.signature);
    if (other)
      node.warnings.push({
        code: "name-conflict",
        detail: `${other.signature} (${other.provenance}) has the same selector`,
      });
    this.#inside(node, call, reading.values, depth);
    node.args = reading.values.map(toDecodedArg);
    const own = node.unexplained.reduce((sum, { start, end }) => sum + end - start, 0);
    const within = node.calls.reduce((sum, inner) => sum + inner.size - inner.accounted, 0);
    node.accounted = Math.max(0, node.size - own - within);
    return node;
  }

  #inside(node: DecodedCall, call: InnerCall, args: readonly AbiValue[], depth: number): void {
    const outer: OuterCall = {
      from: call.from,
      to: call.to,
      context: call.operation === 1 ? call.from : call.to,
      operation: call.operation,
      value: call.value,
    };
    const reader = node.provenance === "claimed" ? undefined : CALL_READERS.get(node.function ?? "");
    const found: InnerCalls = reader ? reader(outer, args, call.data) : { calls: [] };
    node.notes = found.notes ?? [];
    node.warnings.push(...(found.warnings ?? []));
    node.unexplained.push(...(found.unexplained ?? []));
    for (const inner of found.calls) this.#add(node, inner, depth);
    for (const { value, text } of found.explained ?? []) {
      delete value.bytes;
      value.text = text;
    }
    if (!reader) this.#guess(node, outer, args, depth);
  }

  #add(node: DecodedCall, inner: InnerCall, depth: number): void {
    const path = `${node.path}.${node.calls.length}`;
    node.calls.push(this.decode(inner, path, depth + 1));
    if (inner.carrier) inner.carrier.carried = path;
  }

  /** Keeps what a known function explains, flaws included; other bytes stay what their type says, shown as they are. */
  #guess(node: DecodedCall, outer: OuterCall, args: readonly AbiValue[], depth: number): void {
    for (const inner of possibleCalls(outer, args)) {
      const refusal = this.#refusal(inner.data, depth + 1);
      if (refusal !== undefined) {
        node.warnings.push({ code: "limit", detail: refusal });
        break;
      }
      const guess = this.decode(inner, `${node.path}.${node.calls.length}`, depth + 1);
      if (guess.function !== undefined) {
        node.calls.push(guess);
        if (inner.carrier) inner.carrier.carried = guess.path;
      } else {
        const isCall = looksLikeCall(inner.data);
        // What built-in functions take beside calls is no code: an order's id, a path of tokens, a hash.
        if (!isCall && node.provenance === "built-in") continue;
        node.warnings.push({
          code: isCall ? "opaque-call" : "opaque-bytes",
          detail: `${inner.data.length} bytes of ${inner.carrier?.name || "an argument"} mean nothing here`,
        });
      }
    }
  }
}

/**
 * Reads the arguments by the best source that knows the selector. A worse source is never asked instead: a mined
 * selector would let a claim explain what the real function does not.
 */
function best(
  known: readonly KnownFunction[],
  data: Uint8Array,
): { match: KnownFunction; reading: AbiReading } | undefined {
  let fallback: { match: KnownFunction; reading: AbiReading } | undefined;
  for (const match of known) {
    if (match.provenance !== known[0]?.provenance) break;
    const reading = readArguments(match.fragment.inputs, data);
    if (!reading) continue;
    if (reading.warnings.length === 0 && reading.unexplained.length === 0) return { match, reading };
    fallback ??= { match, reading };
  }
  return fallback;
}

function unknown(node: DecodedCall, warning: DecodeWarning): DecodedCall {
  const unexplained = [{ start: 0, end: node.size }];
  return { ...node, provenance: "unknown", accounted: 0, unexplained, warnings: [warning] };
}
