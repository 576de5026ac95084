import { expect } from "chai";
import hre from "hardhat";
import type { ChainPort } from "../../../src/chain/port.js";
import { batchedReads } from "../../../src/rehearsal/fork/batched-reads.js";

type Request = Parameters<ChainPort["request"]>[0];

/** Answers with its call data, or with what it was called by, or reverts with its call data, as the first byte says. */
const MIRROR = [
  "0x5f355f1a", //         kind = calldata[0]
  "80600114602057", //     1: caller
  "80600214602857", //     2: revert
  "6003146031575b", //     3: storage slot 0
  "365f5f37365ff3", //     else echo
  "5b335f5260205ff3", //   32: caller
  "5b365f5f37365ffd", //   40: revert
  "005b", "5f545f5260205ff3", // 49: storage
].join("");

describe("reads of a fork, many in one request", () => {
  let direct: ChainPort;
  let asked: Request[];
  let reads: ChainPort;
  const mirror = "0x00000000000000000000000000000000000A11CE";

  before(async () => {
    const { provider } = await hre.network.create({ override: { accounts: [] } });
    direct = { request: ({ method, params }) => provider.request({ method, params: params as unknown[] }) };
  });
  beforeEach(async () => {
    asked = [];
    reads = batchedReads({ request: (request) => (asked.push(request), direct.request(request)) });
    await direct.request({ method: "hardhat_setCode", params: [mirror, MIRROR] });
  });

  const call = (port: ChainPort, data: string, to = mirror): Promise<unknown> => port.request({ method: "eth_call", params: [{ to, data }, "latest"] });
  const outcome = (port: ChainPort, data: string, to?: string): Promise<string> =>
    call(port, data, to).then(
      (answer) => `answers ${String(answer)}`,
      (error: unknown) => `throws ${JSON.stringify((error as { data?: unknown }).data)}`,
    );

  it("answers as single calls do, reverts and empty answers included", async () => {
    const nobodyThere = "0x00000000000000000000000000000000000b0b00";
    const questions = ["0x", "0xff", `0xaa${"17".repeat(100)}`, "0x01", "0x02", "0x02deadbeef", "0x03"];
    const all = [...questions.map((data) => [data, mirror] as const), ["0x1234", nobodyThere] as const];
    const single = [];
    for (const [data, to] of all) single.push(await outcome(direct, data, to));
    expect(new Set(single).size, "the questions are told apart").to.equal(6);
    expect(await Promise.all(all.map(([data, to]) => outcome(reads, data, to)))).to.deep.equal(single);
    expect(asked.length).to.equal(1);
  });

  it("makes what failed again by itself when the gas was short", async () => {
    // Uses all gas that it is given.
    const glutton = "0x0000000000000000000000000000000000061077";
    await direct.request({ method: "hardhat_setCode", params: [glutton, "0xfe"] });
    const outcomes = await Promise.all([outcome(reads, "0xff"), outcome(reads, "0x", glutton), outcome(reads, "0x02")]);
    expect(outcomes.map((one) => one.split(" ")[0])).to.deep.equal(["answers", "throws", "throws"]);
    expect(asked.length).to.equal(3);
  });

  it("splits what is too much for one call", async () => {
    const questions = Array.from({ length: 150 }, (_, index) => `0xff${index.toString(16).padStart(4, "0")}`);
    expect(await Promise.all(questions.map((data) => call(reads, data)))).to.deep.equal(questions);
    expect(asked.length).to.equal(4);
  });

  it("remembers an answer until something happens on the chain", async () => {
    const zero = await call(reads, "0x03");
    expect(await call(reads, "0x03")).to.equal(zero);
    expect(asked.length).to.equal(1);
    await reads.request({ method: "hardhat_setStorageAt", params: [mirror, "0x0", `0x${"00".repeat(31)}07`] });
    expect(BigInt((await call(reads, "0x03")) as string)).to.equal(7n);
  });

  it("leaves a call with a sender or at another block as it is", async () => {
    const from = "0x00000000000000000000000000000000000000aA";
    const calls = [{ to: mirror, data: "0x01", from }, { to: mirror, data: "0x01" }];
    const [withSender, without] = (await Promise.all(calls.map((transaction) => reads.request({ method: "eth_call", params: [transaction, "latest"] })))) as string[];
    expect([BigInt(withSender ?? ""), BigInt(without ?? "")]).to.deep.equal([BigInt(from), 0n]);
    await reads.request({ method: "eth_call", params: [calls[1], "pending"] });
    expect(asked.map(({ params }) => params?.[1])).to.deep.equal(["latest", "latest", "pending"]);
  });
});
