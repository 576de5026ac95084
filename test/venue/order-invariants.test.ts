import { expect } from "chai";
import fc from "fast-check";
import { deployVenue, ethers, networkHelpers, read, tx, units, upgrade, usd, type Signer, type Venue } from "./support.js";

const { loadFixture, time } = networkHelpers;

/** Number of random sequences, and their longest length; raise both for a long run. */
const RUNS = Number(process.env.VENUE_INVARIANT_RUNS ?? 4);
const LENGTH = Number(process.env.VENUE_INVARIANT_LENGTH ?? 40);

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
const SIZE = units("6");
const MAKERS = 3;
const ORDERS_OF_EACH = 4;

interface Resting {
  order: Record<string, unknown> & { nonce: bigint };
  maker: number;
  hash: string;
  signature: string;
  /** What the model says: how much of it is filled, and whether it was ever cancelled by itself. */
  filled: bigint;
  cancelled: boolean;
}

interface Action {
  kind: "fill" | "fill all" | "match" | "cancel" | "cancel nonces" | "full pause";
  which: number;
  with: number;
  tenths: number;
}

const actions = fc.array(
  fc.record<Action>({
    kind: fc.constantFrom("fill", "fill", "fill", "fill all", "match", "match", "cancel", "cancel nonces", "full pause"),
    which: fc.nat(MAKERS * ORDERS_OF_EACH - 1),
    with: fc.nat(MAKERS * ORDERS_OF_EACH - 1),
    tenths: fc.integer({ min: 1, max: 15 }),
  }),
  { minLength: LENGTH / 2, maxLength: LENGTH },
);

async function versionTwo(): Promise<Venue> {
  const venue = await deployVenue();
  const initializer = { function: "initializeV2", args: [venue.lp, 2n ** 40n] };
  return { ...venue, orders: await upgrade(venue.orders, venue.timelock, "OrderSettlementV2", initializer) };
}

/** Orders of three makers, buys and sells by turns, nonces 1 to 4. */
async function restingOrders(venue: Venue, makers: readonly Signer[]): Promise<Resting[]> {
  const expiry = BigInt(await time.latest()) + 86_400n;
  const domain = { name: "Drydock Order Settlement", version: "1", chainId: (await ethers.provider.getNetwork()).chainId, verifyingContract: String(venue.orders.target) };
  return Promise.all(
    Array.from({ length: MAKERS * ORDERS_OF_EACH }, async (_, index): Promise<Resting> => {
      const maker = index % MAKERS;
      const nonce = BigInt(Math.floor(index / MAKERS)) + 1n;
      const order = { maker: makers[maker]!.address, marketId: 0n, isBuy: index % 2 === 0, size: SIZE, price: usd("2000"), expiry, nonce, salt: BigInt(index) };
      const hash = await read<string>(venue.orders, "hashOrder", order);
      return { order, maker, hash, signature: await makers[maker]!.signTypedData(domain, TYPES, order), filled: 0n, cancelled: false };
    }),
  );
}

/** Holds the contract to a model of what is filled and what is cancelled, after every action. */
async function live(venue: Venue, life: readonly Action[], done: Map<string, number>): Promise<void> {
  const { orders, keeper, timelock, guardian, carol, lp } = venue;
  const makers = [venue.alice, venue.bob, venue.carol];
  const resting = await restingOrders(venue, makers);
  const minimum = makers.map(() => 0n);
  const isCancelled = ({ cancelled, order, maker }: Resting) => cancelled || order.nonce < minimum[maker]!;
  const succeeds = (sent: Promise<unknown>) => sent.then(() => true, () => false);
  const count = (what: string) => done.set(what, (done.get(what) ?? 0) + 1);

  for (const { kind, which, with: other, tenths } of life) {
    const one = resting[which]!;
    const two = resting[other]!;
    const size = kind === "fill all" ? SIZE - one.filled : (SIZE * BigInt(tenths)) / 10n;
    if (kind === "fill" || kind === "fill all") {
      const filler = one.maker === 2 ? venue.alice : carol;
      const went = await succeeds(tx(orders, filler, "fillOrder", one.order, one.signature, size));
      if (isCancelled(one)) expect(went, "a cancelled order was filled").to.equal(false);
      if (one.filled + size > SIZE || size === 0n) expect(went, "an order was filled beyond its size").to.equal(false);
      if (went) one.filled += size;
      count(went ? "filled" : isCancelled(one) ? "refused as cancelled" : "refused");
    } else if (kind === "match") {
      const went = await succeeds(tx(orders, keeper, "matchOrders", one.order, one.signature, two.order, two.signature, size));
      if (isCancelled(one) || isCancelled(two)) expect(went, "a cancelled order was matched").to.equal(false);
      if (went) {
        one.filled += size;
        two.filled += size;
        count("matched");
      }
    } else if (kind === "cancel") {
      if (await succeeds(tx(orders, makers[one.maker]!, "cancelOrder", one.order))) one.cancelled = true;
    } else if (kind === "cancel nonces") {
      const below = BigInt(1 + (tenths % ORDERS_OF_EACH));
      const raised = await succeeds(tx(orders, makers[one.maker]!, "cancelNonces", below));
      expect(raised, "a minimum nonce can only rise").to.equal(below > minimum[one.maker]!);
      if (raised) minimum[one.maker] = below;
    } else {
      await tx(orders, guardian, "setPauseLevel", 2);
      expect(await succeeds(tx(orders, lp, "fillOrder", one.order, one.signature, 1n)), "filled under full pause").to.equal(false);
      await tx(orders, timelock, "setPauseLevel", 0);
    }
    for (const known of resting) {
      const [filled, cancelled] = await read<[bigint, boolean]>(orders, "orderState", known.hash);
      expect(filled, "filled").to.equal(known.filled);
      expect(filled <= SIZE, "filled beyond the size").to.equal(true);
      expect(cancelled, "cancelled").to.equal(known.cancelled);
    }
    let sum = 0n;
    for (const account of [...makers, venue.backstop, lp]) sum += (await read<[bigint]>(venue.perp, "positionOf", 0, account))[0];
    expect(sum, "sizes").to.equal(0n);
  }
}

describe("Invariants of signed orders over random lives", function () {
  this.timeout(0);
  for (const [name, fixture] of [["version 1", deployVenue], ["version 2", versionTwo]] as const) {
    it(`no order is filled beyond its size, and what is cancelled stays cancelled, in ${name}`, async () => {
      const done = new Map<string, number>();
      await fc.assert(
        fc.asyncProperty(actions, async (life) => live(await loadFixture(fixture), life, done)),
        { numRuns: RUNS, endOnFailure: true },
      );
      for (const what of ["filled", "refused as cancelled"]) expect(done.get(what) ?? 0, what).to.be.greaterThan(0);
    });
  }
});
