import { createRequire } from "node:module";
import { expect } from "chai";
import { AbiCoder, type InterfaceAbi } from "ethers";
import { deploy, deployUups, deployVenue, ethers, id, MAX_PRICE, networkHelpers, read, setEth, tx, units, upgrade, usd, usdc, type Signer, type Venue } from "./support.js";

const { loadFixture, time } = networkHelpers;
const require = createRequire(import.meta.url);

const TYPES = {
  Order: [
    { name: "maker", type: "address" },
    { name: "marketId", type: "uint256" },
    { name: "isBuy", type: "bool" },
    { name: "size", type: "uint128" },
    { name: "price", type: "uint128" },
    { name: "expiry", type: "uint64" },
    { name: "nonce", type: "uint256" },
    { name: "salt", type: "uint256" },
  ],
};

interface Order {
  maker: string;
  marketId: bigint;
  isBuy: boolean;
  size: bigint;
  price: bigint;
  expiry: bigint;
  nonce: bigint;
  salt: bigint;
}

const domain = async (venue: Pick<Venue, "orders">) => ({
  name: "Drydock Order Settlement",
  version: "1",
  chainId: (await ethers.provider.getNetwork()).chainId,
  verifyingContract: await venue.orders.getAddress(),
});

const order = async (maker: { address: string }, change: Partial<Order> = {}): Promise<Order> => ({
  maker: maker.address, marketId: 0n, isBuy: true, size: units("10"), price: usd("2000"),
  expiry: BigInt(await time.latest()) + 86_400n, nonce: 5n, salt: 1n, ...change,
});

const sign = async (venue: Pick<Venue, "orders">, signer: Signer, value: Order) => signer.signTypedData(await domain(venue), TYPES, value);
const size = async (venue: Pick<Venue, "perp">, account: unknown) => (await read<[bigint]>(venue.perp, "positionOf", 0, account))[0];

/** Version 2 before its day of enforcement must do all that version 1 does. */
const VERSIONS = [
  { version: 1, suffix: "", make: deployVenue },
  {
    version: 2,
    suffix: "V2",
    make: async (): Promise<Venue> => {
      const venue = await deployVenue();
      const initializer = { function: "initializeV2", args: [venue.lp, 2n ** 40n] };
      return { ...venue, orders: await upgrade(venue.orders, venue.timelock, "OrderSettlementV2", initializer) };
    },
  },
] as const;

for (const { version, suffix, make } of VERSIONS) {
  describe(`OrderSettlement${suffix}`, () => {
    it("refuses each zero address by name, high fees, and the bare implementation", async () => {
      const { orders, timelock, bob } = await loadFixture(make);
      const a = timelock.address;
      const good = { timelock: a, guardian: a, keeper: a, perpExchange: a, makerFeeBps: 0, takerFeeBps: 0 };
      for (const name of Object.keys(good).slice(0, 4)) {
        await expect(deployUups(`OrderSettlement${suffix}`, { ...good, [name]: ethers.ZeroAddress })).to.be.revertedWithCustomError(orders, "ZeroAddress").withArgs(id(name));
      }
      const fresh = await deployUups(`OrderSettlement${suffix}`, { ...good, makerFeeBps: 3, takerFeeBps: 4 });
      expect([...(await read<bigint[]>(fresh, "fees"))]).to.deep.equal([3n, 4n]);
      expect(await read<boolean>(fresh, "hasRole", await read<string>(fresh, "KEEPER_ROLE"), a)).to.equal(true);
      const bare = await deploy(`OrderSettlement${suffix}`);
      await expect(tx(bare, timelock, "initialize", good)).to.be.revertedWithCustomError(bare, "InvalidInitialization");
      for (const fees of [[101, 0], [0, 101]]) {
        await expect(tx(orders, timelock, "setFees", ...fees)).to.be.revertedWithCustomError(orders, "OutOfBounds");
      }
      await tx(orders, timelock, "setFees", 1, 2);
      expect([...(await read<bigint[]>(orders, "fees"))]).to.deep.equal([1n, 2n]);
      await expect(tx(orders, bob, "setFees", 1, 1)).to.be.revertedWithCustomError(orders, "AccessControlUnauthorizedAccount");
      expect(await read<string>(orders, "version")).to.equal(`${version}.0.0`);
    });

    describe("fillOrder", () => {
      it("hashes as EIP-712 does, and fills in parts until the order is full", async () => {
        const venue = await loadFixture(make);
        const { orders, clearinghouse, perp, alice, bob } = venue;
        const value = await order(alice);
        const digest = ethers.TypedDataEncoder.hash(await domain(venue), TYPES, value);
        expect(await read<string>(orders, "hashOrder", value)).to.equal(digest);
        const signature = await sign(venue, alice, value);
        await expect(tx(orders, bob, "fillOrder", value, signature, units("4"))).to.emit(orders, "OrderFilled").withArgs(digest, alice.address, bob.address, units("4"), usd("2000"));
        expect([await size(venue, alice), await size(venue, bob)]).to.deep.equal([units("4"), -units("4")]);
        // Two and five basis points of 8,000 dollars.
        const cash = async (who: Signer) => (await read<[bigint]>(clearinghouse, "accountOf", who))[0];
        expect([await cash(alice), await cash(bob)]).to.deep.equal([usd("99998.4"), usd("99996")]);
        await expect(tx(orders, bob, "fillOrder", value, signature, units("7"))).to.be.revertedWithCustomError(orders, "Overfill").withArgs(digest, units("6"), units("7"));
        await tx(orders, bob, "fillOrder", value, signature, units("6"));
        await expect(tx(orders, bob, "fillOrder", value, signature, 1)).to.be.revertedWithCustomError(orders, "Overfill");
        expect([...(await read<unknown[]>(orders, "orderState", digest))]).to.deep.equal([units("10"), false]);
        expect(await read<string>(orders, "perpExchange")).to.equal(await perp.getAddress());
      });

      it("refuses expired orders, bad signatures, size zero and a price out of band", async () => {
        const venue = await loadFixture(make);
        const { orders, perp, alice, bob } = venue;
        const expired = await order(alice, { expiry: BigInt(await time.latest()) });
        await expect(tx(orders, bob, "fillOrder", expired, await sign(venue, alice, expired), 1)).to.be.revertedWithCustomError(orders, "OrderExpired");
        const value = await order(alice);
        await expect(tx(orders, bob, "fillOrder", value, await sign(venue, bob, value), 1)).to.be.revertedWithCustomError(orders, "BadSignature");
        await expect(tx(orders, bob, "fillOrder", value, "0x", 1)).to.be.revertedWithCustomError(orders, "BadSignature");
        await expect(tx(orders, bob, "fillOrder", value, "0x", 0)).to.be.revertedWithCustomError(orders, "ZeroSize");
        const far = await order(alice, { price: usd("2500") });
        await expect(tx(orders, bob, "fillOrder", far, await sign(venue, alice, far), 1)).to.be.revertedWithCustomError(perp, "PriceOutsideBand");
      });

      it("stays open for exits under partial pause", async () => {
        const venue = await loadFixture(make);
        const { orders, perp, guardian, alice, bob } = venue;
        const open = await order(alice);
        await tx(orders, bob, "fillOrder", open, await sign(venue, alice, open), units("10"));
        for (const module of [orders, perp]) await tx(module, guardian, "setPauseLevel", 1);
        const more = await order(alice, { salt: 2n });
        await expect(tx(orders, bob, "fillOrder", more, await sign(venue, alice, more), 1)).to.be.revertedWithCustomError(perp, "Paused");
        const close = await order(alice, { isBuy: false });
        await tx(orders, bob, "fillOrder", close, await sign(venue, alice, close), units("10"));
        await tx(orders, guardian, "setPauseLevel", 2);
        await expect(tx(orders, bob, "fillOrder", close, "0x", 1)).to.be.revertedWithCustomError(orders, "Paused");
      });

      it("accepts a Safe's signature under ERC-1271", async () => {
        const venue = await loadFixture(make);
        const { orders, clearinghouse, alice, bob } = venue;
        const safe = await deploySafe(alice);
        await tx(clearinghouse, alice, "deposit", usdc("50000"), safe);
        const value = await order({ address: safe });
        const digest = await read<string>(orders, "hashOrder", value);
        const signature = await alice.signTypedData(
          { chainId: (await ethers.provider.getNetwork()).chainId, verifyingContract: safe },
          { SafeMessage: [{ name: "message", type: "bytes" }] },
          { message: AbiCoder.defaultAbiCoder().encode(["bytes32"], [digest]) },
        );
        await tx(orders, bob, "fillOrder", value, signature, units("1"));
        expect(await size(venue, safe)).to.equal(units("1"));
        const other = await order({ address: safe }, { salt: 9n });
        await expect(tx(orders, bob, "fillOrder", other, signature, units("1"))).to.be.revertedWithCustomError(orders, "BadSignature");
      });
    });

    describe("matchOrders", () => {
      it("fills two orders that cross, at the maker's price, by a keeper", async () => {
        const venue = await loadFixture(make);
        const { orders, perp, keeper, alice, bob } = venue;
        const sell = await order(alice, { isBuy: false, price: usd("1990") });
        const buy = await order(bob, { price: usd("2010") });
        const args = [sell, await sign(venue, alice, sell), buy, await sign(venue, bob, buy), units("3")];
        await expect(tx(orders, bob, "matchOrders", ...args)).to.be.revertedWithCustomError(orders, "AccessControlUnauthorizedAccount");
        await tx(orders, keeper, "matchOrders", ...args);
        expect((await read<bigint[]>(perp, "positionOf", 0, alice))[1]).to.equal(usd("1990"));
        expect([await size(venue, alice), await size(venue, bob)]).to.deep.equal([-units("3"), units("3")]);
        await tx(orders, keeper, "matchOrders", ...args.slice(2, 4), ...args.slice(0, 2), units("1"));
        expect((await read<bigint[]>(perp, "positionOf", 0, alice))[1]).to.equal(usd("2010"));
      });

      it("refuses orders that don't cross", async () => {
        const venue = await loadFixture(make);
        const { orders, keeper, alice, bob } = venue;
        const sell = await order(alice, { isBuy: false, price: usd("2001") });
        for (const other of [await order(bob, { price: usd("2000") }), await order(bob, { isBuy: false }), await order(bob, { marketId: 1n, price: usd("3000") })]) {
          await expect(tx(orders, keeper, "matchOrders", sell, "0x", other, "0x", 1)).to.be.revertedWithCustomError(orders, "OrdersDoNotCross");
          await expect(tx(orders, keeper, "matchOrders", other, "0x", sell, "0x", 1)).to.be.revertedWithCustomError(orders, "OrdersDoNotCross");
        }
      });
    });

    describe("cancelling", () => {
      it("is for ever, by order and by nonce, and for the maker only", async () => {
        const venue = await loadFixture(make);
        const { orders, guardian, alice, bob } = venue;
        const value = await order(alice);
        const signature = await sign(venue, alice, value);
        await tx(orders, guardian, "setPauseLevel", 2);
        await expect(tx(orders, bob, "cancelOrder", value)).to.be.revertedWithCustomError(orders, "NotTheMaker");
        await tx(orders, alice, "cancelOrder", value);
        await tx(orders, venue.timelock, "setPauseLevel", 0);
        await expect(tx(orders, bob, "fillOrder", value, signature, 1)).to.be.revertedWithCustomError(orders, "OrderIsCancelled");
        const low = await order(alice, { nonce: 6n, salt: 3n });
        const high = await order(alice, { nonce: 7n });
        await tx(orders, alice, "cancelNonces", 7);
        await expect(tx(orders, alice, "cancelNonces", 7)).to.be.revertedWithCustomError(orders, "NonceNotRaised");
        expect(await read(orders, "minimumNonce", alice)).to.equal(7n);
        await expect(tx(orders, bob, "fillOrder", low, await sign(venue, alice, low), 1)).to.be.revertedWithCustomError(orders, "OrderIsCancelled");
        await tx(orders, bob, "fillOrder", high, await sign(venue, alice, high), 1);
      });
    });
  });
}

describe("OrderSettlementV2 policy", () => {
  async function upgraded() {
    const venue = await deployVenue();
    const resting = await order(venue.alice);
    const signature = await sign(venue, venue.alice, resting);
    await tx(venue.orders, venue.bob, "fillOrder", resting, signature, units("4"));
    const cancelled = await order(venue.alice, { salt: 2n });
    await tx(venue.orders, venue.alice, "cancelOrder", cancelled);
    await tx(venue.orders, venue.carol, "cancelNonces", 9);
    const from = (await time.latest()) + 7 * 86_400;
    const orders = await upgrade(venue.orders, venue.timelock, "OrderSettlementV2", { function: "initializeV2", args: [venue.lp, from] });
    return { ...venue, orders, compliance: venue.lp, from, resting, signature, cancelled };
  }

  it("keeps resting orders valid, partly filled, and cancelled ones cancelled", async () => {
    const venue = await loadFixture(upgraded);
    const { orders, alice, bob, carol, resting, signature, cancelled } = venue;
    await expect(tx(orders, bob, "fillOrder", resting, signature, units("7"))).to.be.revertedWithCustomError(orders, "Overfill");
    await tx(orders, bob, "fillOrder", resting, signature, units("6"));
    await expect(tx(orders, bob, "fillOrder", cancelled, await sign(venue, alice, cancelled), 1)).to.be.revertedWithCustomError(orders, "OrderIsCancelled");
    const old = await order(carol, { nonce: 8n });
    await expect(tx(orders, bob, "fillOrder", old, await sign(venue, carol, old), 1)).to.be.revertedWithCustomError(orders, "OrderIsCancelled");
    expect(await read<string>(orders, "version")).to.equal("2.0.0");
  });

  it("asks for attestations from the day on, of both sides, and never of an exit", async () => {
    const venue = await loadFixture(upgraded);
    const { orders, clearinghouse, compliance, alice, bob, from } = venue;
    await time.increaseTo(from - 100);
    await setEth(venue, "2000");
    const before = await order(alice, { salt: 4n });
    await tx(orders, bob, "fillOrder", before, await sign(venue, alice, before), units("1"));
    await time.increaseTo(from);
    const after = await order(alice, { salt: 5n });
    const signature = await sign(venue, alice, after);
    await expect(tx(orders, bob, "fillOrder", after, signature, 1)).to.be.revertedWithCustomError(orders, "NotAttested").withArgs(alice.address);
    await tx(orders, compliance, "attest", [alice], from + 86_400);
    await expect(tx(orders, bob, "fillOrder", after, signature, 1)).to.be.revertedWithCustomError(orders, "NotAttested").withArgs(bob.address);
    await tx(orders, compliance, "attest", [bob], from + 86_400);
    await tx(orders, bob, "fillOrder", after, signature, units("1"));
    expect(await read(orders, "attestedUntil", bob)).to.equal(BigInt(from + 86_400));
    await tx(orders, compliance, "attest", [alice, bob], 0);
    await expect(tx(orders, bob, "fillOrder", after, signature, 1)).to.be.revertedWithCustomError(orders, "NotAttested");
    const exit = await order(alice, { isBuy: false, salt: 6n });
    await tx(orders, bob, "fillOrder", exit, await sign(venue, alice, exit), units("6"));
    expect(await size(venue, alice)).to.equal(0n);
    await tx(clearinghouse, alice, "withdraw", usdc("1000"), alice);
    expect(await read(orders, "enforcedFrom")).to.equal(BigInt(from));
  });

  it("holds positions to the limit, and lets those above it shrink", async () => {
    const venue = await loadFixture(upgraded);
    const { orders, timelock, alice, bob } = venue;
    await expect(tx(orders, bob, "setPositionLimit", 0, 1)).to.be.revertedWithCustomError(orders, "AccessControlUnauthorizedAccount");
    await tx(orders, timelock, "setPositionLimit", 0, units("3"));
    expect(await read(orders, "positionLimit", 0)).to.equal(units("3"));
    const more = await order(alice, { salt: 7n });
    await expect(tx(orders, bob, "fillOrder", more, await sign(venue, alice, more), 1)).to.be.revertedWithCustomError(orders, "OverPositionLimit");
    const less = await order(alice, { isBuy: false, salt: 8n });
    await tx(orders, bob, "fillOrder", less, await sign(venue, alice, less), units("2"));
    await tx(orders, bob, "fillOrder", more, await sign(venue, alice, more), units("1"));
  });

  it("gives the compliance holder its role and nothing else, once", async () => {
    const venue = await loadFixture(upgraded);
    const { orders, timelock, compliance, bob } = venue;
    await expect(tx(orders, bob, "attest", [bob], 1)).to.be.revertedWithCustomError(orders, "AccessControlUnauthorizedAccount");
    for (const role of ["DEFAULT_ADMIN_ROLE", "GUARDIAN_ROLE", "KEEPER_ROLE"]) {
      expect(await read<boolean>(orders, "hasRole", await read<string>(orders, role), compliance)).to.equal(false);
    }
    await expect(tx(orders, timelock, "initializeV2", compliance, 1)).to.be.revertedWithCustomError(orders, "InvalidInitialization");
    const fresh = await deployVenue();
    await expect(upgrade(fresh.orders, fresh.timelock, "OrderSettlementV2", { function: "initializeV2", args: [ethers.ZeroAddress, 1] }))
      .to.be.revertedWithCustomError(orders, "ZeroAddress");
    await expect(tx(fresh.perp, fresh.alice, "trade", 0, units("1"), MAX_PRICE)).to.emit(fresh.perp, "Traded");
  });
});

/** A real Safe 1.4.1 with one owner and the compatibility fallback handler. */
async function deploySafe(owner: Signer): Promise<string> {
  const artifact = (path: string) => require(`@safe-global/safe-contracts/build/artifacts/contracts/${path}.json`) as { abi: InterfaceAbi; bytecode: string };
  const create = async (path: string) => {
    const { abi, bytecode } = artifact(path);
    return (await ethers.getContractFactory(abi as never[], bytecode)).deploy();
  };
  const singleton = await create("Safe.sol/Safe");
  const handler = await create("handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler");
  const factory = await create("proxies/SafeProxyFactory.sol/SafeProxyFactory");
  const setup = singleton.interface.encodeFunctionData("setup", [
    [owner.address], 1, ethers.ZeroAddress, "0x", await handler.getAddress(), ethers.ZeroAddress, 0, ethers.ZeroAddress,
  ]);
  const create2 = factory.getFunction("createProxyWithNonce");
  const args = [await singleton.getAddress(), setup, 0];
  const address = (await create2.staticCall(...args)) as string;
  await create2.send(...args);
  return address;
}
