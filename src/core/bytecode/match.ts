import type { CodeReferences } from "../solc.js";
import { bareHex } from "./hex.js";
import { embeddedMetadata, stripMetadata } from "./metadata.js";

/** What a build says about the runtime code of one contract; the parts of solc's `evm.deployedBytecode`. */
export interface CompiledRuntime {
  /** Hex, `0x` optional; unlinked places hold `__$…$__`. */
  deployedBytecode: string;
  immutableReferences?: CodeReferences;
  /** By source name, then by library name. */
  linkReferences?: Record<string, CodeReferences>;
  /** AST id → name, to print immutables by name. */
  immutableNames?: Record<string, string>;
}

export interface MatchedImmutable {
  astId: string;
  name?: string;
  /** The word that the live code holds, 32 bytes. */
  value: string;
  /** Byte offsets in the runtime code. */
  offsets: number[];
}

export interface MatchedLibrary {
  /** `path/File.sol:Library`. */
  name: string;
  address: string;
  offsets: number[];
}

export interface CodeMatch {
  verdict: "match" | "mismatch" | "unverifiable";
  immutables: MatchedImmutable[];
  libraries: MatchedLibrary[];
  /** The code is the same, the hash of sources and settings behind it is not. */
  metadataDiffers: boolean;
  /** One sentence. */
  detail: string;
}

/**
 * Compares the code at an address with a build, byte for byte, itemising what a build cannot know: immutables, library
 * addresses, and the metadata hash. The same immutable (or library) must hold the same value at each of its places.
 */
export function matchRuntimeCode(liveCode: string, compiled: CompiledRuntime): CodeMatch {
  const live = stripMetadata(liveCode);
  const built = stripMetadata(maskPlaceholders(compiled.deployedBytecode));
  const unverifiable = (detail: string): CodeMatch => ({
    verdict: "unverifiable",
    immutables: [],
    libraries: [],
    metadataDiffers: false,
    detail,
  });
  if (bareHex(liveCode) === "") return unverifiable("there is no code at the address");
  if (built.code === "") return unverifiable("the build has no runtime code for this contract (abstract, or not selected)");

  const mismatch = (detail: string): CodeMatch => ({ ...unverifiable(detail), verdict: "mismatch" });
  if (live.code.length !== built.code.length) {
    return mismatch(`the live code is ${live.code.length / 2} bytes without metadata, the build ${built.code.length / 2}`);
  }

  const masked = [...embeddedMetadata(built.code)];
  const immutables: MatchedImmutable[] = [];
  for (const [astId, places] of Object.entries(compiled.immutableReferences ?? {})) {
    const values = places.map((place) => wordAt(live.code, place));
    if (new Set(values).size > 1) return mismatch(`the immutable ${nameOf(compiled, astId)} holds different values in the live code`);
    masked.push(...places);
    const name = compiled.immutableNames?.[astId];
    immutables.push({
      astId,
      ...(name === undefined ? {} : { name }),
      value: `0x${values[0] ?? ""}`,
      offsets: places.map(({ start }) => start),
    });
  }
  const libraries: MatchedLibrary[] = [];
  for (const [file, byName] of Object.entries(compiled.linkReferences ?? {})) {
    for (const [library, places] of Object.entries(byName)) {
      const name = `${file}:${library}`;
      const values = places.map((place) => wordAt(live.code, place));
      if (new Set(values).size > 1) return mismatch(`the library ${name} is linked to different addresses in the live code`);
      masked.push(...places);
      libraries.push({ name, address: `0x${values[0] ?? ""}`, offsets: places.map(({ start }) => start) });
    }
  }
  // A library's own address stands behind its first PUSH20, written when it is deployed (call protection).
  if (built.code.startsWith(`73${"00".repeat(20)}30`)) masked.push({ start: 1, length: 20 });

  const a = mask(live.code, masked);
  const b = mask(built.code, masked);
  if (a !== b) return mismatch(`the code differs from byte ${firstDifference(a, b)} on`);
  const metadataDiffers = live.metadata !== built.metadata || mask(live.code, embeddedMetadata(live.code)) !== mask(live.code, embeddedMetadata(built.code));
  const itemised = [
    immutables.length > 0 ? `${immutables.length} immutable(s)` : "",
    libraries.length > 0 ? `${libraries.length} library link(s)` : "",
    metadataDiffers ? "the metadata hash" : "",
  ].filter((item) => item !== "");
  return {
    verdict: "match",
    immutables,
    libraries,
    metadataDiffers,
    detail: itemised.length === 0 ? "the code is identical" : `the code is identical except for ${itemised.join(", ")}`,
  };
}

/**
 * Bytes of live or compiled runtime code that {@link matchRuntimeCode} compares: all but the metadata. Code of different
 * length never matches.
 */
export function comparedLength(code: string): number {
  return stripMetadata(maskPlaceholders(code)).code.length / 2;
}

function maskPlaceholders(code: string): string {
  return code.replace(/__.{36}__/g, "0".repeat(40));
}

function wordAt(code: string, { start, length }: { start: number; length: number }): string {
  return code.slice(start * 2, (start + length) * 2);
}

function mask(code: string, ranges: { start: number; length: number }[]): string {
  let result = code;
  for (const { start, length } of ranges) {
    result = result.slice(0, start * 2) + "0".repeat(length * 2) + result.slice((start + length) * 2);
  }
  return result;
}

function firstDifference(a: string, b: string): number {
  for (let index = 0; index < a.length; index += 2) {
    if (a.slice(index, index + 2) !== b.slice(index, index + 2)) return index / 2;
  }
  return a.length / 2;
}

function nameOf(compiled: CompiledRuntime, astId: string): string {
  return compiled.immutableNames?.[astId] ?? `#${astId}`;
}
