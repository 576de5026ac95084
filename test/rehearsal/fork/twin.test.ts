import { expect } from "chai";
import { Fork, type ForkTransaction } from "../../../src/rehearsal/fork/fork.js";
import { ChainSession } from "../../../scripts/chain/session.js";
import { startNode, type RunningNode } from "../../../scripts/chain/start-node.js";

/** Adds the first word of the call data to slot 0, and answers nothing. */
const COUNTER = "0x5f355f54015f5500";
const AT = "0x00000000000000000000000000000000000A11CE";

describe("a fork's twin", function () {
  this.timeout(60_000);
  let node: RunningNode;
  let fork: Fork;
  const add = (amount: number): ForkTransaction => ({ from: "0x00000000000000000000000000000000000000b0", to: AT, data: `0x${amount.toString(16).padStart(64, "0")}` });
  const sum = async (of: Fork): Promise<bigint> => BigInt(String(await of.request("eth_getStorageAt", [AT, "0x0", "latest"])));
  const head = (of: Fork): Promise<unknown> => of.request("eth_getBlockByNumber", ["latest", false]);

  before(async () => {
    node = await startNode({ chainId: 20264 });
    const { provider } = await ChainSession.open(node.url);
    const { number, hash, timestamp } = (await provider.send("eth_getBlockByNumber", ["latest", false])) as { number: string; hash: string; timestamp: string };
    provider.destroy();
    fork = await Fork.open({ url: node.url, chainId: 20264n, chainType: "l1", block: { number: BigInt(number), hash, timestamp: BigInt(timestamp) } });
    await fork.setCode(AT, COUNTER);
    await fork.send(add(1), fork.now + 12n);
  });
  after(async () => {
    await fork.close();
    await node.stop();
  });

  it("stands where the fork stands, what was undone left out, and goes its own way", async () => {
    await fork.attempt(() => fork.send(add(100), fork.now + 12n));
    const twin = await fork.twin();
    expect(await head(twin)).to.deep.equal(await head(fork));
    expect(twin.now).to.equal(fork.now);
    await twin.attempt(() => twin.send(add(7), twin.now + 12n));
    await fork.send(add(2), fork.now + 12n);
    expect([await sum(twin), await sum(fork)]).to.deep.equal([1n, 3n]);
    const moment = fork.moment();
    await fork.send(add(4), fork.now + 12n);
    await twin.follow(moment);
    expect([await sum(twin), await sum(fork), twin.now]).to.deep.equal([3n, 7n, moment.time]);
  });

  it("does not follow after anything of its own", async () => {
    const twin = await fork.twin();
    await twin.send(add(1), twin.now + 12n);
    await fork.send(add(1), fork.now + 12n);
    const refused = await twin.follow(fork.moment()).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RangeError);
  });
});
