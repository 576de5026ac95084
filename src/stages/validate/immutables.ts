import { getAddress } from "ethers";
import { matchRuntimeCode, type CodeMatch } from "../../core/bytecode/match.js";
import type { Finding } from "../../core/finding.js";
import type { ContractLayout } from "../../core/layout/index.js";
import type { ValidateLiveParts } from "../../core/schema/validate.js";
import type { BuiltContract } from "../../core/solc.js";

type Immutable = ValidateLiveParts["proxies"][number]["immutables"][number];

/** Code on chain, its build, and that build's layout. */
export interface DeployedBuild {
  address: string;
  code: string;
  built: BuiltContract;
  layout: ContractLayout;
}

/** Compares the code with its build, immutables by name. */
export function matchWithNames({ code, built, layout }: Omit<DeployedBuild, "address">): CodeMatch {
  const deployed = built.output.contracts?.[built.file]?.[built.name]?.evm?.deployedBytecode;
  const named = layout.unstored.filter(({ mutability, astId }) => mutability === "immutable" && astId !== undefined);
  return matchRuntimeCode(code, {
    deployedBytecode: deployed?.object ?? "",
    immutableReferences: deployed?.immutableReferences ?? {},
    linkReferences: deployed?.linkReferences ?? {},
    immutableNames: Object.fromEntries(named.map(({ astId, contract, label }) => [astId ?? "", `${contract}.${label}`])),
  });
}

/** U11, and P13 for the new code: immutables old → new by name. An immutable that holds the code's own address is no change. */
export function immutableFindings(old: DeployedBuild, next: DeployedBuild): { immutables: Immutable[]; findings: Finding[] } {
  const [before, after] = [valuesOf(old), valuesOf(next)];
  const findings: Finding[] = [];
  const immutables: Immutable[] = [];
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
    const self = was !== null && is !== null && isAddress(was, old.address) && isAddress(is, next.address);
    const changed = was !== null && is !== null && was !== is && !self;
    immutables.push({ name, old: was, new: is, changed });
    if (!changed) continue;
    const declared = next.layout.unstored.find(({ contract, label }) => `${contract}.${label}` === name);
    findings.push({
      rule: "U11",
      severity: "high",
      confidence: "high",
      title: "an immutable's value differs from the live implementation's",
      detail: `${name} is ${was} in the live implementation and ${is} in the new one`,
      where: { ...declared?.place, contract: next.layout.contract, address: next.address },
      remedy: "pass the constructor the value that is live now, or make sure that the change is meant",
    });
  }
  const match = matchWithNames(next);
  if (match.verdict === "mismatch") {
    findings.push({
      rule: "P13",
      severity: "high",
      confidence: "high",
      title: "the deployed code is not what this source builds",
      detail: `${next.address}: ${match.detail}`,
      where: { ...next.layout.place, contract: next.layout.contract, address: next.address },
      remedy: "deploy what the source builds, with the compiler and settings of the production profile",
    });
  }
  return { immutables: immutables.sort((a, b) => (a.name < b.name ? -1 : 1)), findings };
}

function valuesOf(deployed: DeployedBuild): Map<string, string> {
  const { immutables } = matchWithNames(deployed);
  return new Map(immutables.map(({ name, astId, value }) => [name ?? `#${astId}`, value]));
}

function isAddress(word: string, address: string): boolean {
  return /^0x0{24}/.test(word) && getAddress(`0x${word.slice(-40)}`) === getAddress(address);
}
