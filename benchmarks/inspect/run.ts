/** See README.md beside this file. Prints one line per way: HTTP requests, JSON-RPC calls, wall time. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Contract, Interface, JsonRpcProvider, getAddress, keccak256 } from "ethers";
import { verifiedHttpChain } from "../../src/chain/verified/verified-chain.js";
import { httpChain } from "../../src/chain/rpc/http-chain.js";
import { ADMIN_SLOT, BEACON_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT } from "../../src/core/proxy/slots.js";
import { inspect } from "../../src/stages/inspect.js";
import { authorityWorld } from "../../test/support/authority-world.js";

const COUNT = Number(process.argv[2] ?? 100);
const LATENCY_MS = Number(process.argv[3] ?? 20);
const IMPLEMENTATIONS = 10;

const world = await authorityWorld();
const safe = await world.safe(world.accounts.slice(0, 5), 3);
const timelock = await world.timelock({ proposers: [safe], executors: [safe] });
const initialize = new Interface(["function initialize(address)"]).encodeFunctionData("initialize", [timelock]);
const implementations: string[] = [];
for (let i = 0; i < IMPLEMENTATIONS; i++) implementations.push(await world.deploy("OwnedVault", [i]));
const proxies: string[] = [];
for (let i = 0; i < COUNT; i++) proxies.push(await world.proxy(implementations[i % IMPLEMENTATIONS]!, initialize));

/** A door in front of the node that answers late, and counts. */
async function slowDoor() {
  const counts = { http: 0, calls: 0 };
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const parsed = JSON.parse(body) as unknown;
      counts.http++;
      counts.calls += Array.isArray(parsed) ? parsed.length : 1;
      const [answer] = await Promise.all([
        fetch(world.node.url, { method: "POST", headers: { "content-type": "application/json" }, body }).then((one) => one.text()),
        sleep(LATENCY_MS),
      ]);
      response.setHeader("content-type", "application/json");
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    counts,
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function measure(name: string, doors: number, run: (urls: string[]) => Promise<unknown>): Promise<void> {
  const opened = await Promise.all(Array.from({ length: doors }, slowDoor));
  const started = performance.now();
  await run(opened.map(({ url }) => url));
  const seconds = ((performance.now() - started) / 1_000).toFixed(2);
  const sum = (key: "http" | "calls") => opened.reduce((total, { counts }) => total + counts[key], 0);
  console.log(`${name.padEnd(18)} ${String(sum("http")).padStart(6)} HTTP requests ${String(sum("calls")).padStart(6)} calls ${seconds.padStart(7)} s`);
  for (const door of opened) door.close();
}

console.log(`${COUNT} proxies, ${IMPLEMENTATIONS} implementations, ${LATENCY_MS} ms per HTTP answer`);
await measure("loop", 1, async ([url]) => {
  const provider = new JsonRpcProvider(url, world.node.chainId, { staticNetwork: true, cacheTimeout: -1 });
  for (const proxy of proxies) {
    const implementation = getAddress(`0x${(await provider.getStorage(proxy, IMPLEMENTATION_SLOT)).slice(26)}`);
    for (const slot of [ADMIN_SLOT, BEACON_SLOT, INITIALIZABLE_SLOT]) await provider.getStorage(proxy, slot);
    keccak256(await provider.getCode(proxy));
    keccak256(await provider.getCode(implementation));
    const owner = (await new Contract(proxy, ["function owner() view returns (address)"], provider).owner!()) as string;
    const lock = new Contract(owner, ["function getMinDelay() view returns (uint256)", "function PROPOSER_ROLE() view returns (bytes32)", "function hasRole(bytes32,address) view returns (bool)"], provider);
    await lock.getMinDelay!();
    await lock.hasRole!(await lock.PROPOSER_ROLE!(), safe);
    const council = new Contract(safe, ["function getOwners() view returns (address[])", "function getThreshold() view returns (uint256)"], provider);
    await council.getOwners!();
    await council.getThreshold!();
  }
  provider.destroy();
});
await measure("inspect", 1, (urls) => inspect({ chain: httpChain({ urls, network: "benchmark" }), addresses: proxies }));
await measure("inspect, verified", 2, async (urls) => {
  const chain = await verifiedHttpChain({ urls, network: "benchmark" });
  const { reads } = await inspect({ chain, addresses: proxies, block: chain.block.number, readsReport: () => chain.report() });
  console.log(`                   ${reads.provenWords} words proven, quorum ${reads.quorum}`);
});
await world.stop();
