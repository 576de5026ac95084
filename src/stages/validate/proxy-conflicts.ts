import { toBeHex } from "ethers";
import { selectorOf, signatureOf } from "../../core/abi/signature.js";
import { dispatchedSelectors, pushedSelectors, scanSlots } from "../../core/bytecode/opcodes.js";
import type { Finding } from "../../core/finding.js";
import type { ContractLayout, LayoutVariable, StorageRegion } from "../../core/layout/index.js";
import { isGap } from "../../core/layout/names.js";
import { SHARED_SLOTS } from "../../core/proxy/slots.js";
import type { AbiItem } from "../../core/solc.js";

/** Functions that proxies bring themselves (OpenZeppelin 3 to 5, ZeppelinOS, EIP-897), to tell a clash from a shadow. */
const PROXY_FUNCTIONS = ["admin()", "implementation()", "changeAdmin(address)", "upgradeTo(address)", "upgradeToAndCall(address,bytes)", "proxyType()", "getImplementation()", "owner()", "proxyOwner()", "transferProxyOwnership(address)"];

/**
 * U7: slots that the proxy's own code uses and the implementation's variables cover. The proxy has no source here: the slots
 * are constants that its code provably uses, so that a computed one is not seen.
 */
export function proxyStorageFindings(proxyCode: string, proxy: string, layout: ContractLayout): Finding[] {
  const { slots, written } = scanSlots(proxyCode);
  return slots.flatMap((slot): Finding[] => {
    const found = variableAt(layout, BigInt(slot));
    if (found === undefined) return [];
    const { variable: hit, region } = found;
    // Two hashed constants are equal on purpose only: what is left to ask is whether both sides mean the same by it.
    const byConstant = region.kind !== "main" && region.base === BigInt(slot);
    return [
      {
        rule: "U7",
        severity: !byConstant && (written.includes(slot) || BigInt(slot) < 1n << 64n) ? "high" : "medium",
        confidence: "high",
        title: "the implementation's variables lie on the proxy's own storage",
        detail: `the proxy's own code ${written.includes(slot) ? "writes" : "reads"} slot ${slot}, where the implementation keeps ${hit.label}`,
        where: { ...hit.place, contract: layout.contract, address: proxy, slot },
        remedy: "leave the slots that the proxy uses free: start the implementation's variables behind them, or use ERC-7201 namespaces",
      },
    ];
  });
}

function variableAt(layout: ContractLayout, slot: bigint): { variable: LayoutVariable; region: StorageRegion } | undefined {
  for (const region of layout.regions) {
    if (region.kind === "transient" || region.kind === "unstructured") continue;
    // Code that names the standard's slot by a constant means the pointer that the proxy keeps there; a state variable doesn't.
    if (region.kind === "diamond" && region.base === slot && SHARED_SLOTS.has(toBeHex(slot, 32))) continue;
    for (const variable of region.variables) {
      if (isGap(variable, layout.types[variable.type])) continue;
      const bytes = BigInt(variable.offset) + BigInt(layout.types[variable.type]?.bytes ?? 32);
      if (slot >= variable.slot && slot < variable.slot + (bytes + 31n) / 32n) return { variable, region };
    }
  }
  return undefined;
}

/** P6 and P7: functions that never reach the implementation, because the proxy answers their selector itself. */
export function proxySelectorFindings(proxyCode: string, proxy: { address: string; kind: string }, abi: AbiItem[], contract: string): Finding[] {
  const own = dispatchedSelectors(proxyCode);
  const names = new Map(PROXY_FUNCTIONS.map((signature) => [selectorOf(signature), signature]));
  // A transparent proxy answers its own functions to its admin only; users always reach the implementation (OpenZeppelin, TransparentUpgradeableProxy).
  const adminOnly = proxy.kind === "transparent";
  return abi.filter(({ type }) => type === "function").flatMap((item): Finding[] => {
    const signature = signatureOf(item);
    const selector = selectorOf(signature);
    if (!own.has(selector)) return [];
    const shadow = names.get(selector) === signature || !names.has(selector);
    return [
      {
        rule: shadow ? "P7" : "P6",
        severity: adminOnly ? "low" : "high",
        confidence: shadow && names.get(selector) !== signature ? "medium" : "high",
        title: shadow ? "a function is shadowed by the proxy's own" : "a selector collides with the proxy's own",
        detail: `${signature} (${selector}) is answered by the proxy itself${shadow ? "" : `, as ${names.get(selector) ?? "a function of its own"}`}${adminOnly ? ", to its admin only" : ""}`,
        where: { contract, function: signature, address: proxy.address },
        remedy: "rename the function in the implementation",
      },
    ];
  });
}

/**
 * Functions that the new version no longer has, and whose selector other live contracts of the system push: they may call it.
 * Low confidence where another contract of the system has a function of the same selector, which may be the one that is meant.
 */
export function removedSelectorFindings(
  removed: { signature: string; selector: string }[],
  others: { name: string; address: string; code: string }[],
  contract: string,
): Finding[] {
  return removed.flatMap(({ signature, selector }) => {
    const callers = others.filter(({ code }) => pushedSelectors(code).has(selector) && !dispatchedSelectors(code).has(selector));
    const elsewhere = others.some(({ code }) => dispatchedSelectors(code).has(selector));
    return callers.map(
      ({ name, address }): Finding => ({
        rule: "removed-selector",
        severity: "high",
        confidence: elsewhere ? "low" : "medium",
        title: "a function that another contract still calls is removed",
        detail: `${name} (${address}) holds the selector ${selector} of ${signature}, which the new version does not have${elsewhere ? "; another contract of the system has one of the same selector" : ""}`,
        where: { contract, function: signature, address },
        remedy: "keep the function, or upgrade the caller in the same batch",
      }),
    );
  });
}
