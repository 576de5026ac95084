import { getAddress } from "ethers";
import type { ChainPort } from "../../chain/port.js";
import { getCode, getLogs } from "../../chain/reads.js";
import type { Finding, NotRun } from "../../core/finding.js";
import { compareLayouts, type ContractLayout } from "../../core/layout/index.js";
import { manifestImplementations } from "../../core/layout/manifest.js";
import type { OpenZeppelinManifest } from "../../core/schema/openzeppelin-manifest.js";
import type { ValidateLiveParts } from "../../core/schema/validate.js";
import type { BuiltContract } from "../../core/solc.js";
import { reasonOf } from "../../errors/drydock-error.js";
import { placeOf } from "./live-values.js";
import { historyFindings, layoutOf } from "./pair.js";

/** keccak256("Upgraded(address)"), ERC-1967. */
const UPGRADED = "0xbc7cd75a20ee27fd9adebab32041f755214dbc6bffa90cc0225b39da2e5c2d3b";

export interface HistoryContext {
  chain: ChainPort;
  block: bigint;
  /** Finds the build that code comes from. */
  findBuild?(code: string): Promise<{ built: BuiltContract } | undefined>;
  /** Stored layouts by address, for implementations without a build. */
  manifest?: OpenZeppelinManifest;
}

type Entry = ValidateLiveParts["proxies"][number]["history"][number];

/**
 * Compares the new layout with every implementation that the proxy had before the present one, from its `Upgraded` events.
 * An implementation whose source is not at hand is `notRun`, and named. `restored` are the places where the new version names
 * again what an earlier one kept there.
 */
export async function compareHistory(
  { proxy, current, previous, next }: { proxy: string; current: string; previous: ContractLayout; next: ContractLayout },
  context: HistoryContext,
): Promise<{ history: Entry[]; findings: Finding[]; notRun: NotRun[]; restored: Set<string> }> {
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const history: Entry[] = [];
  const restored = new Set<string>();
  let earlier: string[] = [];
  try {
    earlier = await formerImplementations(proxy, current, context);
  } catch (error) {
    notRun.push({ check: `storage history of ${proxy}`, reason: `its Upgraded events could not be read: ${reasonOf(error)}` });
  }
  const stored = context.manifest === undefined ? [] : manifestImplementations(context.manifest).implementations;
  for (const implementation of earlier) {
    const build = await context.findBuild?.(await getCode(context.chain, implementation, context.block));
    const known = stored.find(({ address, sound }) => sound && getAddress(address.toLowerCase()) === implementation);
    const layout = build === undefined ? known?.layout : layoutOf(build.built);
    if (layout === undefined) {
      const reason = "no build at hand produces its code, and no manifest holds its layout";
      history.push({ implementation, source: "events", compared: false, detail: reason });
      notRun.push({ check: `storage history of ${proxy}: ${implementation}`, reason });
      continue;
    }
    findings.push(...historyFindings(implementation, layout, previous, next));
    for (const { fate, to } of compareLayouts(layout, next).changes) if (to !== null && (fate === "kept" || fate === "retyped")) restored.add(placeOf(to));
    history.push({ implementation, source: build === undefined ? "manifest" : "events", compared: true, detail: layout.contract });
  }
  history.push({ implementation: current, source: "current", compared: true, detail: previous.contract });
  return { history, findings, notRun, restored };
}

/** Implementations before the present one, first to last, each once. */
async function formerImplementations(proxy: string, current: string, { chain, block }: HistoryContext): Promise<string[]> {
  const logs = await getLogs(chain, { address: proxy, topics: [UPGRADED], toBlock: block });
  const addresses = logs.map(({ topics }) => getAddress(`0x${(topics[1] ?? "").slice(-40)}`));
  return [...new Set(addresses)].filter((address) => address !== getAddress(current));
}
