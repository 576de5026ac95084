import { getAddress } from "ethers";

/** keccak256 of nothing: the code hash of an account without code. */
export const EMPTY_CODE_HASH = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";

/**
 * Runtime codes that forward every call to an address in the code itself: EIP-1167, its optimized form by 0age,
 * the PUSH0 form of Solady, and the one with immutable arguments behind it (OpenZeppelin, Solady).
 */
const MINIMAL: readonly RegExp[] = [
  /^0x363d3d373d3d3d363d73([0-9a-f]{40})5af43d82803e903d91602b57fd5bf3/,
  /^0x3d3d3d3d363d3d37363d73([0-9a-f]{40})5af43d3d93803e602a57fd5bf3/,
  /^0x365f5f375f5f365f73([0-9a-f]{40})5af43d5f5f3e5f3d91602a57fd5bf3/,
  /^0x36602c57343d527f[0-9a-f]{64}59593da1005b363d3d373d3d3d3d6[0-9a-f]{3}806[0-9a-f]{5}73([0-9a-f]{40})5af4/,
];

/** The implementation of a minimal proxy's runtime code, or undefined if it is none. */
export function minimalProxyTarget(code: string): string | undefined {
  const lower = code.toLowerCase();
  for (const pattern of MINIMAL) {
    const target = pattern.exec(lower)?.[1];
    if (target !== undefined) return getAddress(`0x${target}`);
  }
  return undefined;
}

/** The account whose code an EOA has delegated to (EIP-7702), or undefined. */
export function delegationTarget(code: string): string | undefined {
  const target = /^0xef0100([0-9a-f]{40})$/.exec(code.toLowerCase())?.[1];
  return target === undefined ? undefined : getAddress(`0x${target}`);
}

export interface Instruction {
  /** Offset in bytes. */
  at: number;
  opcode: number;
  /** What a PUSH pushes, hex without 0x; empty for other instructions. */
  push: string;
}

/** The code's instructions in order; push data is not mistaken for code. Trailing metadata decodes to nonsense, harmlessly. */
export function* instructions(code: string): Generator<Instruction> {
  const bytes = code.startsWith("0x") ? code.slice(2).toLowerCase() : code.toLowerCase();
  for (let at = 0; at * 2 < bytes.length; ) {
    const opcode = Number.parseInt(bytes.slice(at * 2, at * 2 + 2), 16);
    const width = opcode >= 0x5f && opcode <= 0x7f ? opcode - 0x5f : 0;
    yield { at, opcode, push: bytes.slice((at + 1) * 2, (at + 1 + width) * 2) };
    at += 1 + width;
  }
}

export const OPCODE = { SLOAD: 0x54, CALLER: 0x33, DELEGATECALL: 0xf4, SELFDESTRUCT: 0xff, PUSH4: 0x63, PUSH20: 0x73 } as const;

/** Whether the code holds this instruction. */
export function hasOpcode(code: string, opcode: number): boolean {
  for (const instruction of instructions(code)) if (instruction.opcode === opcode) return true;
  return false;
}

/**
 * Whether the dispatcher can know this selector: it stands in the code as PUSH4 data (or PUSH3 for a leading zero byte).
 * A function that is there always gives true; a constant of the same value does too.
 */
export function mentionsSelector(code: string, selector: string): boolean {
  const wanted = selector.slice(2).toLowerCase().replace(/^(00)+/, "");
  for (const { opcode, push } of instructions(code)) {
    if (opcode >= 0x5f && opcode <= OPCODE.PUSH4 && push === wanted) return true;
  }
  return false;
}
