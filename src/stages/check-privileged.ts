import { getAddress } from "ethers";
import type { ChainPort } from "../chain/port.js";
import { getCode } from "../chain/reads.js";
import { ContractView } from "../core/checks/ast/contract-view.js";
import { Program } from "../core/checks/ast/program.js";
import { privilegedArguments } from "../core/checks/privileged-arguments.js";
import type { UpgradeCall } from "../core/checks/rule.js";
import type { Finding } from "../core/finding.js";
import type { ResolvedChange } from "./resolve.js";

/**
 * P14: the upgrade's own initializer gives a role, ownership or the like to an address without code, which is one key that
 * can be lost or stolen.
 *
 * @param call the decoded initializer.
 */
export async function singleKeyFindings(change: ResolvedChange, call: UpgradeCall, chain: ChainPort, block: bigint): Promise<Finding[]> {
  const { built } = change;
  const program = new Program(built.input, built.output);
  const definition = program.contracts.find((one) => one.name === built.name && program.fileOf(one) === built.file);
  if (definition === undefined) return [];
  const findings: Finding[] = [];
  for (const { index, parameter, state } of privilegedArguments(new ContractView(program, definition), call)) {
    const given = call.args?.[index] ?? "";
    if (!/^0x[0-9a-fA-F]{40}$/.test(given) || BigInt(given) === 0n) continue;
    const address = getAddress(given);
    if ((await getCode(chain, address, block)) !== "0x") continue;
    findings.push({
      rule: "P14",
      severity: "high",
      confidence: "high",
      title: "the upgrade gives a privilege to a single key",
      detail: `${call.signature.split("(")[0]} of ${change.name} puts ${address} (${parameter}) into ${state}, which decides who may call; there is no code at that address`,
      where: { address, contract: built.name },
      remedy: "give it to a Safe or another contract that asks several people",
    });
  }
  return findings;
}
