import { getAddress, hexlify, type ParamType } from "ethers";
import { headSize, isDynamic, typeText, type AbiValue } from "./abi-value.js";
import type { ByteRange, DecodeWarning, WarningCode } from "./types.js";

/** What reading arguments came to. `unexplained` counts from the first byte of the arguments. */
export interface AbiReading {
  values: AbiValue[];
  warnings: DecodeWarning[];
  unexplained: ByteRange[];
}

/** Thrown inside the reader only: these bytes are not arguments of these types. */
class NotDecodable extends Error {}

const MAX_WARNINGS = 32;
const MAX_RANGES = 64;

/**
 * Reads ABI-encoded arguments and accounts for every byte of them. Anything that a standard encoder would have written
 * in another way is a warning: an offset that is not the next free place, bytes that are read twice, never, or that
 * should be zero. Reads at most twice the data, so that offsets that point at each other can't blow it up.
 *
 * @returns undefined when the bytes can't be arguments of these types.
 */
export function readArguments(types: readonly ParamType[], data: Uint8Array): AbiReading | undefined {
  try {
    return new AbiReader(data).read(types);
  } catch (error) {
    if (error instanceof NotDecodable) return undefined;
    throw error;
  }
}

class AbiReader {
  readonly #data: Uint8Array;
  readonly #covered: Uint8Array;
  readonly #warnings: DecodeWarning[] = [];
  #budget: number;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#covered = new Uint8Array(data.length);
    this.#budget = data.length * 2 + 64;
  }

  read(types: readonly ParamType[]): AbiReading {
    const { values, end } = this.#tuple(types, 0);
    const unexplained = this.#uncovered();
    const last = unexplained.at(-1);
    if (last && last.start >= end)
      this.#warn("trailing-bytes", last.start, `${last.end - last.start} bytes follow the arguments`);
    for (const range of unexplained)
      if (
        range.end <= end &&
        !this.#warnings.some(
          ({ code, at }) => code === "dirty-padding" && at !== undefined && at <= range.start && at + 32 > range.start,
        )
      )
        this.#warn("gap", range.start, `bytes ${range.start} to ${range.end} of the arguments belong to none of them`);
    return { values, warnings: this.#warnings, unexplained };
  }

  #tuple(types: readonly ParamType[], base: number): { values: AbiValue[]; end: number } {
    let head = base;
    let tail = base + types.reduce((sum, type) => sum + headSize(type), 0);
    if (tail > this.#data.length) throw new NotDecodable();
    const values: AbiValue[] = [];
    for (const type of types) {
      if (isDynamic(type)) {
        const start = base + this.#size(head);
        if (start !== tail)
          this.#warn(
            "offset",
            head,
            `the offset of ${type.name || type.type} is ${start - base}, an encoder writes ${tail - base}`,
          );
        const { value, end } = this.#dynamic(type, start);
        values.push(value);
        tail = Math.max(tail, end);
        head += 32;
      } else {
        values.push(this.#static(type, head));
        head += headSize(type);
      }
    }
    return { values, end: tail };
  }

  #static(type: ParamType, at: number): AbiValue {
    const { name } = type;
    const text = typeText(type);
    if (type.components) return { name, type: text, items: this.#tuple(type.components, at).values };
    if (type.arrayChildren)
      return { name, type: text, items: this.#tuple(repeat(type.arrayChildren, type.arrayLength ?? 0), at).values };
    return this.#word(type, at);
  }

  #dynamic(type: ParamType, at: number): { value: AbiValue; end: number } {
    const { name } = type;
    const text = typeText(type);
    if (type.components) {
      const { values, end } = this.#tuple(type.components, at);
      return { value: { name, type: text, items: values }, end };
    }
    if (type.arrayChildren) {
      const counted = type.arrayLength === -1;
      const length = counted ? this.#size(at) : (type.arrayLength ?? 0);
      const size = headSize(type.arrayChildren);
      if (size === 0 || length * size > this.#data.length) throw new NotDecodable();
      const { values, end } = this.#tuple(repeat(type.arrayChildren, length), counted ? at + 32 : at);
      return { value: { name, type: text, items: values }, end };
    }
    const length = this.#size(at);
    const start = at + 32;
    if (start + length > this.#data.length) throw new NotDecodable();
    this.#cover(start, length);
    const bytes = this.#data.subarray(start, start + length);
    const end = this.#padding(start + length, start + Math.ceil(length / 32) * 32, type);
    if (type.baseType === "bytes") return { value: { name, type: text, bytes }, end };
    return { value: { name, type: text, text: this.#text(bytes, start) }, end };
  }

  #word(type: ParamType, at: number): AbiValue {
    if (at + 32 > this.#data.length) throw new NotDecodable();
    const word = this.#data.subarray(at, at + 32);
    const { name, type: text, baseType } = type;
    const fixed = /^bytes(\d+)$/.exec(baseType);
    if (fixed) {
      const size = Number(fixed[1]);
      this.#cover(at, size);
      this.#padding(at + size, at + 32, type);
      return { name, type: text, bytes: word.subarray(0, size) };
    }
    const bits =
      baseType === "address" ? 160 : baseType === "bool" ? 1 : Number(/^u?int(\d+)$/.exec(baseType)?.[1] ?? 0);
    if (bits === 0) throw new NotDecodable();
    const raw = BigInt(hexlify(word));
    const signed = baseType.startsWith("int");
    const number = signed ? BigInt.asIntN(bits, raw) : BigInt.asUintN(bits, raw);
    const unused = 32 - Math.ceil(bits / 8);
    if (BigInt.asUintN(256, number) === raw) this.#cover(at, 32);
    else {
      this.#cover(at + unused, 32 - unused);
      if (bits === 1) this.#covered[at + 31] = 0;
      this.#warn("dirty-padding", at, `${text} ${name} has bits set beyond its ${bits}`);
    }
    const shown =
      baseType === "address"
        ? getAddress(hexlify(word.subarray(12)))
        : baseType === "bool"
          ? raw === 0n
            ? "false"
            : raw === 1n
              ? "true"
              : `${raw} (neither true nor false)`
          : number.toString();
    return { name, type: text, text: shown, number };
  }

  /** Covers the zero bytes from `start` to `end`, which may be missing at the very end of the data only. */
  #padding(start: number, end: number, type: ParamType): number {
    const stop = Math.min(end, this.#data.length);
    if (stop < end) this.#warn("missing-padding", start, `${type.name || type.type} is not padded to 32 bytes`);
    const dirty = this.#data.subarray(start, stop).some((byte) => byte !== 0);
    if (dirty) this.#warn("dirty-padding", start, `the padding of ${type.name || type.type} is not zero`);
    else this.#cover(start, stop - start);
    return stop;
  }

  /** A length or an offset: a word that must be smaller than the data. */
  #size(at: number): number {
    if (at + 32 > this.#data.length) throw new NotDecodable();
    const value = BigInt(hexlify(this.#data.subarray(at, at + 32)));
    if (value > BigInt(this.#data.length)) throw new NotDecodable();
    this.#cover(at, 32);
    return Number(value);
  }

  #cover(start: number, length: number): void {
    this.#budget -= length;
    if (this.#budget < 0 || start + length > this.#data.length) throw new NotDecodable();
    const view = this.#covered.subarray(start, start + length);
    if (view.includes(1)) this.#warn("overlap", start, "bytes are used by more than one argument");
    view.fill(1);
  }

  #text(bytes: Uint8Array, at: number): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.#warn("invalid-utf8", at, "the text is not valid UTF-8; its bytes are shown");
      return hexlify(bytes);
    }
  }

  #uncovered(): ByteRange[] {
    const ranges: ByteRange[] = [];
    let at = this.#covered.indexOf(0);
    while (at !== -1) {
      const next = this.#covered.indexOf(1, at);
      const end = next === -1 ? this.#covered.length : next;
      if (ranges.length === MAX_RANGES) {
        ranges[MAX_RANGES - 1] = { start: ranges[MAX_RANGES - 1]?.start ?? at, end: this.#covered.length };
        break;
      }
      ranges.push({ start: at, end });
      at = next === -1 ? -1 : this.#covered.indexOf(0, next);
    }
    return ranges;
  }

  #warn(code: WarningCode, at: number, detail: string): void {
    if (this.#warnings.length < MAX_WARNINGS) this.#warnings.push({ code, detail, at });
  }
}

function repeat(type: ParamType, length: number): ParamType[] {
  return new Array<ParamType>(length).fill(type);
}
