import type { ChainPort } from "../../chain/port.js";
import { getStorage } from "../../chain/reads.js";
import { ADMIN_SLOT, BEACON_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT } from "../../core/proxy/slots.js";
import { reasonOf } from "../../errors/drydock-error.js";
import type { Venue } from "../adapter.js";
import { AdapterNonsense } from "./checked-venue.js";

/**
 * Everything that is compared between old and new, and checked by invariants, at one moment of a scenario: flat, by a
 * name that says where. What the venue refuses to tell is an observation as well.
 */
export interface Frame {
  label: string;
  /** Whether it has every sampled account, and not only those that the last action named. */
  isWhole: boolean;
  /** Liquidations that went through since the scenario began. */
  liquidations: number;
  values: Map<string, string>;
  /** Implementation, admin, owner, initialized: compared within a scenario, not between the versions. */
  authority: Map<string, string>;
}

/** Slots that decide over code and ownership, whatever a scenario does (I9). */
const AUTHORITY_SLOTS: readonly (readonly [name: string, slot: string])[] = [
  ["implementation", IMPLEMENTATION_SLOT],
  ["admin", ADMIN_SLOT],
  ["beacon", BEACON_SLOT],
  ["owner", OWNABLE_SLOT],
  ["initialized", INITIALIZABLE_SLOT],
];

/** Reads the venue and the accounts of `sample`; all at the same time, so that a port that batches can. */
export async function takeFrame({
  venue,
  sample,
  label,
  isWhole = true,
  liquidations = 0,
  guarded = [],
  port,
}: {
  venue: Venue;
  sample: readonly string[];
  label: string;
  isWhole?: boolean;
  liquidations?: number;
  /** Contracts whose authority is part of the frame. */
  guarded?: readonly string[];
  port: ChainPort;
}): Promise<Frame> {
  const record = async (where: string, read: () => Promise<Record<string, unknown>>): Promise<[string, string][]> => {
    try {
      return Object.entries(await read()).map(([name, value]) => [`${where} ${name}`, String(value)]);
    } catch (error) {
      if (error instanceof AdapterNonsense) throw error;
      return [[where, `refused: ${firstLine(reasonOf(error))}`]];
    }
  };
  const markets = async (): Promise<[string, string][]> => {
    try {
      return (await venue.markets()).flatMap(({ id, openInterestLong, openInterestShort, fundingIndex, pendingFunding, mark }) =>
        Object.entries({ openInterestLong, openInterestShort, fundingIndex, pendingFunding, ...(mark === undefined ? {} : { mark }) }).map(
          ([name, value]): [string, string] => [`market ${id} ${name}`, String(value)],
        ),
      );
    } catch (error) {
      if (error instanceof AdapterNonsense) throw error;
      return [["markets", `refused: ${firstLine(reasonOf(error))}`]];
    }
  };
  const authority = Promise.all(
    guarded.flatMap((address) => AUTHORITY_SLOTS.map(async ([name, slot]): Promise<[string, string]> => [`${address} ${name}`, await getStorage(port, address, slot)])),
  );
  // Awaited below, after what may throw before.
  authority.catch(() => undefined);
  const parts = await Promise.all([
    ...(await venue.feeds()).map((feed) => record(`price ${feed.id}`, async () => ({ value: await feed.price() }))),
    markets(),
    ...sample.map((address) =>
      record(`account ${address}`, async () => {
        const { collateral, equity, initialMargin, maintenanceMargin, liquidatable } = await (venue.standing === undefined ? venue.account(address) : venue.standing(address));
        return { collateral, equity, initialMargin, maintenanceMargin, liquidatable };
      }),
    ),
    record("totals", async () => ({ ...(await venue.totals()) })),
  ]);
  return { label, isWhole, liquidations, values: new Map(parts.flat()), authority: new Map(await authority) };
}

/** A number in a frame, or undefined where the venue refused. */
export function numberIn({ values }: Frame, where: string): bigint | undefined {
  const value = values.get(where);
  return value !== undefined && /^-?[0-9]+$/.test(value) ? BigInt(value) : undefined;
}

export function firstLine(text: string): string {
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
