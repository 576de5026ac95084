import { encodeBytes32String, type HDNodeWallet } from "ethers";
import type { Derivatives } from "./deploy-derivatives.js";
import { MARKETS, WALLETS, type Venue } from "./deploy-venue.js";
import type { ChainSession } from "./session.js";

const WAD = 10n ** 18n;
const NO_LIMIT = 10n ** 40n;
const CALL = 0;
const PUT = 1;
/** 2026-09-25T08:00:00Z: an expiry beyond anything that the upgrades of the venue wait for. */
const FAR_EXPIRY = 1_790_323_200n;
/** 2026-01-13T08:00:00Z: an expiry that passes within the life. */
const NEAR_EXPIRY = 1_768_291_200n;

const ORDER = {
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

/** An order for ether that a trader signed. Resting orders live off the chain: these are theirs, made anew from the keys. */
export function restingOrder(maker: HDNodeWallet, salt: bigint, change: { nonce?: bigint; isBuy?: boolean; price?: bigint } = {}) {
  const { nonce = 1n, isBuy = true, price = 3_180n * WAD } = change;
  return { maker: maker.address, marketId: 0n, isBuy, size: 2n * WAD, price, expiry: FAR_EXPIRY, nonce, salt };
}

/** EIP-712 signature of an order for the order settlement at `verifyingContract`. */
export async function signOrder(session: ChainSession, verifyingContract: string, maker: HDNodeWallet, order: ReturnType<typeof restingOrder>) {
  const { chainId } = await session.provider.getNetwork();
  return maker.signTypedData({ name: "Drydock Order Settlement", version: "1", chainId, verifyingContract }, ORDER, order);
}

/**
 * Gives options and orders a life: smiles and series for two expiries, of which the near one passes, is settled and partly
 * redeemed; written and bought options for the far one; orders that are partly filled, cancelled, and cancelled by nonce.
 */
export async function liveOnDerivatives(
  session: ChainSession,
  { contracts, abis }: Venue,
  { orderSettlement }: Derivatives,
  traders: readonly HDNodeWallet[],
): Promise<void> {
  const act = async (from: HDNodeWallet, name: string, fn: string, args: readonly unknown[]) =>
    session.send(from, { to: contracts[name] ?? "", data: abis[name]?.encodeFunctionData(fn, args) ?? "0x" });
  const refresh = async (bps: bigint) => {
    for (const { name, answer } of MARKETS) {
      const data = abis[name]?.encodeFunctionData("set", [(answer * bps) / 10_000n]) ?? "0x";
      await session.send(session.deployer, { to: contracts[name] ?? "", data });
    }
  };
  const keeper = session.wallet(WALLETS.keeper);
  const [writer, buyer, holder, maker, taker] = traders;
  if (!writer || !buyer || !holder || !maker || !taker) throw new Error("options and orders need five traders");

  await refresh(10_000n);
  const markets = MARKETS.slice(0, 2);
  for (const [index, { id, answer }] of markets.entries()) {
    const spot = answer * 10n ** 10n;
    for (const expiry of [NEAR_EXPIRY, FAR_EXPIRY]) {
      await act(keeper, "optionsMarket", "setSurface", [encodeBytes32String(id), expiry, smile(spot, index)]);
      await act(keeper, "optionsMarket", "createSeries", [encodeBytes32String(id), expiry, CALL, spot, 2n * spot]);
      await act(keeper, "optionsMarket", "createSeries", [encodeBytes32String(id), expiry, PUT, (spot * 9n) / 10n, 0]);
    }
  }
  // Series 0 to 3 are ether's, near and far; 4 to 7 are bitcoin's.
  for (const series of [0, 1, 2, 3]) await act(buyer, "optionsMarket", "buy", [series, WAD / 2n, NO_LIMIT]);
  for (const series of [0, 2]) await act(holder, "optionsMarket", "buy", [series, WAD, NO_LIMIT]);
  await act(writer, "optionsMarket", "write", [0, WAD / 2n]);
  await act(writer, "optionsMarket", "write", [3, WAD / 2n]);
  for (const series of [6, 7]) await act(buyer, "optionsMarket", "buy", [series, WAD / 100n, NO_LIMIT]);
  await act(holder, "optionsMarket", "sell", [2, WAD / 2n, 0]);

  await passExpiry();
  await act(keeper, "optionsMarket", "settleSeries", [0]);
  await act(keeper, "optionsMarket", "settleSeries", [1]);
  // The holder's claim of series 0 stays open: an upgrade must leave it redeemable.
  await act(buyer, "optionsMarket", "redeem", [0, WAD / 2n]);
  await act(writer, "optionsMarket", "release", [0, writer.address]);

  await refresh(10_000n);
  const resting = restingOrder(maker, 1n);
  await act(taker, "orderSettlement", "fillOrder", [resting, await signOrder(session, orderSettlement, maker, resting), WAD / 2n]);
  await act(maker, "orderSettlement", "cancelOrder", [restingOrder(maker, 2n)]);
  await act(holder, "orderSettlement", "cancelNonces", [2]);
  await refresh(10_000n);

  async function passExpiry(): Promise<void> {
    await session.advance(NEAR_EXPIRY - session.now - 600n);
    await refresh(10_200n);
    await session.advance(NEAR_EXPIRY - session.now + 60n);
    await refresh(10_050n);
    for (const { id, name } of markets) {
      const latest = await session.provider.call({ to: contracts[name], data: abis[name]?.encodeFunctionData("latestRound") });
      await act(keeper, "priceOracle", "lockExpiryPrice", [encodeBytes32String(id), NEAR_EXPIRY, BigInt(latest) - 1n]);
    }
  }
}

/** A skewed smile around the spot. */
function smile(spot: bigint, market: number): { strike: bigint; volatility: bigint }[] {
  const base = [55n, 45n][market] ?? 60n;
  return [
    { strike: spot / 2n, volatility: ((base + 25n) * WAD) / 100n },
    { strike: (spot * 9n) / 10n, volatility: ((base + 4n) * WAD) / 100n },
    { strike: spot, volatility: (base * WAD) / 100n },
    { strike: (spot * 3n) / 2n, volatility: ((base + 8n) * WAD) / 100n },
  ];
}
