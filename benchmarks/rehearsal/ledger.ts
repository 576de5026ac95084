import { Interface } from "ethers";
import type { RehearsalAdapter } from "../../src/rehearsal/adapter.js";
import { rehearse } from "../../src/rehearsal/rehearse.js";
import type { World } from "../../test/rehearsal/support/world.js";

const LEDGER = new Interface(["function collateral(address) view returns (uint256)", "function debt(address) view returns (uint256)", "event Opened(address indexed account)"]);
/** Accounts that one transaction opens. */
const CHUNK = 200;

/** Scenarios S0 and S14 over a ledger of which `count` accounts are sampled: milliseconds cold and warm, next to the chain. */
export async function accountGrowth(world: World, count: number, cacheDir: string): Promise<{ coldMs: number; warmMs: number; requests: number }> {
  const ledger = await world.proxy("LedgerV1", [world.timelock]);
  for (let from = 0; from < count; from += CHUNK) await world.send(ledger, "LedgerV1", "fill", [from, Math.min(from + CHUNK, count)]);
  const block = await world.head();
  const planned = await world.uupsPlan(ledger, "LedgerV2", undefined);
  const once = async (): Promise<{ ms: number; requests: number }> => {
    const start = performance.now();
    const { gate, upstreamRequests } = await rehearse({
      upstream: { urls: [world.node.url], network: "benchmark" },
      chainId: BigInt(world.node.chainId),
      chainType: "l1",
      block,
      ...planned,
      known: [world.known(ledger, "ledger", "LedgerV1", "LedgerV2")],
      adapter: adapter(ledger),
      accounts: count,
      scenarios: ["S0", "S14"],
      cacheDir,
    });
    if (gate.verdict !== "pass") throw new Error(`the rehearsal of ${count} accounts is ${gate.verdict}: ${JSON.stringify(gate.findings.slice(0, 2))}`);
    return { ms: Math.round(performance.now() - start), requests: upstreamRequests };
  };
  const cold = await once();
  const warm = await once();
  return { coldMs: cold.ms, warmMs: warm.ms, requests: cold.requests };
}

function adapter(ledger: string): RehearsalAdapter {
  return {
    name: "ledger",
    venue: async (chain) => {
      const ask = async (name: string, account: string): Promise<bigint> =>
        BigInt((await chain.request({ method: "eth_call", params: [{ to: ledger, data: LEDGER.encodeFunctionData(name, [account]) }, "latest"] })) as string);
      return {
        markets: async () => [],
        feeds: async () => [],
        accounts: async () => {
          const filter = { address: ledger, fromBlock: "0x0", toBlock: "latest", topics: [LEDGER.getEvent("Opened")!.topicHash] };
          const logs = (await chain.request({ method: "eth_getLogs", params: [filter] })) as { topics: string[]; data: string }[];
          return logs.map((log) => LEDGER.parseLog(log)?.args.getValue("account") as string);
        },
        account: async (address) => {
          const [collateral, debt] = await Promise.all([ask("collateral", address), ask("debt", address)]);
          return { address, collateral, equity: collateral - debt, initialMargin: 0n, maintenanceMargin: debt, liquidatable: debt > collateral, positions: [] };
        },
        totals: async () => ({ assets: 0n, liabilities: 0n, recognisedBadDebt: 0n, insurance: 0n, lpValue: 0n }),
        action: async () => undefined,
      };
    },
  };
}
