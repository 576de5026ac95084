import { expect } from "chai";
import type { AuthorityPicture } from "../../src/core/schema/inspect.js";
import { drawn } from "../../src/review/authority.js";

const [proxy, timelock, key] = [1, 2, 3].map((digit) => `0x${String(digit).repeat(40)}`) as [string, string, string];

function picture(owner: string, kind: "timelock" | "eoa", delay: string): AuthorityPicture {
  const node = { label: null, facts: {}, complete: true };
  return {
    nodes: [
      { ...node, address: proxy, kind: "proxy" },
      { ...node, address: owner, kind },
    ],
    edges: [{ from: owner, to: proxy, right: "owner", need: 1, outOf: 1, delay, evidence: "call" }],
    paths: [{ proxy, steps: [{ holder: owner, right: "owner", over: proxy, delay }], leaf: { address: owner, kind }, delay, keys: 1, cancellers: [] }],
  };
}

describe("the authority graph of the signer's page", () => {
  const before = picture(timelock, "timelock", "172800");
  const labels = { [proxy]: "Vault", [timelock]: "Timelock" };

  it("marks the rights that the rehearsed upgrade gives and takes, in the picture and in words", async () => {
    const [shown] = await drawn({ before, after: picture(key, "eoa", "0"), notRun: [] }, labels);
    expect(shown!.when).to.contain("own rehearsal");
    expect(shown!.svg).to.contain("authority-added").and.to.contain("+ owner").and.to.contain("− owner").and.to.contain("− Timelock");
    expect(shown!.paths).to.deep.equal([
      `After the upgrade: Vault: ${key}, after 0 s, 1 keys`,
      "Only before the upgrade: Vault: Timelock, after 2 days, 1 keys",
    ]);
  });

  it("marks nothing where the upgrade changes nothing, and says what the graph may lack", async () => {
    const [shown] = await drawn({ before, after: structuredClone(before), notRun: [{ check: "role holders", reason: "no logs" }] }, labels);
    expect(shown!.svg).to.contain("changes none of them").and.not.to.contain("+ owner");
    expect(shown!.paths).to.deep.equal(["Vault: Timelock, after 2 days, 1 keys", "May be incomplete: role holders: no logs"]);
  });

  it("says that the upgrade was not rehearsed where it was not", async () => {
    const [shown] = await drawn({ before, after: null, notRun: [] }, labels);
    expect(shown!.when).to.equal("Now; what the upgrade makes of it was not rehearsed");
    expect(shown!.svg).not.to.contain("The upgrade changes");
  });
});
