import { expect } from "chai";
import { AbiCoder, id, keccak256, toBeHex } from "ethers";
import { delegationTarget, mentionsSelector, minimalProxyTarget } from "../../../src/core/proxy/bytecode.js";
import { codeFamily } from "../../../src/core/proxy/code-family.js";
import { initializedFrom, isDisabled } from "../../../src/core/proxy/initialized.js";
import * as slots from "../../../src/core/proxy/slots.js";

const minusOne = (text: string) => toBeHex(BigInt(id(text)) - 1n, 32);
const namespace = (text: string) =>
  toBeHex(BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(["uint256"], [BigInt(id(text)) - 1n]))) & ~0xffn, 32);
const TARGET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const bare = TARGET.slice(2).toLowerCase();
const word = (value: bigint) => toBeHex(value, 32);

describe("proxy slots and codes", () => {
  for (const [name, expected] of [
    ["IMPLEMENTATION_SLOT", minusOne("eip1967.proxy.implementation")],
    ["ADMIN_SLOT", minusOne("eip1967.proxy.admin")],
    ["BEACON_SLOT", minusOne("eip1967.proxy.beacon")],
    ["ROLLBACK_SLOT", minusOne("eip1967.proxy.rollback")],
    ["ERC1822_SLOT", id("PROXIABLE")],
    ["ZOS_IMPLEMENTATION_SLOT", id("org.zeppelinos.proxy.implementation")],
    ["ZOS_ADMIN_SLOT", id("org.zeppelinos.proxy.admin")],
    ["DIAMOND_STORAGE_SLOT", id("diamond.standard.diamond.storage")],
    ["INITIALIZABLE_SLOT", namespace("openzeppelin.storage.Initializable")],
    ["OWNABLE_SLOT", namespace("openzeppelin.storage.Ownable")],
    ["ACCESS_CONTROL_SLOT", namespace("openzeppelin.storage.AccessControl")],
    ["ACCESS_MANAGED_SLOT", namespace("openzeppelin.storage.AccessManaged")],
    ["TIMELOCK_SLOT", namespace("openzeppelin.storage.TimelockController")],
    ["SAFE_GUARD_SLOT", id("guard_manager.guard.address")],
    ["SAFE_FALLBACK_HANDLER_SLOT", id("fallback_manager.handler.address")],
    ["SAFE_MODULE_GUARD_SLOT", id("module_manager.module_guard.address")],
  ] as const) {
    it(`${name} is what its comment says`, () => {
      expect(slots[name]).to.equal(expected);
    });
  }

  it("reads the target of minimal proxies, and of nothing else", () => {
    for (const code of [
      `0x363d3d373d3d3d363d73${bare}5af43d82803e903d91602b57fd5bf3`,
      `0x3d3d3d3d363d3d37363d73${bare}5af43d3d93803e602a57fd5bf3`,
      `0x365f5f375f5f365f73${bare}5af43d5f5f3e5f3d91602a57fd5bf3`,
      `0x363d3d373d3d3d363d73${bare}5af43d82803e903d91602b57fd5bf3${"ab".repeat(40)}`,
    ]) {
      expect(minimalProxyTarget(code), code).to.equal(TARGET);
    }
    expect(minimalProxyTarget(`0x73${bare}`)).to.equal(undefined);
    expect(delegationTarget(`0xef0100${bare}`)).to.equal(TARGET);
    expect(delegationTarget(`0xef0100${bare}00`)).to.equal(undefined);
  });

  it("finds a selector where it is pushed, not where it lies in other data", () => {
    expect(mentionsSelector("0x634f1ef28614", "0x4f1ef286")).to.equal(true);
    expect(mentionsSelector("0x7f4f1ef286000000000000000000000000000000000000000000000000000000004f", "0x4f1ef286")).to.equal(false);
    expect(mentionsSelector("0x62abcdef", "0x00abcdef")).to.equal(true);
  });

  it("sees the same source behind other immutables and other metadata", () => {
    const metadata = (hash: string) => `a264697066735822${hash.repeat(34)}64736f6c634300081c0033`;
    const code = (immutable: string, hash: string) => `0x60806040527f${immutable.repeat(32)}5f526020f3fe${metadata(hash)}`;
    expect(codeFamily(code("11", "aa"))).to.equal(codeFamily(code("22", "bb")));
    expect(codeFamily(code("11", "aa"))).to.not.equal(codeFamily(code("11", "aa").replace("6020f3", "6040f3")));
  });

  it("reads the initializer's version in both places, and guesses only where it is plain", () => {
    expect(initializedFrom(word(3n), word(0n))).to.deep.equal({ version: 3n, initializing: false, location: "erc7201" });
    expect(initializedFrom(word((1n << 64n) | 2n), word(0n))).to.deep.equal({ version: 2n, initializing: true, location: "erc7201" });
    expect(isDisabled(initializedFrom(word(2n ** 64n - 1n), word(0n)))).to.equal(true);
    expect(initializedFrom(word(0n), word(1n))).to.deep.equal({ version: 1n, initializing: false, location: "legacy" });
    expect(isDisabled(initializedFrom(word(0n), word(255n)))).to.equal(true);
    expect(initializedFrom(word(0n), word((BigInt(TARGET) << 16n) | 1n)).location).to.equal("legacy");
    for (const first of [0n, BigInt(TARGET), 0x0201n, 2n ** 255n]) {
      expect(initializedFrom(word(0n), word(first)), first.toString(16)).to.deep.equal({ version: 0n, initializing: false, location: "none" });
    }
  });
});
