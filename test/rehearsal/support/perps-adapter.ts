import { Interface, toBeHex, zeroPadValue } from "ethers";
import { callFunction } from "../../../src/chain/reads.js";
import type { Action, Call, RehearsalAdapter, Venue } from "../../../src/rehearsal/adapter.js";

const PERPS = new Interface([
  "function feed() view returns (address)", "function vault() view returns (uint256)", "function expiry() view returns (uint256)", "function price() view returns (uint256)",
  "function index() view returns (int256)", "function pending() view returns (int256)", "function openInterest(uint256) view returns (uint256)", "function cash(address) view returns (int256)",
  "function size(address,uint256) view returns (int256)", "function equity(address) view returns (int256)", "function maintenance(address) view returns (uint256)", "function liquidatable(address) view returns (bool)",
  "function withdraw(uint256)", "function deposit(uint256)", "function open(uint256,int256)", "function close(uint256)", "function liquidate(address,uint256)", "function lockPrice(uint256)", "function settle(address)",
  "event Deposited(address indexed account, uint256 amount)",
]);
/** Where `ratePerHour` stands. */
const RATE_SLOT = 4n;
const MARKETS = ["0", "1"];

/** Reads and drives test/rehearsal/contracts/Perps.sol: what a page of one's own may look like. */
export function perpsAdapter(perps: string): RehearsalAdapter {
  return {
    name: "perps",
    venue: async (chain): Promise<Venue> => {
      const ask = async <T>(name: string, ...args: unknown[]): Promise<T> => (await callFunction(chain, PERPS, name, args, { to: perps }))[0] as T;
      const accounts = async (): Promise<string[]> => {
        const filter = { address: perps, fromBlock: "0x0", toBlock: "latest", topics: [PERPS.getEvent("Deposited")!.topicHash] };
        const logs = (await chain.request({ method: "eth_getLogs", params: [filter] })) as { topics: string[]; data: string }[];
        return [...new Set(logs.map((log) => PERPS.parseLog(log)!.args.getValue("account") as string))];
      };
      const sizes = async (market: string): Promise<bigint[]> => Promise.all((await accounts()).map((account) => ask<bigint>("size", account, market)));
      const encode = async (action: Action): Promise<readonly [from: string, fn: string, args: readonly unknown[]] | undefined> => {
        switch (action.kind) {
          case "withdraw": case "deposit": return [action.account, action.kind, [action.amount]];
          case "open": return [action.account, "open", [action.market, action.size]];
          case "close": return [action.account, "close", [action.market]];
          case "liquidate": return [action.account, "liquidate", [action.account, action.market]];
          case "settle": return action.market === "1" ? [action.account, "settle", [action.account]] : undefined;
          case "settlementPrice": return [action.caller, "lockPrice", [action.forged ? 1n : await ask<bigint>("price").catch(() => 0n)]];
          default: return undefined;
        }
      };
      return {
        markets: () => Promise.all(MARKETS.map(async (id) => {
          const [held, openInterestLong, expiry] = await Promise.all([sizes(id), ask<bigint>("openInterest", id), ask<bigint>("expiry")]);
          const openInterestShort = held.reduce((sum, size) => sum + (size < 0n ? -size : size), 0n);
          const [fundingIndex, pendingFunding] = id === "0" ? await Promise.all([ask<bigint>("index"), ask<bigint>("pending")]) : [0n, 0n];
          return { id, name: id === "0" ? "perpetual" : "dated", openInterestLong, openInterestShort, openInterestCap: 10n ** 30n, fundingIndex, pendingFunding, feed: "price", expiry: id === "0" ? 0n : expiry };
        })),
        feeds: async () => [{ id: "price", address: await ask<string>("feed"), decimals: 8, heartbeat: 3_600n, price: () => ask<bigint>("price"), collateral: false }],
        accounts,
        account: async (address) => {
          const [collateral, equity, maintenanceMargin, liquidatable, ...held] = await Promise.all([ask<bigint>("cash", address), ask<bigint>("equity", address), ask<bigint>("maintenance", address), ask<boolean>("liquidatable", address), ...MARKETS.map((market) => ask<bigint>("size", address, market))]);
          const positions = held.map((size, market) => ({ market: String(market), size, profit: 0n })).filter(({ size }) => size !== 0n);
          return { address, collateral, equity, initialMargin: 2n * maintenanceMargin, maintenanceMargin, liquidatable, positions };
        },
        totals: async () => ({ assets: await ask<bigint>("vault"), liabilities: (await Promise.all((await accounts()).map((account) => ask<bigint>("cash", account)))).reduce((a, b) => a + b, 0n), recognisedBadDebt: 0n, insurance: 0n, lpValue: 0n }),
        action: async (action): Promise<Call | undefined> => {
          const [from, fn, args] = (await encode(action)) ?? [];
          return from === undefined || fn === undefined ? undefined : { from, to: perps, data: PERPS.encodeFunctionData(fn, args) };
        },
        fundingRate: async (market, bpsPer8h) => (market !== "0" ? [] : [{ address: perps, slot: toBeHex(RATE_SLOT, 32), value: zeroPadValue(toBeHex(BigInt.asUintN(256, (bpsPer8h * 2_000n * 10n ** 14n) / 8n)), 32) }]),
      };
    },
  };
}
