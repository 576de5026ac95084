import { reasonOf } from "../../errors/drydock-error.js";
import type { Venue } from "../adapter.js";

/**
 * Everything that is compared between old and new, and checked by invariants, at one moment of a scenario: flat, by a
 * name that says where. What the venue refuses to tell is an observation as well.
 */
export interface Frame {
  label: string;
  values: Map<string, string>;
}

/** Reads the venue and the sampled accounts. */
export async function takeFrame(venue: Venue, sample: readonly string[], label: string): Promise<Frame> {
  // All at once: the fork answers reads of one moment together.
  const parts = await Promise.all([
    venue.feeds().then((feeds) => Promise.all(feeds.map((feed) => observed(`price ${feed.id}`, async () => ({ value: await feed.price() }))))),
    readMarkets(venue),
    Promise.all(
      sample.map((address) =>
        observed(`account ${address}`, async () => {
          const { collateral, equity, initialMargin, maintenanceMargin, liquidatable } = await venue.account(address);
          return { collateral, equity, initialMargin, maintenanceMargin, liquidatable };
        }),
      ),
    ),
    observed("totals", async () => ({ ...(await venue.totals()) })).then((totals) => [totals]),
  ]);
  return { label, values: new Map(parts.flat(2)) };
}

type Observation = [where: string, value: string][];

async function observed(where: string, read: () => Promise<Record<string, unknown>>): Promise<Observation> {
  try {
    return Object.entries(await read()).map(([name, value]) => [`${where} ${name}`, String(value)]);
  } catch (error) {
    return [[where, `refused: ${firstLine(reasonOf(error))}`]];
  }
}

async function readMarkets(venue: Venue): Promise<Observation[]> {
  try {
    return (await venue.markets()).map(({ id, openInterestLong, openInterestShort, fundingIndex, pendingFunding }) =>
      Object.entries({ openInterestLong, openInterestShort, fundingIndex, pendingFunding }).map(([name, value]) => [`market ${id} ${name}`, String(value)]),
    );
  } catch (error) {
    return [[["markets", `refused: ${firstLine(reasonOf(error))}`]]];
  }
}

/** A number in a frame, or undefined where the venue refused. */
export function numberIn({ values }: Frame, where: string): bigint | undefined {
  const value = values.get(where);
  return value !== undefined && /^-?[0-9]+$/.test(value) ? BigInt(value) : undefined;
}

export function firstLine(text: string): string {
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
