import { keccak256 } from "ethers";
import type { LiveBuild } from "../build/live-build.js";
import type { ChainPort } from "../chain/port.js";
import { getCode } from "../chain/reads.js";
import type { ValidateLiveParts } from "../core/schema/validate.js";
import type { BuiltContract } from "../core/solc.js";

/** The build of an implementation that a proxy had before the present one. */
export interface FormerBuild {
  address: string;
  built: BuiltContract;
}

type FindLive = (liveCode: string, reference: string | undefined) => Promise<LiveBuild | undefined>;

/** A finder that remembers what it found, by the hash of the code that was asked for. */
export function remembering(findLive: FindLive): { findLive: FindLive; found: ReadonlyMap<string, LiveBuild> } {
  const found = new Map<string, LiveBuild>();
  return {
    found,
    async findLive(liveCode, reference) {
      const build = await findLive(liveCode, reference);
      if (build !== undefined) found.set(keccak256(liveCode), build);
      return build;
    },
  };
}

/**
 * What the layout's history was compared with, for the bundle: a reviewer compares it again, and has the sources from
 * nowhere else.
 *
 * @param proxies as `validate` tells them.
 * @param found what `validate` found on the way.
 */
export async function formerBuilds(
  chain: ChainPort,
  block: bigint,
  proxies: ValidateLiveParts["proxies"],
  found: ReadonlyMap<string, LiveBuild>,
): Promise<FormerBuild[]> {
  const addresses = new Set(proxies.flatMap(({ history }) => history.filter(({ source }) => source === "events").map(({ implementation }) => implementation)));
  const builds = await Promise.all(
    [...addresses].map(async (address): Promise<FormerBuild[]> => {
      const build = found.get(keccak256(await getCode(chain, address, block)));
      return build === undefined ? [] : [{ address, built: build.built }];
    }),
  );
  return builds.flat();
}
