import { MaxUint256, ZeroAddress, type HDNodeWallet } from "ethers";
import { MARKETS, WALLETS, type Venue } from "./deploy-venue.js";
import type { ChainSession } from "./session.js";

const WAD = 10n ** 18n;
const USDC = 10n ** 6n;
const ETHER_FOR_GAS = 10n ** 18n;

/** Deposits in whole USDC and the position that each trader opens: `[market, size in thousandths of the underlying]`. */
interface Trader {
  deposit: bigint;
  trades: readonly (readonly [market: number, milli: bigint])[];
}

/** A population with long and short, small and large, one account that a crash will liquidate, and some that only hold cash. */
function population(count: number): Trader[] {
  return Array.from({ length: count }, (_, index) => {
    const size = BigInt(index % 7) + 1n;
    const side = index % 3 === 0 ? -1n : 1n;
    const deposit = 6_000n + BigInt(index % 11) * 1_500n;
    if (index % 9 === 8) return { deposit, trades: [] };
    const first = [index % 3, side * size * [400n, 15n, 6_000n][index % 3]!] as const;
    return { deposit, trades: index % 4 === 1 ? [first, [(index + 1) % 3, -side * [200n, 6n, 2_000n][(index + 1) % 3]!]] : [first] };
  });
}

/**
 * Gives the venue a life: liquidity, deposits, positions in every market, days of funding, prices that move, one account
 * that is liquidated, withdrawals. Every transaction is a real one by a funded key, in a block of its own.
 *
 * @returns the traders' wallets.
 */
export async function liveOnVenue(session: ChainSession, venue: Venue, options: { traders?: number } = {}): Promise<HDNodeWallet[]> {
  const { contracts, abis } = venue;
  const at = (name: string): string => contracts[name] ?? ZeroAddress;
  const data = (name: string, fn: string, args: readonly unknown[]): string => abis[name]?.encodeFunctionData(fn, args) ?? "0x";
  const act = (from: HDNodeWallet, name: string, fn: string, args: readonly unknown[]) =>
    session.send(from, { to: at(name), data: data(name, fn, args) });
  const operate = (name: string, fn: string, args: readonly unknown[]) =>
    session.send(session.deployer, { to: at(name), data: data(name, fn, args) });
  const setPrices = async (bps: bigint) => {
    for (const { name, answer } of MARKETS) await operate(name, "set", [(answer * bps) / 10_000n]);
  };

  const fund = async (wallet: HDNodeWallet, amount: bigint) => {
    await session.send(session.deployer, { to: wallet.address, value: ETHER_FOR_GAS });
    await operate("usdc", "mint", [wallet.address, amount]);
  };
  const deposit = async (wallet: HDNodeWallet, amount: bigint) => {
    await fund(wallet, amount);
    await act(wallet, "usdc", "approve", [at("clearinghouse"), MaxUint256]);
    await act(wallet, "clearinghouse", "deposit", [amount, wallet.address]);
  };

  await setPrices(10_000n);
  await deposit(session.wallet(WALLETS.backstop), 5_000_000n * USDC);
  const lps = [0, 1].map((index) => session.wallet(WALLETS.firstTrader - 2 + index));
  for (const lp of lps) {
    await fund(lp, 250_000n * USDC);
    await act(lp, "usdc", "approve", [at("insuranceFund"), MaxUint256]);
    await act(lp, "insuranceFund", "deposit", [250_000n * USDC, lp.address]);
  }

  const people = population(options.traders ?? 24);
  const wallets = people.map((_, index) => session.wallet(WALLETS.firstTrader + index));
  const reckless = session.wallet(WALLETS.firstTrader + people.length);
  for (const [index, person] of people.entries()) await deposit(wallets[index]!, person.deposit * USDC);
  await deposit(reckless, 5_000n * USDC);
  await setPrices(10_000n);
  for (const [index, person] of people.entries()) {
    for (const [market, milli] of person.trades) {
      const size = (milli * WAD) / 1_000n;
      await act(wallets[index]!, "perpExchange", "trade", [market, size, size > 0n ? MaxUint256 >> 8n : 0n]);
    }
  }
  await act(reckless, "perpExchange", "trade", [0, 25n * WAD, MaxUint256 >> 8n]);

  for (const bps of [10_050n, 9_980n, 10_120n]) {
    await session.advance(21_600n);
    await setPrices(bps);
    for (const market of MARKETS.keys()) await operate("perpExchange", "accrueFunding", [market]);
  }
  await setPrices(9_600n);
  await act(session.wallet(WALLETS.keeper), "clearinghouse", "liquidate", [reckless.address]);
  await setPrices(9_900n);
  for (const wallet of wallets.slice(0, 3)) await act(wallet, "clearinghouse", "withdraw", [100n * USDC, wallet.address]);
  await setPrices(10_000n);
  return [...wallets, reckless];
}
