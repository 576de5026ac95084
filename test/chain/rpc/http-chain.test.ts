import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { startNode, type RunningNode } from "../../../scripts/chain/start-node.js";
import { blockNumber, call, chainId, getBlock, getCode, getLogs } from "../../../src/chain/reads.js";
import { httpChain, RpcError } from "../../../src/chain/rpc/http-chain.js";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";
import { failureOf } from "../../support/failure.js";
import { rpcDoor, type RpcDoor, type Treatment } from "../../support/rpc-door.js";

const SOMEBODY = `0x${"11".repeat(20)}`;

describe("httpChain", function () {
  this.timeout(60_000);
  let node: RunningNode;
  const doors: RpcDoor[] = [];

  before(async () => {
    node = await startNode({ chainId: 20261 });
  });
  after(async () => {
    await Promise.all(doors.map((door) => door.close()));
    await node.stop();
  });

  async function door(treat?: (call: { method: string; params: unknown[] }) => Treatment): Promise<RpcDoor> {
    const opened = await rpcDoor(node.url, treat);
    doors.push(opened);
    return opened;
  }

  const open = (urls: string[], options: { timeoutMs?: number; attempts?: number } = {}) =>
    httpChain({ urls, network: "test", backoffMs: 1, ...options });

  it("reads from a real node", async () => {
    const chain = open([node.url]);
    expect(await chainId(chain)).to.equal(20261n);
    const block = await getBlock(chain);
    expect(block.number).to.equal(await blockNumber(chain));
    expect((await getBlock(chain, { blockHash: block.hash })).stateRoot).to.equal(block.stateRoot);
    expect(await getCode(chain, SOMEBODY)).to.equal("0x");
    expect(chain.stats.failovers).to.equal(0);
  });

  for (const [what, treatment] of [
    ["a server error", 503],
    ["a rate limit", 429],
    ["no JSON", "garbage"],
    ["silence", "hang"],
    [
      "a JSON-RPC rate limit",
      { error: { code: -32005, message: "daily request count exceeded, request rate limited" } },
    ],
    ["missing state", { error: { code: -32000, message: "missing trie node abc" } }],
  ] as const) {
    it(`fails over to the next endpoint on ${what}`, async () => {
      const bad = await door(({ method }) => (method === "eth_gasPrice" ? treatment : undefined));
      const retries: string[] = [];
      const chain = httpChain({
        urls: [bad.url, node.url],
        network: "test",
        timeoutMs: 2_000,
        onRetry: ({ endpoint }) => retries.push(endpoint),
      });
      expect(await chain.request({ method: "eth_gasPrice" })).to.match(/^0x/);
      expect(chain.stats.failovers).to.equal(1);
      expect(retries).to.deep.equal([bad.url]);
    });
  }

  it("does not ask a dead endpoint again for every request", async () => {
    const dead = await door(() => 503);
    const chain = open([dead.url, node.url]);
    for (let i = 0; i < 10; i++) await blockNumber(chain);
    expect(dead.calls).to.have.lengthOf(1);
  });

  it("asks again after a pause when the only endpoint is busy", async () => {
    let busy = 2;
    const slow = await door(() => (busy-- > 0 ? 429 : undefined));
    expect(await chainId(open([slow.url]))).to.equal(20261n);
    expect(slow.calls).to.have.lengthOf(3);
  });

  it("gives a revert as the answer, without asking again", async () => {
    const counted = await door();
    const chain = open([counted.url, node.url]);
    // PUSH0 PUSH0 REVERT as init code of a call without `to`.
    const failure = await failureOf(chain.request({ method: "eth_call", params: [{ data: "0x5f5ffd" }, "latest"] }));
    expect(failure).to.be.instanceOf(RpcError);
    expect(counted.calls.filter(({ method }) => method === "eth_call")).to.have.lengthOf(1);
    expect(chain.stats.failovers).to.equal(0);
  });

  it("gives the error itself when no endpoint has the method", async () => {
    const failure = await failureOf(open([node.url, (await door()).url]).request({ method: "eth_doesNotExist" }));
    expect(failure).to.be.instanceOf(RpcError);
  });

  it("names the endpoints and hides the keys when nobody answers", async () => {
    const dead = await door(() => 503);
    const secret = `${dead.url.replace("http://", "http://someone:hunter2hunter2@")}/v2/abcdefghijklmnop?key=qrstuvwxyz`;
    const failure = await failureOf(blockNumber(open([secret], { attempts: 2 })));
    expect(DrydockError.is(failure, ERRORS.RPC_DOWN)).to.equal(true);
    const { message } = failure as Error;
    expect(message).to.contain(dead.url).and.contain("HTTP 503").and.contain("after 2 attempts");
    expect(message).to.not.match(/hunter2|abcdefgh|qrstuv|someone/);
  });

  it("refuses endpoints of different chains", async () => {
    const other = await door(({ method }) =>
      method === "eth_chainId" ? () => "0x1" : method === "eth_gasPrice" ? 503 : undefined,
    );
    const failure = await failureOf(open([other.url, node.url]).request({ method: "eth_gasPrice" }));
    expect(DrydockError.is(failure, ERRORS.ENDPOINTS_DISAGREE)).to.equal(true);
    expect((failure as Error).message)
      .to.contain("chain 1,")
      .and.contain("chain 20261");
  });

  it("does not send a transaction twice when the first answer was lost", async () => {
    const lossy = await door(({ method }) => (method === "eth_sendTransaction" ? 503 : undefined));
    const spare = await door();
    const chain = open([lossy.url, spare.url]);
    const failure = await failureOf(chain.request({ method: "eth_sendTransaction", params: [{ from: SOMEBODY }] }));
    expect(DrydockError.is(failure, ERRORS.RPC_DOWN)).to.equal(true);
    expect(spare.calls.map(({ method }) => method)).to.not.include("eth_sendTransaction");
  });

  it("halves the range where the endpoint limits it, and gives up loudly where it refuses one block", async () => {
    const span = (filter: unknown) => {
      const { fromBlock, toBlock } = filter as { fromBlock: string; toBlock: string };
      return { from: Number(fromBlock), to: Number(toBlock) };
    };
    const tooLong = (filter: unknown) => span(filter).to - span(filter).from > 3;
    await open([node.url]).request({ method: "hardhat_mine", params: ["0x10"] });
    const limit = { error: { code: -32602, message: "block range too large" } };
    const limited = await door(({ method, params }) =>
      method === "eth_getLogs" && tooLong(params[0]) ? limit : undefined,
    );
    expect(await getLogs(open([limited.url]), {})).to.deep.equal([]);
    const covered = limited.calls
      .filter(({ method, params }) => method === "eth_getLogs" && !tooLong(params[0]))
      .flatMap(({ params }) => {
        const { from, to } = span(params[0]);
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
      });
    expect(covered.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 17 }, (_, i) => i));
    const refusing = await door(({ method }) => (method === "eth_getLogs" ? limit : undefined));
    expect(DrydockError.is(await failureOf(getLogs(open([refusing.url]), {})), ERRORS.LOGS_INCOMPLETE)).to.equal(true);
  });

  it("sends what is asked for at once in one HTTP request, and one by one where an endpoint takes no batches", async () => {
    const chain = open([node.url]);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => chain.request({ method: i % 2 === 0 ? "eth_chainId" : "eth_blockNumber" })));
    expect(new Set(answers.filter((_, i) => i % 2 === 0))).to.deep.equal(new Set(["0x4f25"]));
    expect(chain.stats.requests).to.equal(2);

    const single = createServer((request, response) => {
      void text(request).then(async (body) => {
        if (body.startsWith("[")) return void response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}');
        response.end(await (await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body })).text());
      });
    });
    await new Promise<void>((resolve) => single.listen(0, "127.0.0.1", resolve));
    const plain = open([`http://127.0.0.1:${(single.address() as AddressInfo).port}`]);
    const [id, none] = await Promise.all([chainId(plain), failureOf(plain.request({ method: "eth_doesNotExist" })), blockNumber(plain)]);
    expect(id).to.equal(20261n);
    expect(none).to.be.instanceOf(RpcError);
    expect(plain.stats.requests).to.equal(4);
    single.close();
    single.closeAllConnections();
  });

  it("answers each of a batch by itself: a revert here, a result there", async () => {
    const chain = open([node.url]);
    const [id, revert] = await Promise.allSettled([
      chain.request({ method: "eth_chainId" }),
      chain.request({ method: "eth_call", params: [{ data: "0x5f5ffd" }, "latest"] }),
    ]);
    expect(id).to.deep.equal({ status: "fulfilled", value: "0x4f25" });
    expect(revert.status === "rejected" && revert.reason).to.be.instanceOf(RpcError);
  });

  it("refuses a malformed answer", async () => {
    const odd = await door(({ method }) => (method === "eth_getCode" ? () => "0xabc" : undefined));
    expect(DrydockError.is(await failureOf(getCode(open([odd.url]), SOMEBODY)), ERRORS.RPC_MALFORMED)).to.equal(true);
    expect(await call(open([odd.url]), { to: SOMEBODY, data: "0x" })).to.equal("0x");
  });
});
