import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { IMPLEMENTATION_SLOT } from "../../src/core/proxy/slots.js";
import { Upstream } from "../../src/rehearsal/upstream/upstream.js";
import { authorityWorld, type AuthorityWorld } from "../support/authority-world.js";
import { rpcDoor, type RpcDoor } from "../support/rpc-door.js";

describe("the rehearsal's upstream with several endpoints", function () {
  this.timeout(60_000);
  let world: AuthorityWorld;
  let folder: string;
  let liar: RpcDoor;
  let proxy: string;
  const wrong = `0x${"0".repeat(24)}${"66".repeat(20)}`;

  before(async () => {
    world = await authorityWorld();
    folder = await mkdtemp(join(tmpdir(), "drydock-upstream-"));
    proxy = await world.vault("OwnedVault", "initialize(address)", [world.accounts[0]], [1n]);
    liar = await rpcDoor(world.node.url, ({ method }) =>
      method === "eth_getStorageAt" ? () => wrong : method === "eth_getProof" ? { error: { code: -32601, message: "method not found" } } : undefined,
    );
  });
  after(async () => {
    await liar.close();
    await world.stop();
    await rm(folder, { recursive: true });
  });

  const open = (urls: string[], onProgress: (line: string) => void) =>
    Upstream.open({ urls, network: "test", chainId: BigInt(world.node.chainId), cacheDir: join(folder, String(urls.length)), safeDepth: 0n, onProgress });

  it("gives the fork proven storage, and says who lies", async () => {
    const lines: string[] = [];
    const upstream = await open([liar.url, world.node.url], (line) => lines.push(line));
    const params = [proxy, IMPLEMENTATION_SLOT, `0x${upstream.block.number.toString(16)}`];
    const [storage, code, block] = await Promise.all([
      upstream.read("eth_getStorageAt", params),
      upstream.read("eth_getCode", [proxy, params[2]]),
      upstream.read("eth_getBlockByNumber", [params[2], false]),
    ]);
    expect(storage).to.equal(await world.provider.getStorage(proxy, IMPLEMENTATION_SLOT));
    expect(code).to.equal(await world.provider.getCode(proxy));
    expect((block as { hash: string }).hash).to.equal(upstream.block.hash);
    expect(lines.join()).to.contain(`${liar.url} lies about the slot ${IMPLEMENTATION_SLOT}`);
    expect(upstream.requests).to.be.greaterThan(0);
  });

  it("has only its word where there is one endpoint", async () => {
    const upstream = await open([liar.url], () => undefined);
    const params = [proxy, IMPLEMENTATION_SLOT, `0x${upstream.block.number.toString(16)}`];
    expect(await upstream.read("eth_getStorageAt", params)).to.equal(wrong);
  });
});
