import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeBytes32String, id, Interface, MaxUint256, type Result } from "ethers";
import type { AccountState, Action, Call, Feed, Market, RehearsalAdapter, Totals, Venue } from "../src/rehearsal/adapter.js";

type Port = Parameters<RehearsalAdapter["venue"]>[0];

/** Where the venue's contracts stand; the names are those of deployments/<chainId>.json. */
export interface VenueAddresses {
  clearinghouse: string;
  perpExchange: string;
  priceOracle: string;
  insuranceFund: string;
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

/** The venue of this repository: perpetuals (and from upgrade 0001 dated futures) over one clearinghouse. */
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
  private readonly encoded = new Map<string, string>();
  private readonly decoded = new Map<string, Result>();

  constructor(
    private readonly chain: Port,
    private readonly at: VenueAddresses,
  ) {}

  async markets(): Promise<Market[]> {
    const accounts = await this.holders();
    return Promise.all(
      (await this.marketIds()).map(async (market) => {
        const [[terms], expiry, positions] = await Promise.all([
          this.perp("marketOf", [market]),
          this.expiryOf(market),
          Promise.all(
            accounts.map(async (account) => {
              const size = (await this.perp("positionOf", [market, account]))[0].size as bigint;
              const pending = size > 0n ? ((await this.perp("pendingFunding", [market, account]))[0] as bigint) : 0n;
              return { size, pending };
            }),
          ),
        ]);
        return {
          id: String(market),
          name: decodeBytes32String(terms.priceId as string),
          openInterestLong: terms.openInterest as bigint,
          openInterestShort: positions.reduce((short, { size }) => (size < 0n ? short - size : short), 0n),
          openInterestCap: terms.openInterestCap as bigint,
          fundingIndex: terms.fundingIndex as bigint,
          pendingFunding: positions.reduce((sum, { pending }) => sum + pending, 0n),
          feed: decodeBytes32String(terms.priceId as string),
          expiry,
        };
      }),
    );
  }

  async feeds(): Promise<Feed[]> {
    const [ids] = await this.call(this.at.priceOracle, ORACLE, "feedIds", []);
    return Promise.all(
      [...(ids as string[])].map(async (feedId) => {
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
    const markets = await this.marketIds();
    const [{ equity, initial, maintenance }, [{ cash }], [liquidatable], sizes] = await Promise.all([
      this.house("accountHealth", [address]),
      this.house("accountOf", [address]),
      this.house("isLiquidatable", [address]),
      Promise.all(markets.map(async (market) => (await this.perp("positionOf", [market, address]))[0].size as bigint)),
    ]);
    const positions = sizes.flatMap((size, market) =>
      size === 0n ? [] : [{ market: String(market), size, profit: (equity as bigint) - (cash as bigint) }],
    );
    return {
      address,
      collateral: cash as bigint,
      equity: equity as bigint,
      initialMargin: initial as bigint,
      maintenanceMargin: maintenance as bigint,
      liquidatable: liquidatable as boolean,
      positions,
    };
  }

  /** Liabilities are the equity of every account, negative ones included, and what products have locked. */
  async totals(): Promise<Totals> {
    const holders = await this.holders();
    const [[token], [products], [badDebt], [fund], equities] = await Promise.all([
      this.house("settlementToken", []),
      this.house("products", []),
      this.house("badDebt", []),
      this.call(this.at.insuranceFund, FUND, "totalAssets", []),
      Promise.all(holders.map(async (account) => (await this.house("accountHealth", [account])).equity as bigint)),
    ]);
    const [[decimals], [held], locked] = await Promise.all([
      this.call(token as string, TOKEN, "decimals", []),
      this.call(token as string, TOKEN, "balanceOf", [this.at.clearinghouse]),
      Promise.all([...(products as string[])].map(async (product) => (await this.house("productOf", [product]))[0].locked as bigint)),
    ]);
    const scale = 10n ** (18n - BigInt(decimals as bigint));
    return {
      assets: (held as bigint) * scale,
      liabilities: [...equities, ...locked].reduce((sum, part) => sum + part, 0n),
      recognisedBadDebt: badDebt as bigint,
      insurance: (fund as bigint) * scale,
      lpValue: (fund as bigint) * scale,
    };
  }

  async action(action: Action): Promise<Call | undefined> {
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
        return { from: action.account, to: clearinghouse, data: CLEARINGHOUSE.encodeFunctionData("deposit", [action.amount, action.account]) };
      case "withdraw":
        return { from: action.account, to: clearinghouse, data: CLEARINGHOUSE.encodeFunctionData("withdraw", [action.amount, action.account]) };
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
      case "settlementPrice":
        // Nobody sets it: the oracle locks the feed's own round, and the exchange reads that.
        return undefined;
    }
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

  private async marketIds(): Promise<number[]> {
    return Array.from({ length: Number((await this.perp("marketCount", []))[0]) }, (_, market) => market);
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

  private async call(to: string, iface: Interface, name: string, args: readonly unknown[]) {
    const data = remembered(this.encoded, `${name}(${args.join()})`, () => iface.encodeFunctionData(name, [...args]));
    const answer = (await this.chain.request({ method: "eth_call", params: [{ to, data }, "latest"] })) as string;
    return remembered(this.decoded, `${name} ${answer}`, () => iface.decodeFunctionResult(name, answer));
  }
}

/** Every frame asks the same questions of the same accounts, and most answers stay. */
function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
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
  };
}
