/**
 * Pairs per second over real upgrade histories, beside upgrades-core in the same process: every implementation of every
 * manifest against the next one of the same contract, layouts parsed before the clock starts on both sides.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { getStorageUpgradeReport, withValidationDefaults } from "@openzeppelin/upgrades-core";
import { compareLayouts, type ContractLayout } from "../../src/core/layout/index.js";
import { manifestImplementations, type ManifestImplementation } from "../../src/core/layout/manifest.js";
import type { OpenZeppelinManifest } from "../../src/core/schema/openzeppelin-manifest.js";
import { parseManifest } from "../../src/stages/validate.js";

type CoreLayout = Parameters<typeof getStorageUpgradeReport>[0];

interface Pair {
  ours: [ContractLayout, ContractLayout];
  theirs: [CoreLayout, CoreLayout];
}

export interface HistoryResult {
  pairs: number;
  oursPerSecond: number;
  theirsPerSecond: number;
  ratio: number;
  /** Verdicts that differ. */
  differences: number;
}

/** @returns undefined when the folder isn't there. */
export function measureHistories(folder: string, rounds: number): HistoryResult | undefined {
  if (!existsSync(folder)) return undefined;
  const pairs = readdirSync(folder).filter((file) => file.endsWith(".json")).flatMap((file) => pairsOf(parseManifest(readFileSync(join(folder, file), "utf8"), file)));
  const options = withValidationDefaults({});
  const ours = (): boolean[] => pairs.map(({ ours: [from, to] }) => compareLayouts(from, to).verdict !== "blocked");
  const theirs = (): boolean[] => pairs.map(({ theirs: [from, to] }) => getStorageUpgradeReport(from, to, options).ok);
  const [a, b] = [ours(), theirs()];
  const [oursMs, theirsMs] = [best(ours, rounds), best(theirs, rounds)];
  return {
    pairs: pairs.length,
    oursPerSecond: (pairs.length * 1000) / oursMs,
    theirsPerSecond: (pairs.length * 1000) / theirsMs,
    ratio: theirsMs / oursMs,
    differences: a.filter((verdict, at) => verdict !== b[at]).length,
  };
}

function best(run: () => unknown, rounds: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

function pairsOf(manifest: OpenZeppelinManifest): Pair[] {
  const versions = new Map<string, ManifestImplementation[]>();
  for (const implementation of manifestImplementations(manifest).implementations) {
    if (implementation.contract === undefined) continue;
    versions.set(implementation.contract, [...(versions.get(implementation.contract) ?? []), implementation]);
  }
  const stored = (id: string): CoreLayout => (manifest.impls[id] as unknown as { layout: CoreLayout }).layout;
  return [...versions.values()].flatMap((list) =>
    list.slice(1).flatMap((to, at): Pair[] => {
      const from = list[at];
      return from === undefined ? [] : [{ ours: [from.layout, to.layout], theirs: [stored(from.id), stored(to.id)] }];
    }),
  );
}
