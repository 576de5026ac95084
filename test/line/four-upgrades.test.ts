import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { UPGRADES, walkUpgrade } from "../../scripts/upgrades/walk.js";
import { ROOT, upgrade } from "../support/cli.js";

/** The same walk as `npm run upgrades`: some minutes on a calm machine, so it is asked for. */
const ASKED_FOR = process.env.DRYDOCK_LONG !== undefined;

describe("the four upgrades of the venue, one after the other through the whole line", function () {
  this.timeout(0);
  let chain: EmbeddedChain;
  const trust = join(ROOT, "cache", "test-upgrades-trust.json");
  const bundleOf = (name: string) => join("proposals", `test-${name}`);

  before(async function () {
    if (!ASKED_FOR) {
      process.stdout.write("    skipped: DRYDOCK_LONG=1 npm test -- test/line/four-upgrades.test.ts, or npm run upgrades\n");
      this.skip();
    }
    await rm(trust, { force: true });
    chain = await startEmbeddedChain({ deployments: join(ROOT, "deployments") });
  });

  after(async () => {
    await chain?.stop();
    for (const name of UPGRADES) await rm(join(ROOT, bundleOf(name)), { recursive: true, force: true });
  });

  const run = async (args: readonly string[]) => {
    const { status, answer } = await upgrade(args, { url: chain.url, trust });
    expect(status, `${args.join(" ")}: ${JSON.stringify([answer.error, answer.findings, answer.notRun]).slice(0, 3_000)}`).to.equal(0);
    return answer;
  };

  it("0004 is refused while what it starts from is not live", async () => {
    const { status, answer } = await upgrade(["validate", "upgrades/0004-risk-standard"], { url: chain.url, trust });
    expect([status, answer.error?.code]).to.deep.equal([2, "DD132"]);
    expect(answer.error?.message).to.match(/starts from ClearinghouseV2, but clearinghouse runs Clearinghouse at 0x/);
  });

  for (const name of UPGRADES) {
    it(`${name} is validated, checked, rehearsed, proposed, reviewed, signed, scheduled and executed`, async () => {
      const bundle = bundleOf(name);
      await rm(join(ROOT, bundle), { recursive: true, force: true });
      const verbs: string[] = [];
      await walkUpgrade(name, {
        chain,
        trust,
        bundle,
        verb: async (args) => {
          verbs.push(args[0] ?? "");
          const answer = await run(args);
          if (args[0] === "status") {
            expect((answer.proposals as { progress: string }[]).map(({ progress }) => progress)).to.deep.equal(["executed"]);
          }
        },
      });
      expect(verbs.slice(1, 6)).to.deep.equal(["validate", "check", "rehearse", "propose", "review"]);
    });
  }
});
