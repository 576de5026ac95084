import { readFile } from "node:fs/promises";
import { id } from "ethers";
import type { AgreedRole, Trust } from "../../src/core/schema/trust.js";
import { writeAtomically } from "../../src/files/write-atomically.js";
import { WALLETS } from "../chain/deploy-venue.js";
import type { EmbeddedChain } from "../chain/embedded.js";
import { passTime } from "../chain/pass-time.js";

/** The venue's upgrades, in the order in which they are executed. */
export const UPGRADES = ["0001-new-product", "0002-pricing-model", "0003-compliance", "0004-risk-standard"] as const;
export type UpgradeName = (typeof UPGRADES)[number];

/** Blocks after an execution, so that the next rehearsal's pinned block comes after it. */
export const SETTLED_BLOCKS = 130;

export interface Walk {
  chain: EmbeddedChain;
  /** The signers' trust file; written before each upgrade, as after any change on the chain. */
  trust: string;
  /** The proposal's folder. */
  bundle: string;
  /** Runs one verb of the command line; throws unless it passes. */
  verb(args: readonly string[]): Promise<void>;
}

/**
 * Takes one upgrade from its plan to executed and verified, verb by verb, with two signers of three, and lets the chain's
 * time pass in between.
 *
 * @throws what `verb` throws.
 */
export async function walkUpgrade(name: UpgradeName, { chain, trust, bundle, verb }: Walk): Promise<void> {
  const { session, venue } = chain;
  const plan = `upgrades/${name}`;
  const [first, second, third] = WALLETS.governanceOwners.map((index) => session.wallet(index).address);
  const sign = async (step: "schedule" | "execute", owners: readonly (string | undefined)[]) => {
    for (const owner of owners) await verb(["sign", bundle, "--step", step, "--account", owner ?? ""]);
  };

  await verb(["inspect", "--write", trust]);
  await agree(name, trust, venue.contracts);
  for (const stage of ["validate", "check", "rehearse"]) await verb([stage, plan]);
  await verb(["propose", plan, "--out", bundle]);
  await verb(["review", bundle]);
  await sign("schedule", [first, second]);
  await verb(["schedule", bundle]);
  await passTime(session, venue.contracts, venue.governance.delay);
  await sign("execute", [second, third]);
  await verb(["execute", bundle]);
  await verb(["status", bundle]);
  await session.sync();
  await session.mine(SETTLED_BLOCKS);
}

/** What the signers agree to beforehand: nothing, but for the one role that upgrade 0003 grants. */
async function agree(name: UpgradeName, trust: string, contracts: Readonly<Record<string, string>>): Promise<void> {
  if (name !== "0003-compliance") return;
  const grant: AgreedRole = {
    contract: contracts.orderSettlement ?? "",
    role: id("COMPLIANCE_ROLE"),
    account: contracts.complianceSafe ?? "",
    change: "granted",
    reason: "the compliance Safe attests accounts from upgrade 0003 on",
  };
  const file = JSON.parse(await readFile(trust, "utf8")) as Trust;
  await writeAtomically(trust, `${JSON.stringify({ ...file, agreed: [grant] }, null, 2)}\n`);
}
