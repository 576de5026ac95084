import { expect } from "chai";
import { AbiCoder, concat, getCreateAddress, id, toBeHex } from "ethers";
import { network } from "hardhat";
import type { ChainPort } from "../../src/chain/port.js";
import { blockNumber, getCode } from "../../src/chain/reads.js";
import type { BuiltContract } from "../../src/core/solc.js";
import { layoutOf, validatePair } from "../../src/stages/validate.js";
import { compareHistory } from "../../src/stages/validate/history.js";
import { immutableFindings } from "../../src/stages/validate/immutables.js";
import { withLiveValues } from "../../src/stages/validate/live-values.js";
import { proxySelectorFindings, proxyStorageFindings, removedSelectorFindings } from "../../src/stages/validate/proxy-conflicts.js";
import { build } from "../support/layout-pairs.js";

const SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const PROXY = `contract C { event Upgraded(address indexed implementation);
  constructor(address to) { upgradeTo(to); }
  function upgradeTo(address to) public { emit Upgraded(to); assembly { sstore(${SLOT}, to) } }
  fallback() external payable { assembly { calldatacopy(0, 0, calldatasize()) let ok := delegatecall(gas(), sload(${SLOT}), 0, calldatasize(), 0, 0) returndatacopy(0, 0, returndatasize()) if iszero(ok) { revert(0, returndatasize()) } return(0, returndatasize()) } } }`;

describe("layout against the live chain", () => {
  let chain: ChainPort;
  let sender: string;
  let close: () => Promise<void>;

  before(async () => {
    const connection = await network.create();
    chain = connection.provider as ChainPort;
    [sender = ""] = (await chain.request({ method: "eth_accounts" })) as string[];
    close = () => connection.close();
  });
  after(() => close());

  it("weighs a reused range by what it holds", async () => {
    const v1 = build("contract C { uint256 fees; uint256 empty; uint256 c; function set() external { fees = 7; c = 1; } }");
    const v2 = build("contract C { address treasury; address keeper; uint256 c; }");
    const proxy = await proxied(v1, "set()");
    const parts = await validated(proxy, v1, v2);
    expect(fate(parts, "fees")).to.deep.equal(["reused", "high", 7n]);
    expect(fate(parts, "empty")).to.deep.equal(["reused", "medium", 0n]);
    expect(fate(parts, "c")).to.deep.equal(["kept", "info", undefined]);
    expect(parts.verdict).to.equal("blocked");
  });

  it("lets an incompatible type pass whose live value reads the same, and blocks one whose value does not", async () => {
    const v1 = build("contract C { uint256 big; uint256 small; int128 minus; function set() external { big = 1 << 200; small = 9; minus = -4; } }");
    const v2 = build("contract C { uint128 big; uint128 pad; uint128 small; uint128 pad2; int256 minus; }");
    const parts = await validated(await proxied(v1, "set()"), v1, v2);
    expect(fate(parts, "big").slice(0, 2)).to.deep.equal(["incompatible", "high"]);
    expect(fate(parts, "small").slice(0, 2)).to.deep.equal(["incompatible", "medium"]);
    expect(fate(parts, "minus").slice(0, 2)).to.deep.equal(["incompatible", "high"]);
  });

  it("finds that the bytes of a new variable are not empty, and lets one that comes back find its own value", async () => {
    const v1 = build("contract C { uint256 a; uint256[10] __gap; function set() external { a = 1; } }");
    const v2 = build("contract C { uint256 a; uint256 dirty; uint256 clean; uint256 back; uint256[7] __gap; }");
    const proxy = await proxied(v1, "set()");
    for (const slot of [1, 3]) await chain.request({ method: "hardhat_setStorageAt", params: [proxy, toBeHex(slot), toBeHex(5, 32)] });
    const changes = async (restored?: Set<string>) =>
      (await withLiveValues((await validatePair(v1, v2, { secondOpinion: false })).changes, { chain, proxy, block: await blockNumber(chain), ...(restored && { restored }) })).filter(({ fate }) => fate === "gap");
    expect((await changes()).map(({ label, severity }) => `${label} ${severity}`)).to.deep.equal(["dirty high", "clean info", "back high"]);
    expect((await changes(new Set([`${toBeHex(3, 32)}+0`]))).map(({ severity }) => severity)).to.deep.equal(["high", "info", "info"]);
  });

  it("lowers nothing because of zeros where a mapping is among the bytes", async () => {
    const source = (head: string) => build(`contract C { struct P { uint256 n; mapping(address => uint256) held; } ${head} P p; function set() external { p.held[msg.sender] = 5; } }`);
    const [v1, v2] = [source(""), source("uint256 z;")];
    const parts = await validated(await proxied(v1, "set()"), v1, v2);
    expect(fate(parts, "p").slice(0, 2)).to.deep.equal(["moved", "high"]);
    expect(parts.verdict).to.equal("blocked");
  });

  it("samples a moved mapping by the keys in events, and says so", async () => {
    const v1 = build("contract C { mapping(address => uint256) held; event In(address indexed who); function set() external { held[msg.sender] = 5; emit In(msg.sender); } }");
    const v2 = build("contract C { uint256 n; mapping(address => uint256) held; }");
    const parts = await validated(await proxied(v1, "set()"), v1, v2);
    const held = parts.changes.find(({ label }) => label === "held");
    expect(held?.reason).to.match(/sampled \d+ keys from events: 1 hold/);
    expect(held?.severity).to.equal("high");
  });

  it("finds in the proxy's history what the previous version alone does not show", async () => {
    const [v1, v2, v3] = [build("contract C { uint256 a; uint256 debt; function set() external { debt = 3; } }"), build("contract C { uint256 a; }"), build("contract C { uint256 a; address t; }")];
    const proxy = await proxied(v1, "set()");
    const second = await deploy(v2);
    await send(proxy, concat([id("upgradeTo(address)").slice(0, 10), toBeHex(second, 32)]));
    const block = await blockNumber(chain);
    const compare = (builds: BuiltContract[]) =>
      compareHistory(
        { proxy, current: second, previous: layoutOf(v2), next: layoutOf(v3) },
        { chain, block, findBuild: async (code) => builds.map((built) => ({ built })).find(({ built }) => `0x${runtime(built)}` === code) },
      );
    const found = await compare([v1, v2]);
    expect(found.history.map(({ compared }) => compared)).to.deep.equal([true, true]);
    expect(found.findings.map(({ rule, severity }) => [rule, severity])).to.deep.equal([["U1", "high"]]);
    // The source of version 1 is not at hand: not a pass.
    expect((await compare([])).notRun).to.have.length(1);
  });

  it("itemises immutables, and leaves one alone that is the code's own address", async () => {
    const source = (extra: string) => build(`contract C { address immutable self; uint256 immutable rate; constructor(uint256 r) { self = address(this); rate = r; } function f() external view returns (address, uint256) { return (self, rate); } ${extra} }`);
    const [v1, v2] = [source(""), source("uint256 x;")];
    const deployed = async (built: BuiltContract, rate: number) => {
      const address = await deploy(built, AbiCoder.defaultAbiCoder().encode(["uint256"], [rate]));
      return { address, code: await getCode(chain, address), built, layout: layoutOf(built) };
    };
    const old = await deployed(v1, 3);
    expect(immutableFindings(old, await deployed(v2, 3)).findings).to.deep.equal([]);
    const changed = immutableFindings(old, await deployed(v2, 4));
    expect(changed.findings.map(({ rule, detail }) => [rule, detail.split(" ")[0]])).to.deep.equal([["U11", "C.rate"]]);
    expect(immutableFindings(old, { ...(await deployed(v2, 3)), code: old.code.replace("60", "61") }).findings.map(({ rule }) => rule)).to.include("P13");
  });

  it("finds the proxy's own storage and functions under the implementation's", async () => {
    const custom = build("contract C { address logic; address boss; function setLogic(address to) external { require(msg.sender == boss); logic = to; } function owner() external view returns (address) { return boss; } }");
    const code = `0x${runtime(custom)}`;
    const clashing = build("contract C { uint256 a; uint256 b; function owner() external view returns (uint256) { return a; } }");
    const clear = build("contract C { uint256[2] private __gap; uint256 a; function boss() external view returns (uint256) { return a; } }");
    const abi = (built: BuiltContract) => built.output.contracts?.["C.sol"]?.C?.abi ?? [];
    expect(proxyStorageFindings(code, sender, layoutOf(clashing)).map(({ rule, severity }) => `${rule} ${severity}`)).to.deep.equal(["U7 high", "U7 high"]);
    expect(proxyStorageFindings(code, sender, layoutOf(clear))).to.deep.equal([]);
    expect(proxySelectorFindings(code, { address: sender, kind: "uups" }, abi(clashing), "C").map(({ rule }) => rule)).to.deep.equal(["P7"]);
    expect(proxySelectorFindings(code, { address: sender, kind: "uups" }, abi(clear), "C")).to.deep.equal([]);
    // A UUPS implementation writes the proxy's own pointer by design; a variable that lies on it does not.
    const pointer = `0x${runtime(build(`contract C { fallback() external { assembly { let ok := delegatecall(gas(), sload(${SLOT}), 0, 0, 0, 0) } } }`))}`;
    const uups = build(`library S { struct A { address value; } function at(bytes32 s) internal pure returns (A storage r) { assembly { r.slot := s } } } contract C { uint256 x; function f(address to) external { S.at(${SLOT}).value = to; } }`);
    expect(proxyStorageFindings(pointer, sender, layoutOf(uups))).to.deep.equal([]);
    const lying = build(`contract C layout at ${SLOT} { address x; }`, "0.8.37");
    expect(proxyStorageFindings(pointer, sender, layoutOf(lying)).map(({ rule }) => rule)).to.deep.equal(["U7"]);
    const standard = `0x${runtime(build(PROXY))}`;
    expect(proxyStorageFindings(standard, sender, layoutOf(clashing))).to.deep.equal([]);
  });

  it("names the contract that still calls a removed function", () => {
    const caller = `0x${runtime(build("interface I { function poke(uint256) external; } contract C { function go(I i) external { i.poke(1); } }"))}`;
    const removed = (signature: string) => removedSelectorFindings([{ signature, selector: id(signature).slice(0, 10) }], [{ name: "vault", address: sender, code: caller }], "C");
    expect(removed("poke(uint256)").map(({ rule, confidence }) => [rule, confidence])).to.deep.equal([["removed-selector", "medium"]]);
    expect(removed("other(uint256)")).to.deep.equal([]);
  });

  async function validated(proxy: string, from: BuiltContract, to: BuiltContract) {
    const block = await blockNumber(chain);
    return validatePair(from, to, { secondOpinion: false, live: (changes) => withLiveValues(changes, { chain, proxy, block }) });
  }

  async function proxied(implementation: BuiltContract, call: string): Promise<string> {
    const proxy = await deploy(build(PROXY), toBeHex(await deploy(implementation), 32));
    await send(proxy, id(call).slice(0, 10));
    return proxy;
  }

  async function deploy(built: BuiltContract, args = "0x"): Promise<string> {
    const nonce = Number(await chain.request({ method: "eth_getTransactionCount", params: [sender, "latest"] }));
    await send(undefined, concat([`0x${built.output.contracts?.["C.sol"]?.C?.evm?.bytecode?.object ?? ""}`, args]));
    return getCreateAddress({ from: sender, nonce });
  }

  async function send(to: string | undefined, data: string): Promise<void> {
    await chain.request({ method: "eth_sendTransaction", params: [{ from: sender, data, gas: "0x4c4b40", ...(to === undefined ? {} : { to }) }] });
  }
});

function fate(parts: Awaited<ReturnType<typeof validatePair>>, label: string): [string, string, bigint | undefined] {
  const change = parts.changes.find((candidate) => candidate.label === label);
  return [change?.fate ?? "", change?.severity ?? "", change?.from?.live === undefined ? undefined : BigInt(change.from.live)];
}

function runtime(built: BuiltContract): string {
  return built.output.contracts?.["C.sol"]?.C?.evm?.deployedBytecode?.object ?? "";
}
