import { expect } from "chai";
import type { ChainPort } from "../../../src/chain/port.js";
import { getBalance, getBlock, getCode, getLogs, getStorage, toWord } from "../../../src/chain/reads.js";
import { readSafe } from "../../../src/chain/safe.js";
import { readTimelock } from "../../../src/chain/timelock.js";
import { verifiedHttpChain } from "../../../src/chain/verified/verified-chain.js";
import { IMPLEMENTATION_SLOT } from "../../../src/core/proxy/slots.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { inspect } from "../../../src/stages/inspect.js";
import { anvilPath, startAnvilFork, type Anvil } from "../../support/anvil.js";
import { authorityWorld, type AuthorityWorld } from "../../support/authority-world.js";
import { failureOf } from "../../support/failure.js";
import { rpcDoor, type RpcCall, type RpcDoor, type Treatment } from "../../support/rpc-door.js";

const SOMEBODY = "0x00000000000000000000000000000000DeaDBeef";

describe("verified reads", function () {
  this.timeout(120_000);
  let world: AuthorityWorld;
  let anvil: Anvil | undefined;
  /** The second client, or a second door to the first where anvil is not there. */
  let second: string;
  let proxy: string, safe: string, timelock: string;
  const doors: RpcDoor[] = [];

  before(async function () {
    world = await authorityWorld();
    safe = await world.safe(world.accounts.slice(0, 3), 2);
    timelock = await world.timelock({ proposers: [safe], executors: [safe] });
    proxy = await world.vault("OwnedVault", "initialize(address)", [timelock], [1n]);
    const path = anvilPath();
    if (path === undefined) console.warn("      anvil is not installed on this machine: the second client is the first one again");
    else anvil = await startAnvilFork(path, world.node.url);
    second = anvil?.url ?? (await door(() => undefined));
  });
  after(async () => {
    await anvil?.stop();
    await Promise.all(doors.map((one) => one.close()));
    await world.stop();
  });

  async function door(treat: (call: RpcCall) => Treatment): Promise<string> {
    const opened = await rpcDoor(world.node.url, treat);
    doors.push(opened);
    return opened.url;
  }
  const open = (urls: string[]) => verifiedHttpChain({ urls, network: "test", attempts: 1 });
  const roles = (chain: Awaited<ReturnType<typeof open>>) => chain.report().endpoints.map(({ role }) => role);

  async function readAll(chain: ChainPort) {
    return {
      slot: await getStorage(chain, proxy, IMPLEMENTATION_SLOT),
      balance: await getBalance(chain, world.deployer.address),
      code: await getCode(chain, proxy),
      logs: await getLogs(chain, { address: timelock }),
      safe: await readSafe(chain, safe),
      timelock: await readTimelock(chain, timelock),
    };
  }

  it("gives what a plain endpoint gives, proven, from two clients", async () => {
    const chain = await open([world.node.url, second]);
    expect(await readAll(chain)).to.deep.equal(await readAll(world.chain));
    const report = chain.report();
    expect(roles(chain)).to.deep.equal(["honest", "honest"]);
    expect(report.quorum).to.equal(2);
    expect(report.provenWords).to.be.greaterThan(10);
    expect(report.evidence).to.deep.equal([]);
    expect(report.unproven.join()).to.not.contain("slot");
  });

  it("stands on one block for everything that is read", async () => {
    const chain = await open([world.node.url, second]);
    const before = await getBalance(chain, SOMEBODY);
    await (await world.deployer.sendTransaction({ to: SOMEBODY, value: 1n })).wait();
    expect(await getBalance(chain, SOMEBODY)).to.equal(before);
    expect((await getBlock(chain)).hash).to.equal(chain.block.hash);
  });

  it("carries an inspection through, with the report in its answer", async () => {
    const chain = await open([world.node.url, second]);
    const result = await inspect({ chain, addresses: [proxy], block: chain.block.number, readsReport: () => chain.report() });
    expect(result.verdict).to.equal("pass");
    expect(result.reads.quorum).to.equal(2);
    expect(result.block.hash).to.equal(chain.block.hash);
    expect(result.reads.confidence).to.equal("partly");
  });

  it("trusts, and says so, when there is only one endpoint", async () => {
    const chain = await open([world.node.url]);
    await readAll(chain);
    expect(chain.report().confidence).to.equal("trusted");
  });

  it("names an endpoint that changes one slot, in a plain read and in a proof", async () => {
    const wrong = toWord(SOMEBODY);
    const plain = await open([second, await door(({ method, params }) => (method === "eth_getStorageAt" && params[1] === IMPLEMENTATION_SLOT ? () => wrong : undefined))]);
    expect(await getStorage(plain, proxy, IMPLEMENTATION_SLOT)).to.equal(await getStorage(world.chain, proxy, IMPLEMENTATION_SLOT));
    expect(roles(plain)).to.deep.equal(["honest", "lying"]);
    const [lie] = plain.report().evidence;
    expect(lie).to.deep.include({ said: wrong, proven: await getStorage(world.chain, proxy, IMPLEMENTATION_SLOT), what: `slot ${IMPLEMENTATION_SLOT} of ${proxy}` });
    expect(lie!.proof.length).to.be.greaterThan(0);

    const forged = await open([
      await door(({ method }) => (method === "eth_getProof" ? forge((proof) => (proof.storageProof[0]!.value = wrong)) : undefined)),
      second,
    ]);
    expect(await getStorage(forged, proxy, IMPLEMENTATION_SLOT)).to.equal(await getStorage(world.chain, proxy, IMPLEMENTATION_SLOT));
    expect(roles(forged)).to.deep.equal(["lying", "honest"]);

    const truncated = await open([
      await door(({ method }) => (method === "eth_getProof" ? forge((proof) => proof.storageProof[0]!.proof.pop()) : undefined)),
      second,
    ]);
    expect(await getStorage(truncated, proxy, IMPLEMENTATION_SLOT)).to.equal(await getStorage(world.chain, proxy, IMPLEMENTATION_SLOT));
    expect(roles(truncated)).to.deep.equal(["lying", "honest"]);
  });

  it("names an endpoint that changes one balance", async () => {
    const chain = await open([second, await door(({ method }) => (method === "eth_getBalance" ? () => "0x1" : undefined))]);
    expect(await getBalance(chain, proxy)).to.equal(0n);
    expect(roles(chain)).to.deep.equal(["honest", "lying"]);
    expect(chain.report().evidence[0]!.what).to.equal(`balance of ${proxy}`);
    expect(chain.report().evidence[0]!.proof).to.not.deep.equal([]);
  });

  it("names an endpoint that changes code", async () => {
    const chain = await open([await door(({ method }) => (method === "eth_getCode" ? () => "0x6000" : undefined)), second]);
    expect(await getCode(chain, proxy)).to.equal(await getCode(world.chain, proxy));
    expect(roles(chain)).to.deep.equal(["lying", "honest"]);
  });

  it("names an endpoint that drops one log, and one that makes one up", async () => {
    const all = await getLogs(world.chain, { address: timelock });
    const dropping = await open([await door(({ method }) => (method === "eth_getLogs" ? (logs) => (logs as unknown[]).slice(1) : undefined)), second]);
    expect(await getLogs(dropping, { address: timelock })).to.deep.equal(all);
    expect(roles(dropping)).to.deep.equal(["lying", "honest"]);
    const inventing = await open([
      second,
      await door(({ method }) =>
        method === "eth_getLogs" ? (logs) => [...(logs as object[]), { ...(logs as object[])[0]!, logIndex: "0x9", data: "0x11" }] : undefined,
      ),
    ]);
    expect(await getLogs(inventing, { address: timelock })).to.deep.equal(all);
    expect(roles(inventing)).to.deep.equal(["honest", "lying"]);
  });

  it("names an endpoint that changes what a call answers, where the slot behind it is known", async () => {
    const asksDelay = ({ method, params }: RpcCall) => method === "eth_call" && (params[0] as { data: string }).data === "0xf27a0c92";
    const chain = await open([await door((call) => (asksDelay(call) ? () => toWord(60n) : undefined)), second]);
    expect((await readTimelock(chain, timelock)).minDelay).to.equal(172_800n);
    expect(roles(chain)).to.deep.equal(["lying", "honest"]);
  });

  it("refuses two different answers that nothing can prove", async () => {
    const chain = await open([await door(({ method }) => (method === "eth_call" ? () => toWord(60n) : undefined)), second]);
    const odd = { method: "eth_call", params: [{ to: timelock, data: "0x8f61f4f5" }, "latest"] };
    expect(DrydockError.is(await failureOf(chain.request(odd)), ERRORS.NO_AGREEMENT)).to.equal(true);
  });

  it("puts aside an endpoint that serves an old block", async () => {
    await world.provider.send("hardhat_mine", ["0xc8"]);
    const old = await door(({ method, params }) =>
      method === "eth_blockNumber" ? () => "0x5" : method === "eth_getBlockByNumber" && params[0] === "finalized" ? { error: { code: -32601, message: "no" } } : undefined,
    );
    const chain = await open([world.node.url, old]);
    expect(roles(chain)).to.deep.equal(["honest", "behind"]);
    expect(chain.block.number > 200n).to.equal(true);
    expect(chain.report().confidence).to.equal("trusted");
  });

  it("puts aside an endpoint of another chain, by its id and by its blocks", async () => {
    const other = await door(({ method }) => (method === "eth_chainId" ? () => "0x1" : undefined));
    const honest = await door(() => undefined);
    expect(roles(await open([world.node.url, other, honest]))).to.deep.equal(["honest", "other-chain", "honest"]);
    expect(DrydockError.is(await failureOf(open([world.node.url, other])), ERRORS.ENDPOINTS_DISAGREE)).to.equal(true);
  });

  it("names an endpoint whose header does not hash to its hash, and stops where no hash has a majority", async () => {
    const swapped = await door(({ method, params }) =>
      method === "eth_getBlockByNumber" && params[0] !== "finalized" ? (block) => ({ ...(block as object), stateRoot: toWord(1n) }) : undefined,
    );
    expect(roles(await open([swapped, world.node.url]))).to.deep.equal(["lying", "honest"]);
    const earlier = await getBlock(world.chain, 3n);
    const renamed = await door(({ method, params }) =>
      method === "eth_getBlockByNumber" && params[0] !== "finalized" ? () => earlier.raw : undefined,
    );
    expect(roles(await open([renamed, world.node.url]))).to.deep.equal(["behind", "honest"]);
  });

  it("fails closed on a header field that it does not know", async () => {
    const future = (url: string) => rpcDoor(url, ({ method }) => (method === "eth_getBlockByNumber" ? (block) => ({ ...(block as object), newField: "0x1" }) : undefined));
    const [one, two] = [await future(world.node.url), await future(world.node.url)];
    doors.push(one, two);
    expect(DrydockError.is(await failureOf(open([one.url, two.url])), ERRORS.HEADER_NOT_KNOWN)).to.equal(true);
  });

  it("lowers its confidence where endpoints serve no proofs", async () => {
    const noProofs = () => door(({ method }) => (method === "eth_getProof" ? { error: { code: -32601, message: "method not found" } } : undefined));
    const chain = await open([await noProofs(), await noProofs()]);
    expect(await getStorage(chain, proxy, IMPLEMENTATION_SLOT)).to.equal(await getStorage(world.chain, proxy, IMPLEMENTATION_SLOT));
    expect(chain.report()).to.deep.include({ confidence: "trusted", provenWords: 0 });
    expect(roles(chain)).to.deep.equal(["no-proofs", "no-proofs"]);
    expect(chain.report().unproven.join()).to.contain("no endpoint serves proofs");
  });

  interface Proof {
    storageProof: { value: string; proof: string[] }[];
  }
  function forge(change: (proof: Proof) => void): (result: unknown) => unknown {
    return (result) => {
      const proof = structuredClone(result) as Proof;
      if (proof.storageProof.length > 0) change(proof);
      return proof;
    };
  }
});
