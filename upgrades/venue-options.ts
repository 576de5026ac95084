import { decodeBytes32String, Interface, MaxUint256 } from "ethers";
import type { Action, Call, Market, Position } from "../src/rehearsal/adapter.js";
import type { Reader } from "./venue-reader.js";

const OPTIONS = new Interface([
  "function seriesCount() view returns (uint256)",
  "function seriesOf(uint256 seriesId) view returns (tuple(bytes32 priceId, uint64 expiry, uint8 kind, bool settled, uint128 strike, uint128 cap, uint128 written, uint128 payout))",
  "function premiumOf(uint256 seriesId) view returns (uint256)",
  "function shortOf(uint256 seriesId, address writer) view returns (tuple(uint128 amount, uint128 locked))",
  "function tokenOf(uint64 expiry) view returns (address)",
  "function buy(uint256 seriesId, uint256 amount, uint256 maxCost)",
  "function sell(uint256 seriesId, uint256 amount, uint256 minProceeds)",
  "function settleSeries(uint256 seriesId)",
  "function redeem(uint256 seriesId, uint256 amount)",
  "function release(uint256 seriesId, address writer)",
]);
const TOKEN = new Interface([
  "function balanceOf(address owner, uint256 id) view returns (uint256)",
  "function totalSupply(uint256 id) view returns (uint256)",
]);
const ORACLE = new Interface(["function lockExpiryPrice(bytes32 id, uint64 expiry, uint80 roundId) returns (uint256 price1e18)"]);
const PREFIX = "option:";

/** What of a series never changes. */
interface Terms {
  id: number;
  priceId: string;
  expiry: bigint;
  kind: bigint;
  strike: bigint;
  token: string;
}

/** The options market as the rehearsal sees it: every series is a market, `option:<series>`, marked at its premium. */
export class OptionsPart {
  private terms: Terms[] = [];

  constructor(
    private readonly reader: Reader,
    private readonly at: string,
    private readonly oracle: string,
  ) {}

  static owns(market: string): boolean {
    return market.startsWith(PREFIX);
  }

  /** Tokens that exist are the long side, what writers are short of the other one; both end with the settlement. */
  async markets(): Promise<Market[]> {
    return Promise.all(
      (await this.series()).map(async (series) => {
        const { id, priceId, expiry, kind, strike, token } = series;
        const [[{ settled, written, payout }], [supply], premium] = await Promise.all([
          this.call(this.at, OPTIONS, "seriesOf", [id]),
          this.call(token, TOKEN, "totalSupply", [id]),
          this.premium(id),
        ]);
        const mark = (settled ? payout : premium) as bigint | undefined;
        return {
          id: `${PREFIX}${id}`,
          name: `${decodeBytes32String(priceId)} ${kind === 0n ? "call" : "put"} ${strike / 10n ** 18n}`,
          openInterestLong: settled ? 0n : (supply as bigint),
          openInterestShort: settled ? 0n : (written as bigint),
          openInterestCap: 0n,
          fundingIndex: 0n,
          pendingFunding: 0n,
          feed: decodeBytes32String(priceId),
          expiry,
          ...(mark === undefined ? {} : { mark }),
        };
      }),
    );
  }

  async positions(account: string): Promise<Position[]> {
    const positions = await Promise.all(
      (await this.series()).map(async ({ id, token }) => {
        const [[held], [{ amount }]] = await Promise.all([this.call(token, TOKEN, "balanceOf", [account, id]), this.call(this.at, OPTIONS, "shortOf", [id, account])]);
        return { market: `${PREFIX}${id}`, size: (held as bigint) - (amount as bigint), profit: 0n };
      }),
    );
    return positions.filter(({ size }) => size !== 0n);
  }

  /** Buys from and sells to the underwriter; a settled series is redeemed by holders and released for writers. */
  async action(action: Action): Promise<Call | undefined> {
    if (!("market" in action)) return undefined;
    const series = (await this.series())[Number(action.market.slice(PREFIX.length))];
    if (series === undefined) return undefined;
    const { id, priceId, expiry, token } = series;
    const [{ settled }] = await this.call(this.at, OPTIONS, "seriesOf", [id]);
    const call = (from: string, name: string, args: readonly unknown[]): Call => ({ from, to: this.at, data: OPTIONS.encodeFunctionData(name, [...args]) });
    const held = async (account: string): Promise<bigint> => (await this.call(token, TOKEN, "balanceOf", [account, id]))[0] as bigint;
    switch (action.kind) {
      case "open":
        return settled ? undefined : call(action.account, "buy", [id, action.size, MaxUint256]);
      case "close": {
        const size = await held(action.account);
        if (size === 0n) return undefined;
        return settled ? call(action.account, "redeem", [id, size]) : call(action.account, "sell", [id, size, 0n]);
      }
      case "settle": {
        if (!settled) return call(action.account, "settleSeries", [id]);
        const size = await held(action.account);
        return size > 0n ? call(action.account, "redeem", [id, size]) : call(action.account, "release", [id, action.account]);
      }
      case "settlementPrice":
        return settlementPrice(this.oracle, action, priceId, expiry);
      default:
        return undefined;
    }
  }

  private async series(): Promise<readonly Terms[]> {
    const count = Number((await this.call(this.at, OPTIONS, "seriesCount", []))[0]);
    if (this.terms.length !== count) this.terms = await Promise.all(Array.from({ length: count }, (_, id) => this.termsOf(id)));
    return this.terms;
  }

  private async termsOf(id: number): Promise<Terms> {
    const [{ priceId, expiry, kind, strike }] = await this.call(this.at, OPTIONS, "seriesOf", [id]);
    const [token] = await this.call(this.at, OPTIONS, "tokenOf", [expiry]);
    return { id, priceId, expiry, kind, strike, token } as Terms;
  }

  /** Undefined where the venue refuses: an expired series that nobody has settled has no premium. */
  private async premium(id: number): Promise<bigint | undefined> {
    try {
      return (await this.call(this.at, OPTIONS, "premiumOf", [id]))[0] as bigint;
    } catch {
      return undefined;
    }
  }

  private call(to: string, iface: Interface, name: string, args: readonly unknown[]) {
    return this.reader.call(to, iface, name, args);
  }
}

/** The legitimate round is the feed's last one at the expiry; a forger names one of an hour before. */
export function settlementPrice(oracle: string, { caller, forged }: { caller: string; forged: boolean }, priceId: string, expiry: bigint): Call {
  const round = forged ? expiry - 3_600n : expiry;
  return { from: caller, to: oracle, data: ORACLE.encodeFunctionData("lockExpiryPrice", [priceId, expiry, round]) };
}
