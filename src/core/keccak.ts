import { hexlify, keccak256 } from "ethers";

/** Bytes of a block: the rate of Keccak-256, 1600 − 2 · 256 bits. */
const RATE = 136;
/** Layout of the memory, one page: the state, the round constants, and room for input. */
const PAGE = 65_536;
const CONSTANTS = 256;
const INPUT = 512;
const BLOCKS = Math.floor((PAGE - INPUT) / RATE);

/**
 * Keccak-256 as Ethereum uses it (Keccak's own padding, not that of FIPS 202), in WebAssembly: its lanes are 64 bits wide,
 * which JavaScript has no fast integers for. It takes a tenth of the time of ethers' own.
 *
 * @returns a function from bytes to 32 bytes. @throws where there is no WebAssembly.
 */
export function makeKeccak256(): (data: Uint8Array) => Uint8Array {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes()), { k: { m: memory } });
  const absorb = exports.a as (blocks: number) => void;
  const bytes = new Uint8Array(memory.buffer);
  new BigUint64Array(memory.buffer, CONSTANTS, 24).set(roundConstants());
  return (data) => {
    bytes.fill(0, 0, 200);
    let at = 0;
    while (data.length - at >= RATE) {
      const blocks = Math.min(BLOCKS, Math.floor((data.length - at) / RATE));
      bytes.set(data.subarray(at, at + blocks * RATE), INPUT);
      absorb(blocks);
      at += blocks * RATE;
    }
    const last = bytes.subarray(INPUT, INPUT + RATE).fill(0);
    last.set(data.subarray(at));
    last[data.length - at] = 0x01;
    last[RATE - 1] = (last[RATE - 1] ?? 0) | 0x80;
    absorb(1);
    return bytes.slice(0, 32);
  };
}

/**
 * Has ethers hash with {@link makeKeccak256} in this process, if that comes to what ethers' own comes to.
 *
 * @returns whether it does. Where not (no WebAssembly, or ethers' hashes are locked), everything stays as it is.
 */
export function speedUpKeccak(make: typeof makeKeccak256 = makeKeccak256): boolean {
  try {
    const fast = make();
    const agrees = [0, 1, RATE - 1, RATE, RATE + 1, 1_000].every((length) => {
      const data = Uint8Array.from({ length }, (_, index) => index * 7 + length);
      return hexlify(fast(data)) === hexlify(keccak256._(data));
    });
    if (agrees) keccak256.register(fast);
    return agrees;
  } catch {
    return false;
  }
}

/** The 24 constants of ι, from the shift register of the specification (x⁸ + x⁶ + x⁵ + x⁴ + 1). */
function roundConstants(): bigint[] {
  let register = 1;
  return Array.from({ length: 24 }, () => {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit++) {
      if ((register & 1) === 1) constant |= 1n << ((1n << BigInt(bit)) - 1n);
      register = (register << 1) ^ ((register >> 7) * 0x171);
    }
    return constant;
  });
}

// Of the binary format (WebAssembly 1.0) what is needed here.
const I32 = 0x7f;
const I64 = 0x7e;
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const i32 = (value: number): number[] => [0x41, ...signed(value)];
const load64 = (offset: number): number[] => [0x29, 3, ...unsigned(offset)];
const store64 = (offset: number): number[] => [0x37, 3, ...unsigned(offset)];
const rotated = (local: number, bits: number): number[] => [...get(local), 0x42, ...signed(bits), 0x89];
const [XOR, AND, ADD32, LESS32] = [0x85, 0x83, 0x6a, 0x49];
const NOT = [0x42, 0x7f, XOR];
/** `do { body } while (local < bound)`, both unsigned 32 bits. */
const loop = (body: number[], local: number, bound: number[]): number[] => [0x03, 0x40, ...body, ...get(local), ...bound, LESS32, 0x0d, 0, 0x0b];
const add = (local: number, amount: number): number[] => [...get(local), ...i32(amount), ADD32, ...set(local)];

// Locals of the function: the number of blocks, where the next one stands, the constant of the round; then the lanes.
const [COUNT, POINTER, ROUND] = [0, 1, 2];
const lane = (x: number, y: number): number => 3 + (x % 5) + 5 * (y % 5);
const column = (x: number): number => 28 + (x % 5);
const SPARE = 33;
const FIVE = [0, 1, 2, 3, 4];
const LANES = FIVE.flatMap((y) => FIVE.map((x) => lane(x, y)));

/** One round of Keccak-f[1600] on the lanes. */
function round(): number[] {
  const theta = [
    ...FIVE.flatMap((x) => [...get(lane(x, 0)), ...[1, 2, 3, 4].flatMap((y) => [...get(lane(x, y)), XOR]), ...set(column(x))]),
    ...FIVE.flatMap((x) => [
      ...[...get(column(x + 4)), ...rotated(column(x + 1), 1), XOR, ...set(SPARE)],
      ...FIVE.flatMap((y) => [...get(lane(x, y)), ...get(SPARE), XOR, ...set(lane(x, y))]),
    ]),
  ];
  // ρ and π together: each lane of the one long cycle goes, turned, to the place of the next.
  const rhoPi = [...get(lane(1, 0)), ...set(SPARE)];
  for (let step = 0, x = 1, y = 0; step < 24; step++) {
    [x, y] = [y, (2 * x + 3 * y) % 5];
    rhoPi.push(...get(lane(x, y)), ...rotated(SPARE, (((step + 1) * (step + 2)) / 2) % 64), ...set(lane(x, y)), ...set(SPARE));
  }
  const chi = FIVE.flatMap((y) => [
    ...FIVE.flatMap((x) => [...get(lane(x, y)), ...set(column(x))]),
    ...FIVE.flatMap((x) => [...get(column(x)), ...get(column(x + 1)), ...NOT, ...get(column(x + 2)), AND, XOR, ...set(lane(x, y))]),
  ]);
  const iota = [...get(lane(0, 0)), ...get(ROUND), ...load64(0), XOR, ...set(lane(0, 0)), ...add(ROUND, 8)];
  return [...theta, ...rhoPi, ...chi, ...iota];
}

/** A module that imports the memory `k.m` and exports `a(blocks)`, which absorbs so many blocks of the input, at least one. */
function moduleBytes(): Uint8Array<ArrayBuffer> {
  const block = [
    ...LANES.slice(0, RATE / 8).flatMap((local, index) => [...get(local), ...get(POINTER), ...load64(INPUT + index * 8), XOR, ...set(local)]),
    ...[...i32(CONSTANTS), ...set(ROUND)],
    ...loop(round(), ROUND, i32(CONSTANTS + 24 * 8)),
    ...add(POINTER, RATE),
  ];
  const body = [
    ...[2, 2, I32, 31, I64],
    ...LANES.flatMap((local, index) => [...i32(0), ...load64(index * 8), ...set(local)]),
    ...loop(block, POINTER, [...get(COUNT), ...i32(RATE), 0x6c]),
    ...LANES.flatMap((local, index) => [...i32(0), ...get(local), ...store64(index * 8)]),
    0x0b,
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, I32, 0]),
    ...section(2, [1, 1, 0x6b, 1, 0x6d, 2, 1, 1, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x61, 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function section(id: number, content: number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}
