import { expect } from "chai";
import { id, toBeHex } from "ethers";
import type { PlanCore } from "../../src/core/schema/plan.js";
import type { Rehearsal } from "../../src/core/schema/rehearsal.js";
import type { AgreedRole } from "../../src/core/schema/trust.js";
import { declaredAuthority } from "../../src/review/bundle/declared-authority.js";

const CONTRACT = "0x95401dc811bb5740090279Ba06cfA8fcF6113778";
const HOLDER = "0xf7658Db7d7ebC33ba8F39c412Bdf4FfdccF3388a";
const STRANGER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const ROLE = id("COMPLIANCE_ROLE");
/** As the embedded chain has it, where upgrade 0003 grants the role. */
const SLOT = "0xa85ac407506b95b44960573dde438fe22853a482f32c7fc7f3cca57ee4f52e4f";

const grant = { address: CONTRACT, slot: SLOT, name: `openzeppelin.storage.AccessControl:_roles[${ROLE}].hasRole[${HOLDER}]`, before: "false", after: "true", expected: true, by: "expectations" };
const agreed: AgreedRole = { contract: CONTRACT, role: ROLE, account: HOLDER, change: "granted", reason: "asked compliance" };

function judge(change: Partial<typeof grant>, agreements: readonly AgreedRole[]): string[] {
  const rehearsal = { stateDiff: [{ ...grant, ...change }] } as unknown as Rehearsal;
  return declaredAuthority(rehearsal, { safe: STRANGER } as PlanCore, agreements).map(({ rule, severity }) => `${rule} ${severity}`);
}

const RED = ["review/declared-authority-change high"];

describe("a change of authority that the author declares", () => {
  it("is red whatever the author says", () => {
    expect(judge({}, [])).to.deep.equal(RED);
  });

  it("is an info where the signer's own trust file agrees to exactly this role", () => {
    expect(judge({}, [agreed])).to.deep.equal(["review/agreed-authority-change info"]);
  });

  it("stays red for another contract, role, account or direction, and for the Safe's storage", () => {
    for (const other of [{ contract: STRANGER }, { role: id("KEEPER_ROLE") }, { account: STRANGER }, { change: "withdrawn" as const }]) {
      expect(judge({}, [{ ...agreed, ...other }]), JSON.stringify(other)).to.deep.equal(RED);
    }
    expect(judge({ before: "true", after: "false" }, [agreed])).to.deep.equal(RED);
    expect(judge({ address: STRANGER, slot: toBeHex(4, 32), name: "threshold" }, [agreed])).to.deep.equal(RED);
  });

  it("goes by the slot: a name that only looks like the role's is red", () => {
    expect(judge({ slot: toBeHex(1, 32) }, [agreed])).to.deep.equal(RED);
  });
});
