import { expect } from "chai";
import type { Expectations } from "../../src/core/schema/expectations.js";
import { byAddress } from "../../src/rehearsal/expectations/by-address.js";
import { nameBook, namesOrLabels } from "../../src/stages/names.js";

const VAULT = "0x00000000000000000000000000000000000000A1";
const TOKEN = "0x00000000000000000000000000000000000000A2";
const SAFE = "0x00000000000000000000000000000000000000A3";
const TIMELOCK = "0x00000000000000000000000000000000000000a4";
const known = [
  { name: "vault", address: VAULT },
  { name: "coin", address: TOKEN },
];

/** A signer without the author's deployments file has to come to the author's verdict. */
describe("expectations as they are sealed", () => {
  const declared: Expectations = {
    schema: "drydock/expectations@1",
    storage: [
      { contract: "Vault", name: "fee", after: "25" },
      { contract: TOKEN, name: "cap", after: "1" },
    ],
    accounts: [{ contract: "timelock", kind: "token", token: "coin", after: "3" }],
    events: [{ contract: "safe", event: "ExecutionSuccess(bytes32,uint256)" }, { contract: "nobody", event: "Gone()" }],
    authority: [{ change: "added", holder: "safe", right: "owner", of: "vault", reason: "agreed" }],
    differences: [{ scenario: "S0", where: "vault.*", reason: "fees" }],
  };
  const sealed = byAddress(declared, known, { safe: SAFE, timelock: TIMELOCK });

  it("name contracts by address, whatever the letter case of the name", () => {
    expect(sealed.storage.map(({ contract }) => contract)).to.deep.equal([VAULT, TOKEN]);
    expect(sealed.accounts).to.deep.equal([{ contract: TIMELOCK, kind: "token", token: TOKEN, after: "3" }]);
  });

  it("leave what is no known name, and what no signer judges by name", () => {
    expect(sealed.events.map(({ contract }) => contract)).to.deep.equal([SAFE, "nobody"]);
    expect([sealed.authority, sealed.differences]).to.deep.equal([declared.authority, declared.differences]);
  });

  it("meet the labels of the signer's trust file where there is no deployments file", () => {
    const labels = { [VAULT]: "our vault" };
    expect(namesOrLabels(nameBook("none", {}), labels).nameOf(VAULT)).to.equal("our vault");
    expect(namesOrLabels(nameBook("own", { vault: VAULT }), labels).nameOf(VAULT)).to.equal("vault");
  });
});
