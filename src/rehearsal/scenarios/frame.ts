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
  const values = new Map<string, string>();
  const record = async (where: string, read: () => Promise<Record<string, unknown>>): Promise<void> => {
    try {
      for (const [name, value] of Object.entries(await read())) values.set(`${where} ${name}`, String(value));
    } catch (error) {
      values.set(`${where}`, `refused: ${firstLine(reasonOf(error))}`);
    }
  };
  for (const feed of await venue.feeds()) await record(`price ${feed.id}`, async () => ({ value: await feed.price() }));
  let markets: Awaited<ReturnType<Venue["markets"]>> = [];
  try {
    markets = await venue.markets();
  } catch (error) {
    values.set("markets", `refused: ${firstLine(reasonOf(error))}`);
  }
  for (const { id, openInterestLong, openInterestShort, fundingIndex, pendingFunding } of markets) {
    await record(`market ${id}`, async () => ({ openInterestLong, openInterestShort, fundingIndex, pendingFunding }));
  }
  for (const address of sample) {
    await record(`account ${address}`, async () => {
      const { collateral, equity, initialMargin, maintenanceMargin, liquidatable } = await venue.account(address);
      return { collateral, equity, initialMargin, maintenanceMargin, liquidatable };
    });
  }
  await record("totals", async () => ({ ...(await venue.totals()) }));
  return { label, values };
}

/** A number in a frame, or undefined where the venue refused. */
export function numberIn({ values }: Frame, where: string): bigint | undefined {
  const value = values.get(where);
  return value !== undefined && /^-?[0-9]+$/.test(value) ? BigInt(value) : undefined;
}

export function firstLine(text: string): string {
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
