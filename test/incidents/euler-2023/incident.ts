import { Interface } from "ethers";
import type { RehearsalAdapter } from "../../../src/rehearsal/adapter.js";
import { defineIncident } from "../../support/incident.js";
import { rehearseVariant } from "../../rehearsal/support/rehearse-variant.js";

const MARKET = new Interface([
  "function collateral(address) view returns (uint256)",
  "function debt(address) view returns (uint256)",
  "function isHealthy(address) view returns (bool)",
  "event Borrowed(address indexed account, uint256 amount)",
]);

/** Reads the lending market; it has no feeds, and nothing is traded. */
function adapter(subject: string): RehearsalAdapter {
  return {
    name: "lending market",
    venue: async (chain) => {
      const ask = async (name: string, account: string): Promise<unknown> => {
        const data = MARKET.encodeFunctionData(name, [account]);
        return MARKET.decodeFunctionResult(name, (await chain.request({ method: "eth_call", params: [{ to: subject, data }, "latest"] })) as string)[0];
      };
      return {
        markets: async () => [],
        feeds: async () => [],
        accounts: async () => {
          const filter = { address: subject, fromBlock: "0x0", toBlock: "latest", topics: [MARKET.getEvent("Borrowed")!.topicHash] };
          const logs = (await chain.request({ method: "eth_getLogs", params: [filter] })) as { topics: string[]; data: string }[];
          return logs.map((log) => MARKET.parseLog(log)!.args.getValue("account") as string);
        },
        account: async (address) => {
          const collateral = (await ask("collateral", address)) as bigint;
          const debt = (await ask("debt", address)) as bigint;
          const liquidatable = !((await ask("isHealthy", address)) as boolean);
          return { address, collateral, equity: collateral - debt, initialMargin: 0n, maintenanceMargin: 0n, liquidatable, positions: [] };
        },
        totals: async () => ({ assets: 0n, liabilities: 0n, recognisedBadDebt: 0n, insurance: 0n, lpValue: 0n }),
        action: async () => undefined,
      };
    },
  };
}

export default defineIncident({
  id: "euler-2023",
  what: "A new function let an account give its collateral away without the health check that every sibling has. An attacker made himself insolvent on purpose and liquidated himself at a discount.",
  stage: "rehearse",
  rule: "rehearsal/probe/new-selectors",
  severity: "critical",
  run: (variant) =>
    rehearseVariant("euler-2023", variant, {
      initialize: (owner) => [owner],
      scenarios: ["S0", "S14"],
      adapter,
      live: async (world, subject) => {
        await world.send(subject, "V1", "deposit", [100n], 11);
        await world.send(subject, "V1", "borrow", [90n], 11);
      },
    }),
});
