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

/** Where code without source reads and writes storage, as far as its constants show. */
export interface ScannedSlots {
  /** Constant slots at an SLOAD or SSTORE, 32 bytes in hex, ascending. */
  slots: string[];
  /** Of these, the ones that are written somewhere. */
  written: string[];
  /** Places whose slot is computed: what is read or written there is not known. */
  computed: number;
}

/**
 * What storage a contract touches, found by following constants over the stack inside each basic block. A slot in the answer
 * is really used by code (reachable or not); a slot that is missing may still be used at one of the `computed` places.
 */
export function scanSlots(code: string): ScannedSlots {
  const slots = new Set<bigint>();
  const written = new Set<bigint>();
  let computed = 0;
  let stack: (bigint | undefined)[] = [];
  for (const { opcode, operand } of instructions(code)) {
    if (opcode === JUMPDEST) stack = [];
    else if (opcode === 0x5f) stack.push(0n);
    else if (opcode >= PUSH1 && opcode <= PUSH32) stack.push(operand === "" ? 0n : BigInt(`0x${operand}`));
    else if (opcode >= 0x80 && opcode <= 0x8f) stack.push(stack.at(-(opcode - 0x7f)));
    else if (opcode >= 0x90 && opcode <= 0x9f) swap(stack, opcode - 0x8f);
    else {
      const [pops, pushes] = STACK_EFFECTS[opcode] ?? [0, 0];
      const taken = Array.from({ length: pops }, () => stack.pop());
      if (opcode === 0x54 || opcode === 0x55) {
        const [slot] = taken;
        if (slot === undefined) computed += 1;
        else slots.add(slot);
        if (slot !== undefined && opcode === 0x55) written.add(slot);
      }
      for (let at = 0; at < pushes; at += 1) stack.push(folded(opcode, taken));
    }
  }
  const print = (found: Set<bigint>): string[] => [...found].sort((a, b) => (a < b ? -1 : 1)).map((slot) => `0x${slot.toString(16).padStart(64, "0")}`);
  return { slots: print(slots), written: print(written), computed };
}

const JUMPDEST = 0x5b;

function swap(stack: (bigint | undefined)[], depth: number): void {
  while (stack.length <= depth) stack.unshift(undefined);
  const top = stack.length - 1;
  [stack[top], stack[top - depth]] = [stack[top - depth], stack[top]];
}

/** The few operations that solc leaves in slot constants: the rest is unknown. */
function folded(opcode: number, [a, b]: (bigint | undefined)[]): bigint | undefined {
  if (a === undefined || b === undefined) return undefined;
  const word = (value: bigint): bigint => BigInt.asUintN(256, value);
  if (opcode === 0x01) return word(a + b);
  if (opcode === 0x03) return word(a - b);
  if (opcode === 0x16) return a & b;
  if (opcode === 0x17) return a | b;
  if (opcode === 0x1b) return a < 256n ? word(b << a) : 0n;
  return undefined;
}

/** [items popped, items pushed] of every opcode that is no PUSH, DUP, SWAP or JUMPDEST (Cancun). */
const STACK_EFFECTS: Readonly<Record<number, readonly [number, number]>> = Object.fromEntries([
  ...[0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1c, 0x1d, 0x20].map((opcode) => [opcode, [2, 1]]),
  ...[0x08, 0x09].map((opcode) => [opcode, [3, 1]]),
  ...[0x15, 0x19, 0x31, 0x35, 0x3b, 0x3f, 0x40, 0x49, 0x51, 0x54, 0x5c].map((opcode) => [opcode, [1, 1]]),
  ...[0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x3d, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x4a, 0x58, 0x59, 0x5a].map((opcode) => [opcode, [0, 1]]),
  ...[0x50, 0x56, 0xff].map((opcode) => [opcode, [1, 0]]),
  ...[0x52, 0x53, 0x55, 0x57, 0x5d, 0xa0, 0xf3, 0xfd].map((opcode) => [opcode, [2, 0]]),
  ...[0x37, 0x39, 0x3e, 0x5e, 0xa1].map((opcode) => [opcode, [3, 0]]),
  ...[0x3c, 0xa2].map((opcode) => [opcode, [4, 0]]),
  [0xa3, [5, 0]],
  [0xa4, [6, 0]],
  [0xf0, [3, 1]],
  [0xf5, [4, 1]],
  [0xf4, [6, 1]],
  [0xfa, [6, 1]],
  [0xf1, [7, 1]],
  [0xf2, [7, 1]],
]) as Record<number, readonly [number, number]>;
