import { createRequire } from "node:module";
import { expect } from "chai";
import { getAddress } from "ethers";
import { readSafe, tryReadSafe } from "../../src/chain/safe.js";
import { DrydockError, ERRORS } from "../../src/errors/drydock-error.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { failureOf } from "../support/failure.js";
import type { Compiled } from "../support/solidity.js";

const require = createRequire(import.meta.url);
const NOBODY = "0x0000000000000000000000000000000000000000";

/** Safe contracts as their authors built them, by version. */
const VERSIONS = [
  ["1.3.0", "safe-contracts-1.3.0/build/artifacts/contracts/GnosisSafe.sol/GnosisSafe.json", "safe-contracts-1.3.0/build/artifacts/contracts/proxies/GnosisSafeProxy.sol/GnosisSafeProxy.json"],
  ["1.4.1", "@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json", "@safe-global/safe-contracts/build/artifacts/contracts/proxies/SafeProxy.sol/SafeProxy.json"],
  ["1.5.0", "@safe-global/safe-smart-account/build/artifacts/contracts/Safe.sol/Safe.json", "@safe-global/safe-smart-account/build/artifacts/contracts/proxies/SafeProxy.sol/SafeProxy.json"],
] as const;

describe("reading a Safe", function () {
  this.timeout(60_000);
  let world: AuthorityWorld;

  before(async () => {
    world = await authorityWorld();
  });
  after(() => world.stop());

  for (const [version, singletonPath, proxyPath] of VERSIONS) {
    it(`gives the state of a Safe ${version}, modules and guards included`, async () => {
      const singleton = await world.deploy(require(singletonPath) as Compiled);
      const safe = await world.deploy(require(proxyPath) as Compiled, [singleton]);
      const owners = world.accounts.slice(0, 3);
      const handler = world.accounts[8]!;
      await world.send(safe, "setup(address[],uint256,address,bytes,address,address,uint256,address)", [owners, 2, NOBODY, "0x", handler, NOBODY, 0, NOBODY]);
      const [first, second] = [await world.deploy("OwnedModule", [owners[0]]), await world.deploy("OwnedModule", [owners[1]])];
      await world.provider.send("hardhat_setBalance", [safe, "0xde0b6b3a7640000"]);
      await world.provider.send("hardhat_impersonateAccount", [safe]);
      await world.send(safe, "enableModule(address)", [first], safe);
      await world.send(safe, "enableModule(address)", [second], safe);
      expect(await readSafe(world.chain, safe)).to.deep.equal({
        address: safe,
        version,
        singleton,
        owners,
        threshold: 2,
        nonce: 0n,
        modules: [second, first],
        guard: null,
        moduleGuard: null,
        fallbackHandler: handler,
      });
    });
  }

  it("takes the owners from storage, whatever the code says", async () => {
    const safe = await world.safe(world.accounts.slice(0, 3), 2);
    const before = await readSafe(world.chain, safe);
    // It answers every call with the string "1.4.0": VERSION() is served, getOwners() is not.
    const liar = "0x00000000000000000000000000000000000051A8";
    await world.provider.send("hardhat_setCode", [liar, "0x60206000526005602052640312e342e360dc1b60405260606000f3"]);
    await world.provider.send("hardhat_setStorageAt", [safe, "0x0", `0x${liar.slice(2).toLowerCase().padStart(64, "0")}`]);
    const after = await readSafe(world.chain, safe);
    expect(after).to.deep.equal({ ...before, version: "1.4.0", singleton: getAddress(liar) });
  });

  it("knows what is no Safe", async () => {
    const module = await world.deploy("OwnedModule", [world.accounts[0]]);
    expect(await tryReadSafe(world.chain, module)).to.equal(undefined);
    expect(DrydockError.is(await failureOf(readSafe(world.chain, world.accounts[0]!)), ERRORS.NOT_A_SAFE)).to.equal(true);
  });
});
