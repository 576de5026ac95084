import { stripMetadata } from "./metadata.js";

const PUSH1 = 0x60;
const PUSH32 = 0x7f;

export interface Instruction {
  /** Byte offset. */
  offset: number;
  opcode: number;
  /** Bare hex behind a PUSH, else empty. */
  operand: string;
}

/** Linear disassembly of runtime code without its metadata. Data behind the code is read as instructions too. */
export function* instructions(code: string): Generator<Instruction> {
  const hex = stripMetadata(code).code;
  for (let at = 0; at < hex.length; ) {
    const opcode = Number.parseInt(hex.slice(at, at + 2), 16);
    const width = opcode >= PUSH1 && opcode <= PUSH32 ? opcode - PUSH1 + 1 : 0;
    yield { offset: at / 2, opcode, operand: hex.slice(at + 2, at + 2 + width * 2) };
    at += 2 + width * 2;
  }
}

/**
 * Every 4-byte constant that `code` pushes, `0x`-prefixed: the selectors it dispatches on, the ones it calls, error
 * selectors, and some numbers that happen to have four bytes. A selector with leading zero bytes is pushed by a shorter
 * PUSH and is not seen.
 */
export function pushedSelectors(code: string): Set<string> {
  const found = new Set<string>();
  for (const { opcode, operand } of instructions(code)) {
    if (opcode === PUSH1 + 3) found.add(`0x${operand}`);
    // `abi.encodeWithSelector` and calls built by the optimizer hold the selector shifted left in a PUSH32.
    if (opcode === PUSH32 && /^[0-9a-f]{8}0{56}$/.test(operand)) found.add(`0x${operand.slice(0, 8)}`);
  }
  return found;
}

/** Selectors that the dispatcher of `code` compares with: `PUSH4 x EQ`, either order of operands. */
export function dispatchedSelectors(code: string): Set<string> {
  const found = new Set<string>();
  let pushed: string | undefined;
  let age = 0;
  for (const { opcode, operand } of instructions(code)) {
    if (opcode === PUSH1 + 3) {
      pushed = `0x${operand}`;
      age = 0;
    } else if (opcode === 0x14 && pushed !== undefined && age <= 1) {
      found.add(pushed);
      pushed = undefined;
    } else {
      age += 1;
    }
  }
  return found;
}

/** Storage slots that code without source provably touches: a PUSH32 constant straight before SLOAD or SSTORE. */
export interface ScannedSlots {
  /** Slots of 32 bytes, hash-like. */
  slots: string[];
  /** Small constant slots (PUSH1/PUSH2 straight before SLOAD/SSTORE). */
  low: number[];
  /** Places where the slot is computed: what is read or written there is not known from this scan. */
  computed: number;
}

/**
 * What storage a contract without source touches, as far as a linear scan can tell honestly. Solidity's optimizer may
 * move the constant away from its SLOAD, so the absence of a slot here proves nothing.
 */
export function scanSlots(code: string): ScannedSlots {
  const slots = new Set<string>();
  const low = new Set<number>();
  let computed = 0;
  let previous: Instruction | undefined;
  let hashes: string[] = [];
  for (const instruction of instructions(code)) {
    if (instruction.opcode === 0x54 || instruction.opcode === 0x55) {
      if (previous?.opcode === PUSH32) slots.add(`0x${previous.operand}`);
      else if (previous !== undefined && previous.opcode >= PUSH1 && previous.opcode <= PUSH1 + 1) low.add(Number.parseInt(previous.operand, 16));
      else computed += 1;
    }
    if (instruction.opcode === PUSH32 && looksHashed(instruction.operand)) hashes.push(`0x${instruction.operand}`);
    previous = instruction;
  }
  // A hash-like word in code that reads storage at a computed place is a slot candidate: ERC-7201 words end in 00.
  hashes = hashes.filter((word) => word.endsWith("00") || slots.has(word));
  for (const word of hashes) slots.add(word);
  return { slots: [...slots].sort(), low: [...low].sort((a, b) => a - b), computed };
}

function looksHashed(word: string): boolean {
  return new Set(word.match(/../g)).size >= 16;
}
