import { keccak256 } from "ethers";
import { instructions } from "./bytecode.js";

/**
 * A hash that two codes share when they were built from the same source by the same compiler but differ in immutables or
 * metadata: what PUSH20 and PUSH32 push is left out, and so is the CBOR metadata at the end.
 */
export function codeFamily(code: string): string {
  const parts: string[] = [];
  for (const { opcode, push } of instructions(withoutMetadata(code))) {
    parts.push(opcode.toString(16).padStart(2, "0"));
    if (opcode !== PUSH20 && opcode !== PUSH32) parts.push(push);
  }
  return keccak256(`0x${parts.join("")}`);
}

const PUSH20 = 0x73;
const PUSH32 = 0x7f;

/** The code without solc's CBOR trailer, whose length stands in the last two bytes. */
function withoutMetadata(code: string): string {
  const length = Number.parseInt(code.slice(-4), 16);
  const start = code.length - 4 - 2 * length;
  // CBOR maps of one to three entries (`a1` … `a3`) are what solc writes.
  return Number.isNaN(length) || start < 2 || !/^a[123]/.test(code.slice(start)) ? code : code.slice(0, start);
}
