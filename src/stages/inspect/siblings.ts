import type { ResolvedProxy } from "../../chain/authority/resolved.js";
import { memoChain } from "../../chain/memo.js";
import type { ChainPort } from "../../chain/port.js";
import { getCode } from "../../chain/reads.js";
import { codeFamily } from "../../core/proxy/code-family.js";
import type { InspectedProxy } from "../../core/schema/inspect.js";

/**
 * For each proxy the others that change with it or should: the same implementation, the same code at another address, or
 * code of the same source with other immutables.
 */
export async function siblingsOf(
  port: ChainPort,
  proxies: readonly ResolvedProxy[],
  block: bigint,
): Promise<Map<string, InspectedProxy["siblings"]>> {
  const chain = memoChain(port);
  const implementations = [...new Set(proxies.flatMap(({ implementation }) => (implementation === undefined ? [] : [implementation])))];
  const families = new Map(
    await Promise.all(implementations.map(async (address) => [address, codeFamily(await getCode(chain, address, block))] as const)),
  );
  const result = new Map<string, InspectedProxy["siblings"]>();
  for (const { address, implementation, implementationCodeHash } of proxies) {
    if (implementation === undefined) continue;
    const siblings: InspectedProxy["siblings"] = [];
    for (const other of proxies) {
      if (other.address === address || other.implementation === undefined) continue;
      if (other.implementation === implementation) siblings.push({ address: other.address, same: "implementation" });
      else if (other.implementationCodeHash === implementationCodeHash) siblings.push({ address: other.address, same: "code" });
      else if (families.get(other.implementation) === families.get(implementation)) siblings.push({ address: other.address, same: "family" });
    }
    result.set(address, siblings);
  }
  return result;
}
