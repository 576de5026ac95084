import { keccak256 } from "ethers";
import { getCode } from "../../chain/reads.js";
import { calledAddresses } from "../../core/plan/called-code.js";
import type { Finding } from "../../core/finding.js";
import type { Trust } from "../../core/schema/trust.js";
import type { ReviewContext } from "./context.js";
import { contradiction } from "./finding.js";

/**
 * The code of everything that the proposal calls: against what the signer's trust file says, and against what stood there
 * at the proposal. A bundle that leaves an address out says nothing about it, and is red.
 */
export async function reviewCalledCode({ bundle, chain, trust }: ReviewContext): Promise<Finding[]> {
  const { plan, transactions } = bundle;
  const stated = new Map(transactions.codeHashes.map(({ address, codeHash }) => [address, codeHash]));
  const own = trustedCode(trust);
  const findings: Finding[] = [];
  for (const address of calledAddresses(plan)) {
    if (!stated.has(address))
      findings.push(
        contradiction("code-drift", "the bundle does not say which code it was proposed against", `transactions.json has no code hash for ${address}`, address),
      );
    if (!chain || chain.cassette) continue;
    const code = await getCode(chain.port, address);
    const live = code === "0x" ? null : keccak256(code);
    const trusted = own.get(address);
    if (trusted !== undefined && trusted !== live)
      findings.push(contradiction("code-drift", "a contract runs other code than your trust file says", compared(address, trusted, live), address));
    else if (stated.has(address) && stated.get(address) !== live)
      findings.push(
        contradiction("code-drift", "the code of a called contract changed since the proposal", compared(address, stated.get(address) ?? null, live), address),
      );
  }
  return findings;
}

function compared(address: string, before: string | null, live: string | null): string {
  return `${address} had ${before === null ? "no code" : `code with the hash ${before}`}, and now has ${live === null ? "none" : live}`;
}

function trustedCode(trust: Trust | undefined): Map<string, string> {
  const known = [...(trust?.timelocks ?? []), ...(trust?.proxies ?? []), ...(trust?.accounts ?? [])];
  return new Map(known.flatMap(({ address, codeHash }) => (codeHash ? [[address, codeHash] as const] : [])));
}
