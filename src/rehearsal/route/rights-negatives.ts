import { AbiCoder, keccak256, ZeroAddress } from "ethers";
import { getStorage } from "../../chain/reads.js";
import { readSafe } from "../../chain/safe.js";
import { timelockCallOf } from "../../core/plan/route.js";
import { ACCESS_CONTROL_SLOT, SAFE_GUARD_SLOT } from "../../core/proxy/slots.js";
import { encodeExecTransaction, SAFE_INTERFACE } from "../../core/safe/calldata.js";
import { encodeScheduleBatch, TIMELOCK_INTERFACE } from "../../core/timelock/operation.js";
import { REFUSING_GUARD, RELAYER, STRANGER } from "../fork/accounts.js";
import type { RouteContext } from "./context.js";
import { attemptToFail, EXECUTOR_ROLE, judge, missingRole, PROPOSER_ROLE, revertInside } from "./judge.js";
import { failureAt, parseRevert, revertOf } from "./reverts.js";
import type { PreparedStep } from "./safe-step.js";

/** Answers `supportsInterface` with yes, and reverts for everything else. */
const REFUSING_CODE = "0x5f3560e01c6301ffc9a7146011575f5ffd5b60015f5260205ff3";
/** Where AccessControl keeps `_roles`: OpenZeppelin 4 and 5's TimelockController, and the upgradeable one. */
const ROLES_SLOTS = [`0x${"0".repeat(64)}`, ACCESS_CONTROL_SLOT];

/** The same Safe once its proposer role is taken away, and once its executor role is: the timelock has to refuse both. */
export async function runMissingRoles(context: RouteContext): Promise<void> {
  const { fork, plan, input, operation } = context;
  const schedule = { from: plan.safe, to: plan.timelock, data: encodeScheduleBatch({ ...operation, salt: keccak256(operation.salt), delay: BigInt(plan.delay) }) };
  const executor = input.executor ?? plan.safe;
  const runs = [
    { id: "missing-role-schedule", role: PROPOSER_ROLE, name: "PROPOSER_ROLE", account: plan.safe, transaction: schedule },
    ...((await hasRole(context, EXECUTOR_ROLE, ZeroAddress))
      ? []
      : [{ id: "missing-role-execute", role: EXECUTOR_ROLE, name: "EXECUTOR_ROLE", account: executor, transaction: { from: executor, ...timelockCallOf(plan, "execute", operation) } }]),
  ];
  for (const { id, role, name, account, transaction } of runs) {
    const outcome = await fork.attempt(async () => {
      if (!(await revoke(context, role, account))) return "held" as const;
      return attemptToFail(context, transaction, fork.now);
    });
    if (outcome === "held") context.notRun.push({ check: `negative run ${id}`, reason: `${name} of ${account} can't be revoked on the fork: its storage is not that of OpenZeppelin's AccessControl` });
    else judge(context, id, `AccessControlUnauthorizedAccount(${account}, ${name})`, revertInside(context, outcome), missingRole(account, role));
  }
}

/** A guard that refuses is set on the Safe: the signed transaction has to fail in it. Safes before 1.3.0 have no guards. */
export async function runGuarded(context: RouteContext, { tx, approvals }: PreparedStep): Promise<void> {
  const { fork, plan } = context;
  const guard = REFUSING_GUARD;
  const outcome = await fork.attempt(async () => {
    await fork.setCode(guard, REFUSING_CODE);
    await fork.send({ from: plan.safe, to: plan.safe, data: SAFE_INTERFACE.encodeFunctionData("setGuard", [guard]) }, fork.now);
    if (BigInt(await getStorage(fork.port, plan.safe, SAFE_GUARD_SLOT)) !== BigInt(guard)) return "no guards" as const;
    return attemptToFail(context, { from: RELAYER, to: plan.safe, data: encodeExecTransaction(tx, approvals.signatures) }, fork.now);
  });
  if (outcome === "no guards") {
    const { version } = await readSafe(fork.port, plan.safe);
    if (!/^(0|1\.[0-2])\./.test(version)) context.notRun.push({ check: "negative run guard", reason: `the Safe ${version} does not take a guard on the fork` });
    return;
  }
  const refused = outcome !== undefined && failureAt(outcome, guard) !== undefined;
  const revert = outcome === undefined ? undefined : refused ? { data: "0x", reason: `refused by the guard ${guard}` } : revertOf(outcome);
  judge(context, "guard", `a refusal by the guard ${guard}`, revert, () => refused);
}

/** A stranger tries the Safe's door for modules. */
export async function runStrangerModule(context: RouteContext, { tx }: PreparedStep): Promise<void> {
  const { fork, plan } = context;
  const data = SAFE_INTERFACE.encodeFunctionData("execTransactionFromModule", [tx.to, tx.value, tx.data, tx.operation]);
  const tree = await attemptToFail(context, { from: STRANGER, to: plan.safe, data }, fork.now);
  judge(context, "stranger-module", "Error(GS104)", tree && revertOf(tree), (revert) => {
    const parsed = parseRevert(revert);
    return parsed?.name === "Error" && ["GS104", "Method can only be called from an enabled module"].includes(String(parsed.args[0]));
  });
}

/** Takes `role` away: by the timelock, which administers itself, else in storage. Answers whether it is gone. */
async function revoke(context: RouteContext, role: string, account: string): Promise<boolean> {
  const { fork, plan } = context;
  await fork.send({ from: plan.timelock, to: plan.timelock, data: TIMELOCK_INTERFACE.encodeFunctionData("revokeRole", [role, account]) }, fork.now);
  const coder = AbiCoder.defaultAbiCoder();
  for (const slot of ROLES_SLOTS) {
    if (!(await hasRole(context, role, account))) return true;
    const members = keccak256(coder.encode(["bytes32", "bytes32"], [role, slot]));
    await fork.setStorage(plan.timelock, keccak256(coder.encode(["address", "bytes32"], [account, members])), "0x0");
  }
  return !(await hasRole(context, role, account));
}

async function hasRole({ fork, plan }: RouteContext, role: string, account: string): Promise<boolean> {
  const answer = await fork.call({ from: RELAYER, to: plan.timelock, data: TIMELOCK_INTERFACE.encodeFunctionData("hasRole", [role, account]) });
  return answer.succeeded && answer.data.length === 66 && BigInt(answer.data) === 1n;
}
