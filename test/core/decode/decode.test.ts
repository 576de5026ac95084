import { expect } from "chai";
import fc from "fast-check";
import {
  AbiCoder,
  Interface,
  ZeroHash,
  concat,
  dataLength,
  dataSlice,
  getAddress,
  getBytes,
  hexlify,
  toBeHex,
  zeroPadValue,
} from "ethers";
import { decodeCall } from "../../../src/core/decode/decode.js";
import type { DecodeContext, DecodedCall } from "../../../src/core/decode/types.js";
import {
  encodeApproveHash,
  encodeExecTransaction,
  encodeMultiSend,
  SAFE_INTERFACE,
} from "../../../src/core/safe/calldata.js";
import { approvedHashSignature } from "../../../src/core/safe/signatures.js";
import { plainSafeTx } from "../../../src/core/safe/transaction.js";
import { encodeExecuteBatch, encodeScheduleBatch, operationId } from "../../../src/core/timelock/operation.js";

const at = (byte: string): string => getAddress(`0x${byte.repeat(20)}`);
const [SAFE, TOKEN, ALICE, TIMELOCK, PROXY, ADMIN, NEXT] = ["11", "22", "33", "44", "55", "66", "77"].map(at) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const MULTI_SEND = "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D";
const erc20 = new Interface([
  "function transfer(address to, uint256 amount)",
  "function approve(address spender, uint256 amount)",
]);
const proxies = new Interface([
  "function upgradeAndCall(address proxy, address implementation, bytes data)",
  "function upgradeToAndCall(address newImplementation, bytes data)",
  "function diamondCut((address facetAddress, uint8 action, bytes4[] functionSelectors)[] diamondCut, address init, bytes data)",
  "function aggregate3Value((address target, bool allowFailure, uint256 value, bytes callData)[] calls)",
  "function multicall(bytes[] data)",
]);
const transfer = erc20.encodeFunctionData("transfer", [ALICE, 5n]);

function decode(data: string, options: { to?: string; value?: bigint; operation?: 0 | 1; context?: DecodeContext } = {}): DecodedCall {
  return decodeCall(
    { chainId: 1n, from: SAFE, to: options.to ?? TOKEN, value: options.value ?? 0n, data, operation: options.operation ?? 0 },
    options.context,
  );
}
const codes = (call: DecodedCall): string[] => [...call.warnings.map(({ code }) => code), ...call.calls.flatMap(codes)];
const leaves = (call: DecodedCall): DecodedCall[] => (call.calls.length === 0 ? [call] : call.calls.flatMap(leaves));

function expectExplained(call: DecodedCall): void {
  expect(codes(call)).to.deep.equal([]);
  expect(call.accounted).to.equal(call.size);
}

describe("core/decode", () => {
  it("explains a plain transfer of ether and of a token", () => {
    expectExplained(decode("0x"));
    const call = decode(transfer);
    expectExplained(call);
    expect(call).to.include({ function: "transfer(address,uint256)", provenance: "built-in", size: 68 });
    expect(call.args).to.deep.equal([
      { name: "to", type: "address", value: ALICE },
      { name: "amount", type: "uint256", value: "5" },
    ]);
  });

  it("knows who makes each call inside a MultiSend", () => {
    const data = encodeMultiSend([
      { to: TOKEN, data: transfer },
      { to: ALICE, value: 7n, data: "0x" },
      { to: ADMIN, data: transfer, operation: 1 },
    ]);
    const call = decode(data, { to: MULTI_SEND, operation: 1 });
    expectExplained(call);
    expect(call.calls.map(({ from, to, value, operation }) => ({ from, to, value, operation }))).to.deep.equal([
      { from: SAFE, to: TOKEN, value: "0", operation: 0 },
      { from: SAFE, to: ALICE, value: "7", operation: 0 },
      { from: SAFE, to: ADMIN, value: "0", operation: 1 },
    ]);
    expect(decode(data, { to: MULTI_SEND, operation: 0 }).calls[0]?.from).to.equal(MULTI_SEND);
  });

  it("treats the zero target of MultiSend 1.5.0 as the Safe itself, and says so", () => {
    const call = decode(
      encodeMultiSend([{ to: at("00"), data: SAFE_INTERFACE.encodeFunctionData("changeThreshold", [1]) }]),
      {
        to: MULTI_SEND,
        operation: 1,
      },
    );
    expect(call.calls[0]?.to).to.equal(SAFE);
    expect(codes(call)).to.deep.equal(["zero-target"]);
  });

  it("goes down a whole route: parent Safe, child Safe, timelock, ProxyAdmin, initializer", () => {
    const initializer = new Interface(["function initializeV2(uint256 fee, address keeper)"]).encodeFunctionData(
      "initializeV2",
      [30, ALICE],
    );
    const upgrade = proxies.encodeFunctionData("upgradeAndCall", [PROXY, NEXT, initializer]);
    const operation = { calls: [{ target: ADMIN, value: 0n, data: upgrade }], predecessor: ZeroHash, salt: ZeroHash };
    const schedule = encodeScheduleBatch({ ...operation, delay: 100n });
    const child = encodeExecTransaction(
      plainSafeTx({ to: TIMELOCK, data: schedule, nonce: 0n }),
      approvedHashSignature(SAFE),
    );
    const context: DecodeContext = {
      abis: [
        {
          contract: "VenueV2",
          provenance: "rebuilt source",
          address: NEXT,
          fragments: ["function initializeV2(uint256 fee, address keeper)"],
        },
      ],
    };
    const call = decode(encodeMultiSend([{ to: ALICE, data: child }]), { to: MULTI_SEND, operation: 1, context });
    expectExplained(call);
    const [leaf] = leaves(call);
    expect(leaf).to.include({ path: "0.0.0.0.0", from: ADMIN, to: PROXY, via: NEXT, provenance: "rebuilt source" });
    const scheduled = call.calls[0]?.calls[0];
    expect(scheduled?.notes).to.deep.equal([{ name: "operation id", value: operationId(operation) }]);
    expect(scheduled?.calls[0]).to.include({ relation: "deferred", from: TIMELOCK, to: ADMIN });
    expectExplained(decode(encodeExecuteBatch(operation), { to: TIMELOCK, context }));
  });

  it("without the initializer's source leaves its bytes unexplained", () => {
    const upgrade = proxies.encodeFunctionData("upgradeAndCall", [PROXY, NEXT, "0x12345678"]);
    const call = decode(upgrade, { to: ADMIN });
    expect(call.size - call.accounted).to.equal(4);
    expect(codes(call)).to.deep.equal(["unknown-function"]);
  });

  it("reads Multicall3, multicall(bytes[]) and diamondCut", () => {
    const aggregate = proxies.encodeFunctionData("aggregate3Value", [
      [{ target: TOKEN, allowFailure: false, value: 3n, callData: transfer }],
    ]);
    expectExplained(decode(aggregate, { value: 3n }));
    for (const other of [{ value: 2n }, { operation: 1 as const }]) expect(codes(decode(aggregate, other))).to.deep.equal(["value-mismatch"]);
    expect(decode(aggregate).calls[0]).to.include({ to: TOKEN, value: "3", function: "transfer(address,uint256)" });
    const self = decode(proxies.encodeFunctionData("multicall", [[transfer, transfer]]));
    expectExplained(self);
    expect(self.calls[1]).to.include({ from: SAFE, to: TOKEN });
    const cut = decode(
      proxies.encodeFunctionData("diamondCut", [
        [{ facetAddress: NEXT, action: 0, functionSelectors: ["0xa9059cbb"] }],
        NEXT,
        transfer,
      ]),
    );
    expectExplained(cut);
    expect(cut.calls[0]).to.include({ from: TOKEN, to: NEXT, operation: 1 });
  });

  it("takes packed signatures apart, and flags bytes behind them", () => {
    const tx = plainSafeTx({ to: TOKEN, data: transfer, nonce: 0n });
    const contract = concat([
      zeroPadValue(ALICE, 32),
      toBeHex(130, 32),
      "0x00",
      approvedHashSignature(SAFE),
      toBeHex(3, 32),
      "0xabcdef",
    ]);
    const call = decode(encodeExecTransaction(tx, contract));
    expectExplained(call);
    expect(call.args.at(-1)?.value).to.match(/contract signature of 0x33.*3 bytes; approved by/);
    const more = decode(encodeExecTransaction(tx, concat([approvedHashSignature(SAFE), "0xdead"])));
    expect(codes(more)).to.deep.equal(["trailing-bytes"]);
    expect(more.size - more.accounted).to.equal(2);
  });

  it("labels what only the document claims, and never lets a claim replace a better source", () => {
    const claimed = (fragment: string): DecodeContext => ({
      abis: [{ contract: "X", provenance: "claimed", fragments: [fragment] }],
    });
    const call = decode(new Interface(["function harmless(uint256 x)"]).encodeFunctionData("harmless", [1]), {
      context: claimed("function harmless(uint256 x)"),
    });
    expect(call.provenance).to.equal("claimed");
    // join_tg_invmru_haha_fd06787(address,bool) has the selector of transfer(address,uint256): 0xa9059cbb.
    const mined = decode(transfer, { context: claimed("function join_tg_invmru_haha_fd06787(address a, bool b)") });
    expect(mined.function).to.equal("transfer(address,uint256)");
    expect(
      decode(dataSlice(transfer, 0, 40), { context: claimed("function transfer(address a)") }).provenance,
    ).to.equal("unknown");
  });

  it("gives the same tree whether an ABI came as JSON or as text", () => {
    const text = "function set((uint256 a, (bool b, bytes c)[] d) p, uint8[2] q)";
    const json: unknown = JSON.parse(new Interface([text]).formatJson());
    const data = new Interface([text]).encodeFunctionData("set", [
      [1, [[true, "0x12"]]],
      [3, 4],
    ]);
    const by = (fragments: readonly unknown[]): DecodedCall =>
      decode(data, { context: { abis: [{ contract: "X", provenance: "claimed", fragments }] } });
    expect(by(json as unknown[])).to.deep.equal(by([text]));
    expect(by([text]).args[0]?.type).to.equal("(uint256,(bool,bytes)[])");
  });

  it("shows bytes that decode as a call as a guess, and other bytes as they are", () => {
    const fragment = "function run(address target, bytes payload)";
    const context: DecodeContext = { abis: [{ contract: "X", provenance: "rebuilt source", fragments: [fragment] }] };
    const run = (payload: string): DecodedCall =>
      decode(new Interface([fragment]).encodeFunctionData("run", [TOKEN, payload]), { context });
    expect(run(transfer).calls[0]).to.include({ relation: "guess", to: TOKEN, function: "transfer(address,uint256)" });
    expect(codes(run("0x1234"))).to.deep.equal(["opaque-bytes"]);
    expect(codes(run("0x12345678"))).to.deep.equal(["opaque-call"]);
    // Contracts ignore what follows the arguments: one byte more must not make a call look like data.
    const padded = run(`${transfer}00`);
    expect(padded.calls[0]).to.include({ relation: "guess", function: "transfer(address,uint256)" });
    expect(codes(padded)).to.deep.equal(["trailing-bytes"]);
    expect(padded.size - padded.accounted).to.equal(1);
  });

  describe("flags what a standard encoder would not have written", () => {
    const word = (value: bigint | number): string => toBeHex(value, 32);
    const head = proxies.getFunction("upgradeToAndCall")!.selector;
    const cases: [string, string, string, number][] = [
      ["trailing bytes", concat([transfer, "0xabcd"]), "trailing-bytes", 2],
      [
        "dirty address padding",
        concat([dataSlice(transfer, 0, 4), "0x01", dataSlice(transfer, 5)]),
        "dirty-padding",
        12,
      ],
      [
        "dirty bytes padding",
        concat([head, zeroPadValue(NEXT, 32), word(64), word(4), transfer.slice(0, 10), "0x" + "00".repeat(27) + "01"]),
        "dirty-padding",
        32,
      ],
      ["missing padding", concat([head, zeroPadValue(NEXT, 32), word(64), word(0), "0x"]), "", 0],
      ["a gap before the tail", concat([head, zeroPadValue(NEXT, 32), word(96), word(9), word(0)]), "gap", 32],
    ];
    for (const [name, data, code, missing] of cases)
      it(name, () => {
        const call = decode(data);
        expect(call.size - call.accounted).to.equal(missing);
        if (code === "") expect(codes(call)).to.deep.equal([]);
        else expect(codes(call)).to.include(code);
      });

    it("two arguments that share their bytes", () => {
      const two = new Interface(["function two(bytes a, bytes b)"]);
      const data = concat([two.getFunction("two")!.selector, word(64), word(64), word(1), "0xab" + "00".repeat(31)]);
      const call = decode(data, {
        context: {
          abis: [{ contract: "X", provenance: "rebuilt source", fragments: ["function two(bytes a, bytes b)"] }],
        },
      });
      expect(codes(call)).to.include.members(["overlap", "offset"]);
    });

    it("a MultiSend cut short, and one with an operation that is neither call nor delegatecall", () => {
      const [packed] = SAFE_INTERFACE.decodeFunctionData(
        "multiSend",
        encodeMultiSend([{ to: TOKEN, data: transfer }]),
      ) as unknown as [string];
      const send = (bytes: string): DecodedCall =>
        decode(SAFE_INTERFACE.encodeFunctionData("multiSend", [bytes]), { to: MULTI_SEND, operation: 1 });
      expectExplained(send(packed));
      expect(codes(send(dataSlice(packed, 0, dataLength(packed) - 1)))).to.deep.equal(["truncated"]);
      expect(codes(send(concat(["0x02", dataSlice(packed, 1)])))).to.deep.equal(["bad-operation"]);
      expect(codes(send(concat([packed, "0x00"])))).to.deep.equal(["truncated"]);
    });
  });

  it("stops at the depth limit and says what it left", () => {
    let data = transfer;
    for (let level = 0; level < 40; level++)
      data = encodeExecTransaction(plainSafeTx({ to: SAFE, data, nonce: 0n }), "0x");
    const call = decode(data);
    expect(codes(call)).to.deep.equal(["limit"]);
    expect(call.accounted).to.be.lessThan(call.size);
  });

  it("survives arrays of offsets that point at each other", () => {
    const levels = 24;
    const fragment = `function f(bytes${"[]".repeat(levels)} x)`;
    // Every level is an array of two whose offsets both point at the next level: 2^24 values in 75 words.
    const words = Array.from({ length: levels }, () => [2, 64, 64].map((word) => toBeHex(word, 32))).flat();
    const selector = new Interface([fragment]).getFunction("f")!.selector;
    const data = concat([selector, toBeHex(32, 32), ...words, toBeHex(0, 32), toBeHex(0, 32)]);
    const call = decode(data, { context: { abis: [{ contract: "X", provenance: "claimed", fragments: [fragment] }] } });
    expect(codes(call)).to.deep.equal(["undecodable-arguments"]);
    expect(call.accounted).to.equal(0);
  });

  describe("properties", () => {
    const types = fc.letrec<{ type: string }>((tie) => ({
      type: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.constantFrom("uint256", "int64", "address", "bool", "bytes", "string", "bytes4", "bytes32", "uint8"),
        tie("type").map((type) => `${type}[]`),
        tie("type").map((type) => `${type}[2]`),
        fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((parts) => `(${parts.join(",")})`),
      ),
    })).type;

    it("accounts for every byte of what ethers encodes, whatever the types", () => {
      const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(hexlify(bytes)));
      const bytes = fc.uint8Array({ maxLength: 40 }).map((value) => hexlify(value));
      const valueOf = (type: string): fc.Arbitrary<unknown> => {
        const array = /^(.*)\[(\d*)\]$/.exec(type);
        if (array) {
          const length = array[2] === "" ? {} : { minLength: 2, maxLength: 2 };
          return fc.array(valueOf(array[1]!), { maxLength: 3, ...length });
        }
        if (type.startsWith("(")) return fc.tuple(...split(type.slice(1, -1)).map(valueOf));
        if (type === "address") return address;
        if (type === "bool") return fc.boolean();
        if (type === "bytes") return bytes;
        if (type === "string") return fc.string({ unit: "grapheme" });
        if (type.startsWith("bytes"))
          return fc
            .uint8Array({ minLength: Number(type.slice(5)), maxLength: Number(type.slice(5)) })
            .map((value) => hexlify(value));
        const bits = Number(/\d+/.exec(type)![0]);
        return type.startsWith("int")
          ? fc.bigInt(-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n)
          : fc.bigInt(0n, 2n ** BigInt(bits) - 1n);
      };
      const call = fc
        .array(types, { minLength: 1, maxLength: 4 })
        .chain((list) => fc.tuple(fc.constant(list), fc.tuple(...list.map(valueOf))));
      fc.assert(
        fc.property(call, ([list, values]) => {
          const fragment = `function f(${list.join(",")})`;
          const data = concat([
            new Interface([fragment]).getFunction("f")!.selector,
            AbiCoder.defaultAbiCoder().encode(list, values),
          ]);
          const decoded = decode(data, {
            context: { abis: [{ contract: "X", provenance: "rebuilt source", fragments: [fragment] }] },
          });
          expect(decoded.accounted).to.equal(decoded.size);
          expect(codes(decoded).filter((code) => !code.startsWith("opaque-"))).to.deep.equal([]);
        }),
        { numRuns: 150 },
      );
    });

    const route = encodeMultiSend([
      { to: TOKEN, data: transfer },
      {
        to: TIMELOCK,
        data: encodeScheduleBatch({
          calls: [{ target: ADMIN, value: 0n, data: transfer }],
          predecessor: ZeroHash,
          salt: ZeroHash,
          delay: 9n,
        }),
      },
      { to: SAFE, data: encodeApproveHash(ZeroHash) },
    ]);

    it("never throws, whatever the bytes, and never explains more than there is", () => {
      const bytes = getBytes(route);
      const mutated = fc
        .tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length))
        .map(([index, value, length]) => {
          const copy = bytes.slice(0, length < 64 ? bytes.length : length);
          copy[index % copy.length] = value;
          return hexlify(copy);
        });
      fc.assert(
        fc.property(
          fc.oneof(
            mutated,
            fc.uint8Array({ maxLength: 300 }).map((value) => hexlify(value)),
          ),
          (data) => {
            const call = decode(data, { to: MULTI_SEND, operation: 1 });
            expect(call.accounted).to.be.within(0, call.size);
            expect(call.size).to.equal(dataLength(data));
          },
        ),
        { numRuns: 400 },
      );
    });

    it("shows another tree for every other byte", () => {
      const bytes = getBytes(route);
      const before = JSON.stringify(decode(route, { to: MULTI_SEND, operation: 1 }));
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
          const copy = bytes.slice();
          copy[index]! ^= flip;
          expect(JSON.stringify(decode(hexlify(copy), { to: MULTI_SEND, operation: 1 }))).not.to.equal(before);
        }),
        { numRuns: 400 },
      );
    });
  });
});

/** The parts of a tuple type, commas inside brackets left alone. */
function split(types: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index <= types.length; index++) {
    const char = types[index];
    if (char === "(") depth++;
    else if (char === ")") depth--;
    else if ((char === "," || char === undefined) && depth === 0) {
      parts.push(types.slice(start, index));
      start = index + 1;
    }
  }
  return parts;
}
