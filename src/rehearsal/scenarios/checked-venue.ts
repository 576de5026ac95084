import { isAddress } from "ethers";
import { z } from "zod";
import type { Venue } from "../adapter.js";

/** The adapter itself is wrong: unlike what a venue refuses, this is no observation. */
export class AdapterNonsense extends Error {}

const amount = z.bigint();
const address = z.string().refine(isAddress, "no address");
const market = z
  .object({
    id: z.string(),
    name: z.string(),
    openInterestLong: amount,
    openInterestShort: amount,
    openInterestCap: amount,
    fundingIndex: amount,
    pendingFunding: amount,
    feed: z.string(),
    expiry: amount,
    mark: amount.optional(),
  })
  .passthrough();
const feed = z.object({ id: z.string(), address, decimals: z.number().int(), heartbeat: amount, price: z.function(), collateral: z.boolean() }).passthrough();
const standing = z.object({ address, collateral: amount, equity: amount, initialMargin: amount, maintenanceMargin: amount, liquidatable: z.boolean() }).passthrough();
const account = standing.extend({ positions: z.array(z.object({ market: z.string(), size: amount, profit: amount })) });
const totals = z.object({ assets: amount, liabilities: amount, recognisedBadDebt: amount, insurance: amount, lpValue: amount }).passthrough();
const writes = z.array(z.object({ address, slot: z.string(), value: z.string() }));
const call = z.object({ from: address, to: address, data: z.string().regex(/^0x([0-9a-f]{2})*$/i), value: amount.optional() }).passthrough().optional();

/**
 * `venue`, with every answer looked at: what has another shape, or comes from a mistake in the adapter's own code, throws
 * {@link AdapterNonsense} by the name of the function. What the venue refuses is thrown as it is.
 */
export function checkedVenue(venue: Venue): Venue {
  const checked = async <T>(name: string, shape: z.ZodTypeAny, ask: () => Promise<T>): Promise<T> => {
    let answer: T;
    try {
      answer = await ask();
    } catch (error) {
      throw isMistake(error) ? new AdapterNonsense(`the adapter's ${name} is wrong: ${(error as Error).message}`, { cause: error }) : error;
    }
    const { success, error } = shape.safeParse(answer);
    if (success) return answer;
    const [issue] = error.issues;
    throw new AdapterNonsense(`the adapter's ${name} gives nonsense: ${issue?.path.join(".") || "the answer"}: ${issue?.message ?? ""}`);
  };
  // By name: an adapter's venue may be an instance of a class.
  return {
    markets: () => checked("markets()", z.array(market), () => venue.markets()),
    feeds: async () => {
      const feeds = await checked("feeds()", z.array(feed), () => venue.feeds());
      return feeds.map((one) => ({ ...one, price: () => checked(`price() of the feed ${one.id}`, amount, () => one.price()) }));
    },
    accounts: () => checked("accounts()", z.array(address), () => venue.accounts()),
    account: (of) => checked(`account(${of})`, account, () => venue.account(of)),
    ...(venue.standing === undefined ? {} : { standing: (of: string) => checked(`standing(${of})`, standing, () => venue.standing!(of)) }),
    ...(venue.tokens === undefined ? {} : { tokens: () => checked("tokens()", z.array(address), () => venue.tokens!()) }),
    ...(venue.fundingRate === undefined ? {} : { fundingRate: (of: string, bps: bigint) => checked(`fundingRate(${of})`, writes, () => venue.fundingRate!(of, bps)) }),
    totals: () => checked("totals()", totals, () => venue.totals()),
    action: (action) => checked(`action(${action.kind})`, call, () => venue.action(action)),
  };
}

/** `undefined.x` and the like. ethers throws TypeErrors as well, with a code: those are about what the chain answered. */
function isMistake(error: unknown): boolean {
  return (error instanceof TypeError || error instanceof ReferenceError) && !("code" in error);
}
