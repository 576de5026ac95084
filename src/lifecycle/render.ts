import { findingsText, notRunText } from "../report/findings-text.js";
import type { ResolvedPlan } from "../stages/resolve.js";
import type { ProposeOutcome } from "./propose.js";
import type { StepTransaction } from "./sign.js";
import type { Status } from "./status.js";
import type { StepOutcome } from "./steps.js";

/** Seconds since 1970 as UTC, to the second. */
export function utc(seconds: bigint): string {
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** What a step did, for a person. */
export function stepText({ step, transactionHash, via, state }: StepOutcome, title: string): string {
  const done = { schedule: "scheduled", execute: "executed", cancel: "cancelled" }[step];
  const already = step === "cancel" ? "nothing is scheduled that could be cancelled" : `already ${done}`;
  const how = via === "safe" ? "through the Safe" : "directly, the account holds the role";
  const lines = [
    transactionHash === undefined ? `${title}: ${already}; nothing was sent.` : `${title}: ${done} ${how}.`,
    ...(transactionHash === undefined ? [] : [`  transaction  ${transactionHash}`]),
    `  operation    ${state.operationId} is ${state.operation}`,
  ];
  if (state.operation === "waiting") lines.push(`  executable   from ${utc(state.readyAt)} (chain time)`);
  if (step === "execute") {
    for (const change of state.changes) lines.push(`  ${change.proxy} runs ${change.implementation}, as planned`);
  }
  return lines.join("\n");
}

/** A signature that was stored, for a person. */
export function signText(
  { step, tx, hashes }: StepTransaction,
  { owner, signed, threshold }: { owner: string; signed: number; threshold: number },
  title: string,
): string {
  return [
    `${title}: ${owner} signed the step ${step}.`,
    `  safeTxHash   ${hashes.safeTxHash}`,
    `  domain hash  ${hashes.domainHash}`,
    `  message hash ${hashes.messageHash}`,
    `  nonce        ${tx.nonce}`,
    `  signatures   ${signed} of ${threshold}`,
  ].join("\n");
}

/** The status of all proposals, for a person. */
export function statusText({ proposals, broken, unexplained }: Status): string {
  const lines: string[] = [];
  for (const proposal of proposals) {
    lines.push(`${proposal.title}: ${proposal.progress} (${proposal.detail})`);
    lines.push(`  bundle       ${proposal.bundle}`);
    lines.push(`  plan hash    ${proposal.planHash}`);
    lines.push(`  operation    ${proposal.operationId}`);
    if (proposal.readyAt > 0n) lines.push(`  executable   from ${utc(proposal.readyAt)} (chain time)`);
    for (const { step, owners, threshold, nonce, current } of proposal.signatures) {
      const used = proposal.state.operation === "unset" ? "stale" : "used";
      lines.push(`  ${step.padEnd(12)} ${owners.length} of ${threshold} signatures at nonce ${nonce}${current ? "" : `, ${used}`}`);
    }
  }
  for (const { bundle, reason } of broken) lines.push(`BROKEN  ${bundle}: ${reason}`);
  for (const { timelock, id, state, readyAt, calls } of unexplained) {
    lines.push(`UNEXPLAINED  operation ${id} of ${timelock} is ${state}, executable from ${utc(readyAt)}:`);
    for (const { target, value, data } of calls) lines.push(`  ${target} value ${value} data ${data.slice(0, 10)}…`);
  }
  return lines.length === 0 ? "No proposals for this chain, and no pending timelock operations." : lines.join("\n");
}

/** What `propose` did, for a person. */
export function proposeText(outcome: ProposeOutcome, { title, hash, operationId }: ResolvedPlan): string {
  const gates = outcome.gates.map(({ stage, verdict, findings, notRun }) => {
    const lines = [findingsText(findings), notRunText("", notRun)].filter((part) => part !== "");
    return [`  ${stage.padEnd(10)} ${verdict}`, ...lines].join("\n");
  });
  if (outcome.kind === "blocked") {
    return [`${title}: not proposed; nothing was sent and nothing was written.`, ...gates].join("\n");
  }
  const { bundle } = outcome;
  const { nonce } = bundle.transactions.schedule.transaction;
  const words =
    outcome.kind === "standing"
      ? "is proposed already; nothing was changed."
      : `proposed${outcome.deployed.length > 0 ? `, ${outcome.deployed.join(" and ")} deployed` : ""}.`;
  return [
    `${title}: ${words}`,
    ...gates,
    `  bundle         ${bundle.folder}`,
    `  plan hash      ${hash}`,
    `  evidence root  ${bundle.evidenceRoot}`,
    `  operation      ${operationId}`,
    `  safeTxHash     ${bundle.transactions.schedule.safeTxHash} (schedule, nonce ${nonce})`,
  ].join("\n");
}
