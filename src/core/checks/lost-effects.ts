import type { EventDefinition, FunctionDefinition } from "solidity-ast";
import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { contains, namesIn, storageName, type Term } from "./flow/term.js";
import { lastingWrites, protectionOf, userEntries } from "./moves.js";
import { termsOf } from "./oracle.js";
import type { Hit, VersionPair } from "./rule.js";
import { initializersOf } from "./upgradeable.js";

/** Privileged setters that are still there and write what the old version read and nothing of the new version does. */
export function* deadSetters({ previous, next }: VersionPair): Iterable<Hit> {
  const facts = factsOf(next);
  for (const trace of userEntries(next)) {
    const told = new Set<string>();
    for (const write of lastingWrites(trace)) {
      if (protectionOf(trace, write, facts) !== "authority" || write.storage.declaration?.visibility === "public") continue;
      for (const [name, value] of partsOf(storageName(write.storage), write.value)) {
        const isChosen = contains(value, (term) => term.op === "parameter");
        if (!isChosen || told.has(name) || isRead(next, name) || !isRead(previous, name)) continue;
        told.add(name);
        yield {
          view: next,
          fn: trace.fn,
          at: write.node,
          title: "setter without effect",
          confidence: "medium",
          detail: `${trace.fn.name} writes ${name.replace(/^ns:/, "")}, which ${previous.name} read and no function of ${next.name} does: whoever sets it believes that something changed`,
        };
      }
    }
  }
}

/** Whether all that `entry` of the old version writes is something that no function of the new one reads, migrations aside. */
export function isRetired({ previous, next }: VersionPair, entry: FunctionDefinition): boolean {
  const names = lastingWrites(previous.traceOf(entry)).map(({ storage }) => storageName(storage));
  return names.length > 0 && names.every((name) => !isRead(next, name));
}

/** A struct that is written as a whole, member by member. */
function partsOf(name: string, value: Term): [name: string, value: Term][] {
  return value.op === "record" ? value.items.map((item, index) => [`${name}.${value.names[index] ?? ""}`, item]) : [[name, value]];
}

/** Whether some function takes the state, or a whole that it is part of, out of storage. */
function isRead(view: ContractView, name: string): boolean {
  const migrations = new Set(initializersOf(view).map(({ fn }) => fn));
  return factsOf(view).all
    .filter(({ fn }) => !migrations.has(fn))
    .some(
      (trace) =>
        trace.effects.some((effect) => effect.kind === "read" && isPart(storageName(effect.storage), name)) ||
        [...termsOf(trace)].some((term) => [...namesIn(term)].some((one) => isPart(one, name) || isPart(name, one))),
    );
}

function isPart(part: string, whole: string): boolean {
  return part === whole || part.startsWith(`${whole}.`);
}

/** Events that the old version emits and whose topic the new one changes or no longer emits. */
export function* lostEvents({ previous, next }: VersionPair): Iterable<Hit> {
  const [before, now] = [emittedEvents(previous), emittedEvents(next)];
  for (const [name, signatures] of before) {
    const fresh = now.get(name);
    const lost = [...signatures].filter((signature) => fresh?.has(signature) !== true);
    if (lost.length === 0) continue;
    if (fresh === undefined) {
      yield {
        view: next,
        title: "event removed",
        severity: "low",
        detail: `${lost.join(", ")} is emitted by ${previous.name} and not by ${next.name}`,
      };
    } else {
      yield {
        view: next,
        title: "event changed",
        detail: `${lost.join(", ")} of ${previous.name} became ${[...fresh].join(", ")}: it has another topic or other indexed fields, so that indexers and watchers see it no more`,
      };
    }
  }
}

/** Signatures, indexed marks included, of the events that entry points emit, by name. */
function emittedEvents(view: ContractView): Map<string, Set<string>> {
  const emitted = new Set(factsOf(view).mutating.flatMap(({ effects }) => effects.flatMap((effect) => (effect.kind === "emit" ? [effect.event] : []))));
  const found = new Map<string, Set<string>>();
  for (const base of view.bases) {
    for (const node of base.nodes) {
      if (node.nodeType !== "EventDefinition" || !emitted.has(node.name)) continue;
      found.set(node.name, (found.get(node.name) ?? new Set()).add(signatureOf(node)));
    }
  }
  return found;
}

function signatureOf({ name, parameters }: EventDefinition): string {
  const types = parameters.parameters.map(
    ({ typeDescriptions, indexed }) =>
      `${(typeDescriptions.typeString ?? "").replace(/^contract .*/, "address").replace(/ payable$/, "")}${indexed === true ? " indexed" : ""}`,
  );
  return `${name}(${types.join(", ")})`;
}
