import { Interface, getAddress } from "ethers";
import type { Expectations } from "../../core/schema/expectations.js";
import type { AccountChange } from "../../core/schema/rehearsal.js";
import { RELAYER } from "../fork/accounts.js";
import type { Fork, ForkLog } from "../fork/fork.js";
import { matches } from "./expected.js";
import type { ContractNames } from "./names.js";
import type { StateDiff } from "./transaction-diff.js";

const TOKEN = new Interface([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "function balanceOf(address account) view returns (uint256)",
]);
const TRANSFER = TOKEN.getEvent("Transfer")!.topicHash;

/** Balances, nonces, code and tokens that changed, each either declared or not; sorted by address and kind. */
export async function accountChanges(
  fork: Fork,
  diff: StateDiff,
  logs: readonly ForkLog[],
  names: ContractNames,
  expectations: Expectations,
  baseBlock: bigint,
): Promise<AccountChange[]> {
  const changes: Omit<AccountChange, "expected" | "by">[] = [];
  for (const [address, { balance, nonce, code }] of diff) {
    const contract = names.of(address);
    if (balance !== undefined) {
      changes.push({ address, contract, kind: "balance", before: String(balance.before), after: String(balance.after) });
    }
    if (nonce !== undefined) changes.push({ address, contract, kind: "nonce", before: String(nonce.before), after: String(nonce.after) });
    if (code !== undefined) changes.push({ address, contract, kind: "code", before: code.before ?? "none", after: code.after ?? "none" });
  }
  changes.push(...(await tokenChanges(fork, logs, names, baseBlock)));
  return changes
    .map((change) => ({ ...change, ...declared(change, names, expectations) }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function declared(
  change: Omit<AccountChange, "expected" | "by">,
  names: ContractNames,
  expectations: Expectations,
): Pick<AccountChange, "expected" | "by"> {
  const found = expectations.accounts.some(
    ({ contract, kind, token, after }) =>
      kind === change.kind &&
      names.means(contract, change.address) &&
      (token === undefined || (change.token !== undefined && names.means(token, change.token))) &&
      matches(after, change.after, change.before),
  );
  return found ? { expected: true, by: "expectations" } : { expected: false, by: null };
}

/** Balances of everybody whom a Transfer event names, read before and after. NFTs count by their holder's balance, too. */
async function tokenChanges(
  fork: Fork,
  logs: readonly ForkLog[],
  names: ContractNames,
  baseBlock: bigint,
): Promise<Omit<AccountChange, "expected" | "by">[]> {
  const holders = new Map<string, { token: string; holder: string }>();
  for (const { address, topics } of logs) {
    if (topics[0] !== TRANSFER || topics.length < 3) continue;
    for (const topic of topics.slice(1, 3)) {
      const holder = getAddress(`0x${topic.slice(-40)}`);
      if (BigInt(holder) === 0n) continue;
      const token = getAddress(address);
      holders.set(`${token} ${holder}`, { token, holder });
    }
  }
  const changes: Omit<AccountChange, "expected" | "by">[] = [];
  for (const { token, holder } of holders.values()) {
    const read = async (block: string): Promise<string> => {
      const data = TOKEN.encodeFunctionData("balanceOf", [holder]);
      try {
        return String(BigInt((await fork.request("eth_call", [{ from: RELAYER, to: token, data }, block])) as string));
      } catch {
        return "unknown";
      }
    };
    const [before, after] = [await read(`0x${baseBlock.toString(16)}`), await read("latest")];
    if (before === after && before !== "unknown") continue;
    changes.push({ address: holder, contract: names.of(holder), kind: "token", token, before, after });
  }
  return changes;
}

function keyOf({ address, kind, token }: AccountChange): string {
  return `${address} ${kind} ${token ?? ""}`;
}
