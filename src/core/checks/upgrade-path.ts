import type { FunctionDefinition } from "solidity-ast";
import { signatureOf, type ContractView } from "./ast/contract-view.js";
import type { Trace } from "./flow/trace.js";
import type { UpgradeCall, VersionPair } from "./rule.js";
import { initializersOf, initializerVersion, type Initializer } from "./upgradeable.js";

/** Reinitializers of the new version that the old one does not have, by signature and by version. */
export function newReinitializers({ previous, next }: VersionPair): Initializer[] {
  const versions = new Set(initializersOf(previous).map(({ fn }) => initializerVersion(previous, fn) ?? signatureOf(fn)));
  const names = new Set(initializersOf(previous).map(({ fn }) => signatureOf(fn)));
  return initializersOf(next).filter(({ fn, guard }) => {
    if (guard === undefined) return false;
    const version = initializerVersion(next, fn);
    if (version === "1") return false;
    return version === undefined ? !names.has(signatureOf(fn)) : !versions.has(version);
  });
}

/** What runs on the proxy when the upgrade does: what it calls, else the new reinitializers. */
export function upgradePath(pair: VersionPair): Trace[] {
  if (pair.upgradeCall === null) return [];
  if (pair.upgradeCall !== undefined) {
    const called = calledFunction(pair.next, pair.upgradeCall);
    return called === undefined ? [] : [pair.next.traceOf(called)];
  }
  return newReinitializers(pair).map(({ trace }) => trace);
}

/** The function that an upgrade call names, by its signature or its name. */
export function calledFunction(view: ContractView, { signature }: UpgradeCall): FunctionDefinition | undefined {
  const name = signature.split("(")[0] ?? signature;
  return (
    view.entries.find((entry) => signatureOf(entry) === signature) ?? view.entries.find((entry) => entry.name === name)
  );
}
