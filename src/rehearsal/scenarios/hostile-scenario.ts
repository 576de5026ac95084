import { getCode } from "../../chain/reads.js";
import { rehearsalAccount, STRANGER } from "../fork/accounts.js";
import { hookedToken, reentrant } from "../probes/hostile-code.js";
import { needsSubject, type Scenario } from "./scenario.js";
import { stateOf } from "./steps.js";
import type { ScenarioWorld } from "./world.js";

/** A thousandth of a dollar: what every healthy account may take out. */
const LITTLE = 10n ** 15n;
/** Accounts that turn hostile. */
const ACCOUNTS = 3;

export const hostile: Scenario = {
  id: "S14",
  title: "hostile: strangers act in the name of others, tokens and payees re-enter",
  weight: 2,
  unmet: needsSubject,
  async play(world) {
    const problems: string[] = [];
    for (const account of world.sample.slice(0, ACCOUNTS)) {
      const call = await world.venue.action({ kind: "withdraw", account, amount: 1n });
      if (call !== undefined) await world.send({ ...call, from: STRANGER }, `a stranger withdraws like ${account}`);
    }
    await world.observe("after the strangers");
    const tokens = (await world.venue.tokens?.()) ?? [];
    if (tokens.length === 0) world.note("the adapter names no token: only native payments and callbacks re-enter");
    for (const account of world.sample.slice(0, ACCOUNTS)) {
      await world.apart(async () => {
        problems.push(...(await reenter(world, account, tokens)));
      });
    }
    return problems;
  },
};

/**
 * The account becomes a contract that makes the same call again whenever it is called, and every token calls it back on a
 * transfer, as ERC-777 does. A second payment out of one withdrawal must not come.
 */
async function reenter(world: ScenarioWorld, account: string, tokens: readonly string[]): Promise<string[]> {
  const state = await stateOf(world, account);
  if (state === undefined || state.collateral <= LITTLE) return [];
  const call = await world.venue.action({ kind: "withdraw", account, amount: LITTLE });
  if (call === undefined) return [];
  for (const token of tokens) {
    const original = rehearsalAccount(`code of the token ${token}`);
    await world.fork.setCode(original, await getCode(world.fork.port, token));
    await world.fork.setCode(token, hookedToken(original, account));
  }
  await world.fork.setCode(account, reentrant(call.to, call.data));
  await world.send(call, `${account} withdraws and re-enters`);
  world.check("I1");
  const entered = BigInt((await world.fork.request("eth_getStorageAt", [account, REENTERED, "latest"])) as string);
  return entered === 0n ? [] : [`I1 re-entry: ${account} withdraws a second time out of the first withdrawal`];
}

/** Where {@link reentrant} notes that its second call went through. */
const REENTERED = `0x${"0".repeat(64)}`;
