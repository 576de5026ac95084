import { expect } from "chai";
import { resolveAuthority } from "../../../src/chain/authority/resolve.js";
import type { ChainPort } from "../../../src/chain/port.js";
import { getBlock } from "../../../src/chain/reads.js";
import { Fork } from "../../../src/rehearsal/fork/fork.js";
import { authorityWorld, type AuthorityWorld } from "../../support/authority-world.js";

describe("who may change the code, asked on a fork", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let fork: Fork;
  let proxies: Record<string, string>;

  before(async () => {
    world = await authorityWorld();
    const [owner, admin, upgrader] = world.accounts as [string, string, string];
    const manager = await world.deploy("AccessManager", [owner]);
    proxies = {
      owned: await world.vault("OwnedVault", "initialize(address)", [owner], [1n]),
      roles: await world.vault("RoleVault", "initialize(address,address)", [admin, upgrader]),
      managed: await world.vault("ManagedVault", "initialize(address)", [manager]),
    };
    const { number, hash, timestamp } = await getBlock(world.chain);
    fork = await Fork.open({ url: world.node.url, chainId: BigInt(world.node.chainId), chainType: "l1", block: { number, hash, timestamp } });
  });
  after(async () => {
    await fork.close();
    await world.stop();
  });

  const ways = async (chain: ChainPort, name: string): Promise<string> => {
    const { graph } = await resolveAuthority(chain, [proxies[name]!]);
    const node = graph.get(proxies[name]!)!;
    return JSON.stringify({ complete: node.complete, ways: node.ways.map(({ right, of, need }) => [right, of, need]) });
  };

  for (const [name, right] of [["owned", "owner"], ["roles", "DEFAULT_ADMIN_ROLE, which grants UPGRADER_ROLE"], ["managed", "AccessManager"]] as const) {
    it(`is told by the guard as on the chain: ${name}`, async () => {
      const onChain = await ways(world.chain, name);
      expect(onChain).to.contain(right).and.to.contain('"complete":true');
      expect(await ways(fork.port, name)).to.equal(onChain);
    });
  }
});
