import { AbiCoder, concat, id, keccak256, toBeHex } from "ethers";
import { network } from "hardhat";
import type { ChainPort } from "../../../../src/chain/port.js";
import type { SolcOutput } from "../../../../src/core/solc.js";
import { compileSource } from "../../../support/solc.js";
import type { Place } from "./leaves.js";
import type { Model } from "./model.js";

/** Rounds of values: two places that differ in any bit of their number differ in at least one round. */
export const ROUNDS = 10;
/** From this round on every enum takes each of its members in turn: random words leave some out. */
const MEMBER_ROUNDS = 6;
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const PROXY = `contract C { fallback() external payable { assembly {
  calldatacopy(0, 0, calldatasize())
  let ok := delegatecall(gas(), sload(${IMPLEMENTATION_SLOT}), 0, calldatasize(), 0, 0)
  returndatacopy(0, 0, returndatasize())
  if iszero(ok) { revert(0, returndatasize()) }
  return(0, returndatasize()) } } }`;

export interface Version {
  model: Model;
  places: Place[];
  /** Runtime code, 0x-prefixed. */
  code: string;
}

/** What the new version reads of what the old one wrote, found by running both behind one proxy. */
export class Oracle {
  #next = 1n;

  private constructor(
    private readonly chain: ChainPort,
    private readonly sender: string,
    private readonly proxyCode: string,
  ) {}

  static async start(): Promise<{ oracle: Oracle; close(): Promise<void> }> {
    const connection = await network.create();
    const chain = connection.provider as ChainPort;
    const [sender] = (await chain.request({ method: "eth_accounts" })) as string[];
    return {
      oracle: new Oracle(chain, sender ?? "", runtimeCode(compileSource(PROXY).output, "C.sol")),
      close: () => connection.close(),
    };
  }

  /** The places that read wrongly, in words; empty when every value reads the same. */
  async disagreements(before: Version, after: Version): Promise<string[]> {
    const found = new Set<string>();
    const fresh = new Map<string, Fresh>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const proxy = await this.#install(before.code);
      const words = before.places.map((_, at) => value(at, round));
      const data = concat([id("write(uint256[])").slice(0, 10), AbiCoder.defaultAbiCoder().encode(["uint256[]"], [words])]);
      await this.chain.request({ method: "eth_sendTransaction", params: [{ from: this.sender, to: proxy, data, gas: "0xf42400" }] });
      const written = await this.#readAll(proxy, before.places.length);
      await this.#upgrade(proxy, after.code);
      const read = await this.#readAll(proxy, after.places.length);
      compare(before, after, written, read, found, fresh);
    }
    for (const [place, { empty, heirOf, renamed }] of fresh) {
      if (!empty && heirOf.size === 0) found.add(`${place} is new and does not read zero`);
      // An array that kept its length under another name has to keep its elements.
      const kept = [...place.matchAll(/\[/g)].some(({ index }) => fresh.get(`${place.slice(0, index)}#`)?.empty === false);
      if (renamed && empty && heirOf.size === 0 && kept) found.add(`${place} is lost from a renamed array`);
    }
    return [...found];
  }

  async #install(code: string): Promise<string> {
    const proxy = toBeHex(0x1000000000000000n + this.#next, 20);
    this.#next += 2n;
    await this.chain.request({ method: "hardhat_setCode", params: [proxy, this.proxyCode] });
    await this.#upgrade(proxy, code);
    return proxy;
  }

  async #upgrade(proxy: string, code: string): Promise<void> {
    const implementation = toBeHex(BigInt(keccak256(concat([proxy, code]))) & ((1n << 160n) - 1n), 20);
    await this.chain.request({ method: "hardhat_setCode", params: [implementation, code] });
    await this.chain.request({ method: "hardhat_setStorageAt", params: [proxy, IMPLEMENTATION_SLOT, toBeHex(BigInt(implementation), 32)] });
  }

  async #readAll(proxy: string, count: number): Promise<(bigint | undefined)[]> {
    const data = concat([id("readAll(uint256)").slice(0, 10), toBeHex(count, 32)]);
    const answer = (await this.chain.request({ method: "eth_call", params: [{ to: proxy, data, gas: "0xf42400" }, "latest"] })) as string;
    const [ok, values] = AbiCoder.defaultAbiCoder().decode(["bool[]", "uint256[]"], answer) as unknown as [boolean[], bigint[]];
    return values.map((word, at) => (ok[at] === true ? word : undefined));
  }
}

export function runtimeCode(output: SolcOutput, file: string): string {
  return `0x${output.contracts?.[file]?.C?.evm?.deployedBytecode?.object ?? ""}`;
}

/** What a place without predecessor read so far: always its zero value, or always what a place that is gone held. */
interface Fresh {
  empty: boolean;
  /** A new name that reads, in every round, exactly what a name that is gone held is a rename by its data. */
  heirOf: Set<string>;
  /** The old version had this place under another name. */
  renamed: boolean;
}

const EMPTY_TEXT = BigInt(keccak256("0x"));

function compare(before: Version, after: Version, written: (bigint | undefined)[], read: (bigint | undefined)[], found: Set<string>, fresh: Map<string, Fresh>): void {
  const old = new Map(before.places.map((place, at) => [place.id, { place, word: written[at] }]));
  const gone = [...old].filter(([key, { place }]) => !after.places.some((other) => other.id === key && rootName(other) === rootName(place)));
  for (const [key] of old) {
    const shapes = [before.model, after.model].map((model) => shapeOf(model, key));
    const [was, is] = shapes.map((shape) => shape?.split(":"));
    // What moves into a struct, or out of one, is told by its values.
    if (was?.[1] === "struct" || is?.[1] === "struct") continue;
    if (was !== undefined && is !== undefined && was[0] === is[0] && was[1] !== is[1]) found.add(`${key} is stored in another way`);
  }
  after.places.forEach((place, at) => {
    const word = read[at];
    const source = old.get(place.id);
    // Under another name and elsewhere it is, by its data, a new variable; at its old place it is heir of the old name.
    if (source !== undefined && rootName(source.place) === rootName(place)) {
      if (!same(before.model, source.place, source.word, after.model, place, word)) {
        found.add(`${source.place.expression} (now ${place.expression}) wrote ${String(source.word)}, reads ${String(word)}`);
      }
      return;
    }
    // An element of an array that is still empty can't be read; its length is a place of its own.
    const empty = word === (place.type.k === "text" ? EMPTY_TEXT : 0n) || (word === undefined && place.grow.length > 0);
    const known = fresh.get(place.id) ?? { empty: true, renamed: source !== undefined, heirOf: new Set(gone.map(([key]) => key)) };
    const heirs = gone.filter(([key, other]) => known.heirOf.has(key) && same(before.model, other.place, other.word, after.model, place, word));
    fresh.set(place.id, { ...known, empty: known.empty && empty, heirOf: new Set(heirs.map(([key]) => key)) });
  });
}

function same(oldModel: Model, old: Place, written: bigint | undefined, model: Model, place: Place, read: bigint | undefined): boolean {
  if (read === undefined || written === undefined || place.keys.includes("unreachable")) return false;
  if (old.type.k === "enum" && place.type.k === "enum") {
    const [was, is] = [oldModel.enums[old.type.def]?.[Number(written)], model.enums[place.type.def]?.[Number(read)]];
    return was === is || renamedMember(oldModel.enums[old.type.def] ?? [], model.enums[place.type.def] ?? [], Number(written), Number(read));
  }
  // A length is no number of its own, and a hash of a text is no value.
  for (const kind of ["text", "length"]) if ((old.type.k === kind) !== (place.type.k === kind)) return false;
  const [from, to] = [widthOf(old), widthOf(place)];
  // Solidity converts between unsigned numbers and fixed bytes of one size only, and pads fixed bytes on the right.
  if (from !== undefined && to !== undefined && (isFixedBytes(old) || isFixedBytes(place))) {
    const [was, is] = [BigInt.asUintN(256, written << BigInt(256 - from)), BigInt.asUintN(256, read << BigInt(256 - to))];
    return was === is && (signed(old) === signed(place) || was >> 255n === 0n);
  }
  return signed(old) === signed(place) ? written === read : written === read && written >> 255n === 0n;
}

function signed({ type }: Place): boolean {
  return type.k === "value" && type.name.startsWith("int");
}

function rootName({ expression }: Place): string {
  return /^\w+/.exec(expression)?.[0] ?? "";
}

/** How the innermost declaration of a place stores its values; undefined when the model no longer has it under its name. */
function shapeOf(model: Model, id: string): string | undefined {
  const innermost = Number(/([0-9]+)(?:\[[0-9]+\]|\{\}|#)*$/.exec(id)?.[1]);
  const declared = [...model.variables, ...model.structs.flat()].find((variable) => variable.id === innermost);
  const outer = model.variables.find((variable) => variable.id === Number.parseInt(id, 10));
  if (declared === undefined || outer === undefined) return undefined;
  const shape = (type: Model["variables"][number]["type"]): string => ("base" in type ? `${type.k}(${shape(type.base)})` : type.k === "mapping" ? `mapping(${shape(type.value)})` : type.k === "enum" ? "value" : type.k);
  return `${outer.name}:${shape(declared.type)}`;
}

function isFixedBytes({ type }: Place): boolean {
  return type.k === "value" && type.name.startsWith("bytes");
}

/** Bits of a value type; 8 for booleans and enums. */
function widthOf({ type }: Place): number | undefined {
  if (type.k === "enum") return 8;
  if (type.k !== "value") return undefined;
  if (type.name === "bool") return 8;
  if (type.name === "address") return 160;
  const number = Number(type.name.replace(/^[a-z]+/, ""));
  return type.name.startsWith("bytes") ? number * 8 : number;
}

/** The same number, under a name that the old enum didn't have, in place of one that the new enum hasn't: a renamed member. */
function renamedMember(old: string[], current: string[], was: number, is: number): boolean {
  const [before, after] = [old[was], current[is]];
  return was === is && before !== undefined && after !== undefined && !current.includes(before) && !old.includes(after);
}

function value(at: number, round: number): bigint {
  const all = (1n << 256n) - 1n;
  if (round === 0) return all - 2n * BigInt(at);
  if (round === 1) return BigInt(keccak256(toBeHex(at * 31 + 7, 32)));
  if (round >= MEMBER_ROUNDS) return BigInt(at) * 12n + BigInt(round - MEMBER_ROUNDS);
  // The low bit carries one bit of the place's number plus one, for booleans and enums of two members.
  const bit = (BigInt(at + 1) >> BigInt(round - 2)) & 1n;
  return (BigInt(keccak256(toBeHex(at * 131 + round, 32))) & ~1n) | bit;
}
