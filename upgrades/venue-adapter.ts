import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeBytes32String, id, Interface, keccak256, MaxUint256, toBeHex } from "ethers";
import type { AccountState, Action, Call, Feed, Market, Position, RehearsalAdapter, Standing, StorageWrite, Totals, Venue } from "../src/rehearsal/adapter.js";
import { OptionsPart, settlementPrice } from "./venue-options.js";
import { OrdersPart } from "./venue-orders.js";
import { Reader, type Port } from "./venue-reader.js";

/** Where the venue's contracts stand; the names are those of deployments/<chainId>.json. Options and orders may be absent. */
export interface VenueAddresses {
  clearinghouse: string;
  perpExchange: string;
  priceOracle: string;
  insuranceFund: string;
  optionsMarket?: string;
  orderSettlement?: string;
}

const CLEARINGHOUSE = new Interface([
  "function accountHealth(address account) view returns (int256 equity, uint256 initial, uint256 maintenance)",
  "function accountOf(address account) view returns (tuple(int128 cash, uint64 liquidatedAt))",
  "function isLiquidatable(address account) view returns (bool)",
  "function badDebt() view returns (uint256)",
  "function settlementToken() view returns (address)",
  "function productOf(address product) view returns (tuple(uint8 status, uint128 locked))",
  "function products() view returns (address[])",
  "function deposit(uint256 amount, address account)",
  "function withdraw(uint256 amount, address to)",
  "function liquidate(address account)",
  "event Deposited(address indexed account, address indexed from, uint256 amount)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
]);
const PERP = new Interface([
  "function marketCount() view returns (uint256)",
  "function marketOf(uint256 marketId) view returns (tuple(bytes32 priceId, bytes32 riskClass, uint8 status, uint16 bandBps, uint16 takerFeeBps, uint16 maxFundingBpsPerDay, uint64 fundingAccruedAt, uint128 skewScale, uint128 openInterestCap, uint128 openInterest, int128 fundingIndex))",
  "function positionOf(uint256 marketId, address account) view returns (tuple(int128 size, uint128 settledPrice, int128 settledFunding))",
  "function pendingFunding(uint256 marketId, address account) view returns (int256)",
  "function datedTerms(uint256 marketId) view returns (tuple(uint8 kind, uint64 expiry, uint128 settlementPrice))",
  "function backstop() view returns (address)",
  "function trade(uint256 marketId, int128 size, uint256 limitPrice)",
  "function settleExpired(uint256 marketId, address[] accounts)",
]);
const ORACLE = new Interface([
  "function feedIds() view returns (bytes32[])",
  "function feed(bytes32 id) view returns (address aggregator, uint32 heartbeat, uint8 decimals)",
  "function price(bytes32 id) view returns (uint256 price1e18, uint256 updatedAt)",
]);
const TOKEN = new Interface(["function balanceOf(address account) view returns (uint256)", "function decimals() view returns (uint8)"]);
const FUND = new Interface(["function totalAssets() view returns (uint256)"]);
const KEEPER_ROLE = id("KEEPER_ROLE");

/** `markets` in the exchange's ERC-7201 namespace, and what a market takes there. */
const MARKETS_SLOT = 0xaa3776308ac6f92fdb1fd5cc6c6f82d3a1be094bc20e5a2d8723fd0535eeff00n + 3n;
const MARKET_WORDS = 5n;
/** Bits of `maxFundingBpsPerDay` and `skewScale` in a market's third word. */
const MAX_FUNDING = { at: 40n, bits: 16n };
const SKEW_SCALE = { at: 120n, bits: 128n };

/** The venue of this repository: perpetuals, dated futures (from upgrade 0001), options and orders over one clearinghouse. */
export function venueAdapter(addresses?: VenueAddresses): RehearsalAdapter {
  return {
    name: "Drydock's reference venue",
    venue: async (chain) => new ReferenceVenue(chain, addresses ?? (await deployedAddresses(chain))),
  };
}

export default venueAdapter();

class ReferenceVenue implements Venue {
  private keeper: string | undefined;
  private known: readonly string[] | undefined;
  private readonly reader: Reader;
  private readonly options: OptionsPart | undefined;
  private readonly orders: OrdersPart | undefined;

  constructor(
    private readonly chain: Port,
    private readonly at: VenueAddresses,
  ) {
    this.reader = new Reader(chain);
    this.options = at.optionsMarket === undefined ? undefined : new OptionsPart(this.reader, at.optionsMarket, at.priceOracle);
    this.orders = at.orderSettlement === undefined ? undefined : new OrdersPart(this.reader, at.orderSettlement);
  }

  async markets(): Promise<Market[]> {
    const [count, accounts] = await Promise.all([this.marketCount(), this.holders()]);
    const perpetuals = Promise.all(Array.from({ length: count }, (_, market) => this.perpMarket(market, accounts)));
    const [futures, options] = await Promise.all([perpetuals, this.options?.markets() ?? []]);
    return [...futures, ...options];
  }

  async feeds(): Promise<Feed[]> {
    const [ids] = await this.call(this.at.priceOracle, ORACLE, "feedIds", []);
    return Promise.all(
      (ids as string[]).map(async (feedId) => {
        const { aggregator, heartbeat, decimals } = await this.call(this.at.priceOracle, ORACLE, "feed", [feedId]);
        return {
          id: decodeBytes32String(feedId),
          address: aggregator as string,
          decimals: Number(decimals),
          heartbeat: heartbeat as bigint,
          collateral: false,
          price: async () => (await this.call(this.at.priceOracle, ORACLE, "price", [feedId]))[0] as bigint,
        };
      }),
    );
  }

  async accounts(): Promise<readonly string[]> {
    return (await this.holders()).filter((account) => account !== this.at.insuranceFund);
  }

  async account(address: string): Promise<AccountState> {
    const count = await this.marketCount();
    const [standing, sizes, options] = await Promise.all([
      this.standing(address),
      Promise.all(Array.from({ length: count }, async (_, market) => (await this.perp("positionOf", [market, address]))[0].size as bigint)),
      this.options?.positions(address) ?? [],
    ]);
    const profit = standing.equity - standing.collateral;
    const futures = sizes.map((size, market): Position => ({ market: String(market), size, profit }));
    return { ...standing, positions: [...futures.filter(({ size }) => size !== 0n), ...options] };
  }

  async standing(address: string): Promise<Standing> {
    const [health, [{ cash }], [liquidatable]] = await Promise.all([
      this.house("accountHealth", [address]),
      this.house("accountOf", [address]),
      this.house("isLiquidatable", [address]),
    ]);
    const { equity, initial, maintenance } = health;
    return {
      address,
      collateral: cash as bigint,
      equity: equity as bigint,
      initialMargin: initial as bigint,
      maintenanceMargin: maintenance as bigint,
      liquidatable: liquidatable as boolean,
    };
  }

  /** Liabilities are the equity of every account, negative ones included, and what products have locked. */
  async totals(): Promise<Totals> {
    const [[token], accounts, [products], [fund], [badDebt]] = await Promise.all([
      this.house("settlementToken", []),
      this.holders(),
      this.house("products", []),
      this.call(this.at.insuranceFund, FUND, "totalAssets", []),
      this.house("badDebt", []),
    ]);
    const [[decimals], [held], equities, locked] = await Promise.all([
      this.call(token as string, TOKEN, "decimals", []),
      this.call(token as string, TOKEN, "balanceOf", [this.at.clearinghouse]),
      Promise.all(accounts.map(async (account) => (await this.house("accountHealth", [account])).equity as bigint)),
      Promise.all((products as string[]).map(async (product) => (await this.house("productOf", [product]))[0].locked as bigint)),
    ]);
    const scale = 10n ** (18n - BigInt(decimals as bigint));
    return {
      assets: (held as bigint) * scale,
      liabilities: [...equities, ...locked].reduce((sum, value) => sum + value, 0n),
      recognisedBadDebt: badDebt as bigint,
      insurance: (fund as bigint) * scale,
      lpValue: (fund as bigint) * scale,
    };
  }

  async action(action: Action): Promise<Call | undefined> {
    if ("market" in action && OptionsPart.owns(action.market)) return this.options?.action(action);
    const { clearinghouse, perpExchange } = this.at;
    const trade = (account: string, market: string, size: bigint): Call => ({
      from: account,
      to: perpExchange,
      data: PERP.encodeFunctionData("trade", [market, size, size > 0n ? MaxUint256 : 0n]),
    });
    switch (action.kind) {
      case "open":
        return trade(action.account, action.market, action.size);
      case "close": {
        const [{ size }] = await this.perp("positionOf", [action.market, action.account]);
        const [backstop] = await this.perp("backstop", []);
        // The backstop is everybody's counterparty; it has nobody to trade with.
        return size === 0n || action.account === backstop ? undefined : trade(action.account, action.market, -(size as bigint));
      }
      case "deposit":
        return { from: action.account, to: clearinghouse, data: CLEARINGHOUSE.encodeFunctionData("deposit", [await this.inToken(action.amount), action.account]) };
      case "withdraw":
        return { from: action.account, to: clearinghouse, data: CLEARINGHOUSE.encodeFunctionData("withdraw", [await this.inToken(action.amount), action.account]) };
      case "liquidate": {
        const [backstop] = await this.perp("backstop", []);
        if (action.account === backstop) return undefined;
        const from = action.keeper === "" ? await this.someKeeper() : action.keeper;
        return { from, to: clearinghouse, data: CLEARINGHOUSE.encodeFunctionData("liquidate", [action.account]) };
      }
      case "settle":
        return (await this.expiryOf(Number(action.market))) === 0n
          ? undefined
          : { from: action.account, to: perpExchange, data: PERP.encodeFunctionData("settleExpired", [action.market, [action.account]]) };
      case "settlementPrice": {
        const [terms] = await this.perp("marketOf", [action.market]);
        const expiry = await this.expiryOf(Number(action.market));
        return expiry === 0n ? undefined : settlementPrice(this.at.priceOracle, action, terms.priceId as string, expiry);
      }
      case "fill":
        return this.orders?.fill(action);
      case "signedFill": {
        const [terms] = await this.perp("marketOf", [action.market]);
        const [price] = await this.call(this.at.priceOracle, ORACLE, "price", [terms.priceId]);
        return this.orders?.signedFill(action, price as bigint);
      }
      case "oldPrice":
        // Prices come from feeds that push; nobody submits a signed one.
        return undefined;
    }
  }

  async tokens(): Promise<readonly string[]> {
    return [(await this.house("settlementToken", []))[0] as string];
  }

  /** The rate follows from the skew: a scale of one unit makes any skew reach the cap, and the cap is set to the rate. */
  async fundingRate(market: string, bpsPer8h: bigint): Promise<StorageWrite[]> {
    if (OptionsPart.owns(market)) return [];
    const slot = toBeHex(BigInt(keccak256(toBeHex(MARKETS_SLOT, 32))) + BigInt(market) * MARKET_WORDS + 2n, 32);
    const word = BigInt((await this.chain.request({ method: "eth_getStorageAt", params: [this.at.perpExchange, slot, "latest"] })) as string);
    const perDay = bpsPer8h < 0n ? -bpsPer8h * 3n : bpsPer8h * 3n;
    const value = withField(withField(word, MAX_FUNDING, perDay), SKEW_SCALE, 10n ** 18n);
    return [{ address: this.at.perpExchange, slot, value: toBeHex(value, 32) }];
  }

  private async perpMarket(market: number, accounts: readonly string[]): Promise<Market> {
    const [[terms], expiry, positions] = await Promise.all([
      this.perp("marketOf", [market]),
      this.expiryOf(market),
      Promise.all(accounts.map(async (account) => ({ account, size: (await this.perp("positionOf", [market, account]))[0].size as bigint }))),
    ]);
    const longs = positions.filter(({ size }) => size > 0n);
    const pending = await Promise.all(longs.map(async ({ account }) => (await this.perp("pendingFunding", [market, account]))[0] as bigint));
    return {
      id: String(market),
      name: decodeBytes32String(terms.priceId as string),
      openInterestLong: terms.openInterest as bigint,
      openInterestShort: positions.reduce((sum, { size }) => (size < 0n ? sum - size : sum), 0n),
      openInterestCap: terms.openInterestCap as bigint,
      fundingIndex: terms.fundingIndex as bigint,
      pendingFunding: pending.reduce((sum, value) => sum + value, 0n),
      feed: decodeBytes32String(terms.priceId as string),
      expiry,
    };
  }

  /** Settlement tokens for dollars of 18 decimals, rounded up so that a little is never nothing. */
  private async inToken(amount: bigint): Promise<bigint> {
    const [token] = await this.house("settlementToken", []);
    const [decimals] = await this.call(token as string, TOKEN, "decimals", []);
    const unit = 10n ** (18n - BigInt(decimals as bigint));
    return (amount + unit - 1n) / unit;
  }

  private async marketCount(): Promise<number> {
    return Number((await this.perp("marketCount", []))[0]);
  }

  /** Everybody who ever deposited, the backstop and the insurance fund, which collects fees. */
  private async holders(): Promise<readonly string[]> {
    if (this.known !== undefined) return this.known;
    const logs = await this.logs([CLEARINGHOUSE.getEvent("Deposited")!.topicHash]);
    const accounts = logs.map((log) => CLEARINGHOUSE.parseLog(log)?.args.getValue("account") as string);
    const [backstop] = await this.perp("backstop", []);
    this.known = [...new Set([...accounts, backstop as string, this.at.insuranceFund])];
    return this.known;
  }

  private async someKeeper(): Promise<string> {
    if (this.keeper !== undefined) return this.keeper;
    const logs = await this.logs([CLEARINGHOUSE.getEvent("RoleGranted")!.topicHash, KEEPER_ROLE]);
    const keeper = logs.map((log) => CLEARINGHOUSE.parseLog(log)?.args.getValue("account") as string).at(-1);
    if (keeper === undefined) throw new Error("nobody holds KEEPER_ROLE");
    this.keeper = keeper;
    return keeper;
  }

  /** Expiry of a dated market; before upgrade 0001 there are none. */
  private async expiryOf(market: number): Promise<bigint> {
    try {
      const [{ kind, expiry }] = await this.perp("datedTerms", [market]);
      return kind === 0n ? 0n : (expiry as bigint);
    } catch {
      return 0n;
    }
  }

  private async logs(topics: readonly string[]): Promise<{ topics: string[]; data: string }[]> {
    const filter = { address: this.at.clearinghouse, fromBlock: "0x0", toBlock: "latest", topics };
    return (await this.chain.request({ method: "eth_getLogs", params: [filter] })) as { topics: string[]; data: string }[];
  }

  private house(name: string, args: readonly unknown[]) {
    return this.call(this.at.clearinghouse, CLEARINGHOUSE, name, args);
  }

  private perp(name: string, args: readonly unknown[]) {
    return this.call(this.at.perpExchange, PERP, name, args);
  }

  private call(to: string, iface: Interface, name: string, args: readonly unknown[]) {
    return this.reader.call(to, iface, name, args);
  }
}

function withField(word: bigint, { at, bits }: { at: bigint; bits: bigint }, value: bigint): bigint {
  const mask = ((1n << bits) - 1n) << at;
  return (word & ~mask) | ((value << at) & mask);
}

async function deployedAddresses(chain: Port): Promise<VenueAddresses> {
  const chainId = BigInt((await chain.request({ method: "eth_chainId" })) as string);
  const path = fileURLToPath(new URL(`../deployments/${chainId}.json`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  const { contracts } = JSON.parse(readFileSync(path, "utf8")) as { contracts: Record<string, string> };
  const at = (name: string): string => {
    const address = contracts[name];
    if (address === undefined) throw new Error(`${path} names no ${name}`);
    return address;
  };
  return {
    clearinghouse: at("clearinghouse"),
    perpExchange: at("perpExchange"),
    priceOracle: at("priceOracle"),
    insuranceFund: at("insuranceFund"),
    ...(contracts.optionsMarket === undefined ? {} : { optionsMarket: contracts.optionsMarket }),
    ...(contracts.orderSettlement === undefined ? {} : { orderSettlement: contracts.orderSettlement }),
  };
}
