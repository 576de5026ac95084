import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import hre from "hardhat";
import { startEmbeddedChain, type EmbeddedChain } from "../../scripts/chain/embedded.js";
import { carryOut } from "../../scripts/upgrades/carry-out.js";
import { UPGRADES, walkUpgrade, type UpgradeName } from "../../scripts/upgrades/walk.js";
import { ROOT, upgrade } from "../support/cli.js";

/** All four take some minutes, also on a calm machine: they are asked for. `npm run upgrades` is the same walk. */
const ASKED_FOR = process.env.DRYDOCK_LONG !== undefined;

/** A chain with a trust file, and a walk on it that expects every verb to pass. */
class Walker {
  readonly trust = join(ROOT, "cache", "test-upgrades-trust.json");
  private readonly bundles: string[] = [];

  private constructor(readonly chain: EmbeddedChain) {}

  static async start(): Promise<Walker> {
    const walker = new Walker(await startEmbeddedChain({ deployments: join(ROOT, "deployments") }));
    await rm(walker.trust, { force: true });
    return walker;
  }

  run(args: readonly string[]) {
    return upgrade(args, { url: this.chain.url, trust: this.trust });
  }

  /** Runs a verb that must pass. */
  async pass(args: readonly string[]) {
    const { status, answer } = await this.run(args);
    expect(status, `${args.join(" ")}: ${JSON.stringify([answer.error, answer.findings, answer.notRun]).slice(0, 3_000)}`).to.equal(0);
    return answer;
  }

  /** An empty place for the proposal of `name`. */
  async bundle(name: UpgradeName): Promise<string> {
    const bundle = join("proposals", `test-${name}`);
    this.bundles.push(bundle);
    await rm(join(ROOT, bundle), { recursive: true, force: true });
    return bundle;
  }

  /** @returns the verbs that were run. */
  async walk(name: UpgradeName): Promise<string[]> {
    const verbs: string[] = [];
    const verb = async (args: readonly string[]) => {
      const answer = await this.pass(args);
      verbs.push(args[0] ?? "");
      if (args[0] !== "status") return;
      expect((answer.proposals as { progress: string }[]).map(({ progress }) => progress)).to.deep.equal(["executed"]);
    };
    await walkUpgrade(name, { chain: this.chain, trust: this.trust, bundle: await this.bundle(name), verb });
    return verbs;
  }

  async stop(): Promise<void> {
    await this.chain.stop();
    for (const bundle of this.bundles) await rm(join(ROOT, bundle), { recursive: true, force: true });
  }
}

describe("an upgrade of what was upgraded before", function () {
  this.timeout(900_000);
  let walker: Walker;

  before(async () => {
    walker = await Walker.start();
  });
  after(() => walker?.stop());

  it("0004 is refused while the versions that it starts from are not live", async () => {
    const { status, answer } = await walker.run(["validate", "upgrades/0004-risk-standard"]);
    expect([status, answer.error?.code]).to.deep.equal([2, "DD132"]);
    expect(answer.error?.message).to.match(/starts from ClearinghouseV2, but clearinghouse runs Clearinghouse at 0x/);
  });

  it("0004 is proposed and reviewed, its layout compared with both versions before", async () => {
    for (const name of UPGRADES.slice(0, 2)) await carryOut(hre, name, walker.chain);
    const bundle = await walker.bundle("0004-risk-standard");
    await walker.pass(["inspect", "--write", walker.trust]);
    await walker.pass(["propose", "upgrades/0004-risk-standard", "--out", bundle]);
    const builds = await readdir(join(ROOT, bundle, "build"));
    expect(builds.filter((name) => name.startsWith("former-")).sort()).to.deep.equal([
      "former-0-Clearinghouse.json", "former-1-PerpExchange.json", "former-2-OptionsMarket.json",
    ]);
    await walker.pass(["review", bundle]);
  });
});

describe("the four upgrades of the venue, one after the other through the whole line", function () {
  this.timeout(0);
  let walker: Walker;

  before(async function () {
    if (!ASKED_FOR) {
      process.stdout.write("    skipped: DRYDOCK_LONG=1 npm test -- test/line/four-upgrades.test.ts, or npm run upgrades\n");
      this.skip();
    }
    walker = await Walker.start();
  });
  after(() => walker?.stop());

  for (const name of UPGRADES) {
    it(`${name} is validated, checked, rehearsed, proposed, reviewed, signed, scheduled and executed`, async () => {
      const verbs = await walker.walk(name);
      const before = ["inspect", "validate", "check", "rehearse", "propose", "review"];
      expect(verbs).to.deep.equal([...before, "sign", "sign", "schedule", "sign", "sign", "execute", "status"]);
    });
  }
});
