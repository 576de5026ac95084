import { isReadOnly, type ContractView } from "../ast/contract-view.js";
import { factsOf } from "../flow/facts.js";
import { classify, isCommitted, isHeldByFew } from "../flow/classify.js";
import { guardsOf } from "../flow/guards.js";
import { conjuncts, contains, namesIn, storageIn, overlaps, storageName, textOf, type Term } from "../flow/term.js";
import { compatible, entriesOf, type CallEffect, type Effect, type Trace, type WriteEffect } from "../flow/trace.js";
import { lateSettlement, staleView } from "../reentrancy.js";
import { directionOf, isLocked, lockKeys, protectionOf } from "../moves.js";
import type { Confidence } from "../../finding.js";
import type { Hit, Rule } from "../rule.js";

export const rule: Rule = {
  id: "G1",
  title: "reentrancy",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F"],
  flags:
    "An entry point reads state, makes an external call that can call back, and writes that state afterwards, internal calls and modifiers included, without a reentrancy lock that is really set and released. Also: the lock is there, but another entry point without it writes the same state; the state stands in another contract, which is asked before the call and told after it; or a view function without the lock shows a ratio of which one half is written only after the call (read-only reentrancy, medium).",
  why: "During the call the state is out of date. Whoever is called can enter again, and be paid or act twice on the same value.",
  remedy: "write the state before the call (checks, effects, interactions), or put the same reentrancy lock on every function that touches it",
  references: {
    owasp: "SC05:2025 Reentrancy Attacks",
    ethtrust: "[S] Use Check-Effects-Interaction",
    swc: "SWC-107",
  },
  *contract(view) {
    if (view.definition.contractKind !== "contract") return;
    for (const trace of factsOf(view).mutating) {
      const seen = new Set<string>();
      for (const call of trace.effects) {
        if (call.kind !== "call" || !call.canReenter || call.callKind === "library") continue;
        const locked = isLocked(trace, call);
        const stale = worst(staleWrites(trace, call), (write) => confidenceOf(view, trace, call, write));
        const other = locked && stale !== undefined ? unlockedPeer(view, trace, stale) : undefined;
        const isDirect = stale !== undefined && (!locked || (other !== undefined && confidenceOf(view, trace, call, stale) === "high"));
        const found = isDirect ? hit(view, trace, call, stale, other) : indirectHit(view, trace, call, locked);
        if (found === undefined || isForFew(view, trace, call)) continue;
        const key = `${call.node.src}`;
        if (seen.has(key)) continue;
        seen.add(key);
        yield found;
      }
    }
  },
};

function isForFew(view: ContractView, trace: Trace, call: CallEffect): boolean {
  const facts = factsOf(view);
  return guardsOf(trace, call, facts).some(({ holds, class: kind }) => kind === "authority" && isHeldByFew(holds, facts));
}

/** State of another contract, or what a view function shows to other contracts. */
function indirectHit(view: ContractView, trace: Trace, call: CallEffect, locked: boolean): Hit | undefined {
  const common = { view, fn: trace.fn, at: call.node, confidence: "medium" } as const;
  const told = lateSettlement(view, trace, call, locked);
  if (told?.call.target !== undefined) {
    return { ...common, detail: `${trace.fn.name || "fallback"} asks ${textOf(told.call.target)}, calls out (${call.call.name}), and tells it (${told.call.name}) afterwards` };
  }
  const shown = staleView(view, trace, call);
  if (shown === undefined) return undefined;
  const name = storageName(shown.late.storage).replace(/^ns:/, "");
  return {
    ...common,
    title: "read-only reentrancy",
    severity: "medium",
    detail: `${trace.fn.name || "fallback"} calls out (${call.call.name}) before it writes ${name}: whoever asks ${shown.view} meanwhile is told a ratio that never was`,
  };
}

const RANK = { low: 0, medium: 1, high: 2 } as const;

/** The write that shows the most; the first of several. */
function worst(writes: readonly WriteEffect[], sureness: (write: WriteEffect) => Confidence): WriteEffect | undefined {
  if (writes.length < 2) return writes[0];
  return writes.map((write) => ({ write, rank: RANK[sureness(write)] })).reduce((best, one) => (one.rank > best.rank ? one : best)).write;
}

/** Checks of overflow are no decisions. */
const ARITHMETIC = /^(?:mulDiv\w*|add|sub|mul|div|mod|to(?:U?[iI]nt)\d*|try\w+)$/;

function hit(view: ContractView, trace: Trace, call: CallEffect, write: WriteEffect, other: string | undefined): Hit {
  const name = storageName(write.storage).replace(/^ns:/, "");
  return {
    view,
    fn: trace.fn,
    at: call.node,
    confidence: other === undefined ? confidenceOf(view, trace, call, write) : "medium",
    detail:
      other === undefined
        ? `${trace.fn.name || "fallback"} reads ${name}, calls out (${call.call.name}), and writes ${name} afterwards`
        : `${trace.fn.name} is locked, but ${other} is not, and writes ${name} while ${trace.fn.name} is calling out (${call.call.name})`,
  };
}

/** Who is called decides how sure it is: somebody the caller chooses, an address in storage, or one fixed in the code. */
function confidenceOf(view: ContractView, trace: Trace, effect: CallEffect, write: WriteEffect): Confidence {
  const { call, callKind, value } = effect;
  const target = call.target;
  const uses = [value, ...call.args].some((term) => term !== undefined && namesIn(term).has(storageName(write.storage)));
  // What is added after it was paid for, and not decided on before, gives a second entry nothing.
  const name = storageName(write.storage);
  const branched = entriesOf(effect.path).some(({ kind, holds }) => kind === "arm" && namesIn(holds).has(name));
  const decided = branched || trace.effects.some((other) => other.kind === "check" && other.order < effect.order && !other.via.some((fn) => ARITHMETIC.test(fn)) && namesIn(other.holds).has(name));
  const settledBefore = trace.effects.some((other) => other.kind === "write" && other.order < effect.order && storageName(other.storage) === name);
  if ((directionOf(write) === "credit" && !decided) || (settledBefore && isCompound(write))) return "low";
  // What is called was laid down before, as a voted proposal is.
  const conditions = guardsOf(trace, effect, factsOf(view)).flatMap(({ holds }) => conjuncts(holds));
  if (conditions.some((holds) => isCommitted(holds) && classify(holds, factsOf(view)) === "authority")) return "low";
  // The old value neither decides about the call nor sizes it.
  if (!decided && !uses) return target !== undefined && isFixed(target) ? "low" : "medium";
  const chosen = target !== undefined && contains(target, (term) => term.op === "caller" || term.op === "parameter" || term.op === "index");
  if (chosen || (callKind === "low-level" && value !== undefined && isPaid(value))) return "high";
  if (target !== undefined && isFixed(target)) return "low";
  return "medium";
}

/** More than nothing, and not only what the caller has just sent. */
function isPaid(value: Term): boolean {
  return !(value.op === "literal" && /^0+$/.test(value.text)) && !(value.op === "environment" && value.name === "msg.value");
}

/** The new value is computed from one that is read after the call. */
function isCompound(write: WriteEffect): boolean {
  return /^[+\-*/]=$/.test(write.operator) || textOf(write.value).includes(textOf(write.term));
}

function isFixed(target: Term): boolean {
  return target.op === "constant" || (target.op === "cast" && isFixed(target.of));
}

/** Writes after the call of something that was read before it. */
function staleWrites(trace: Trace, call: CallEffect): WriteEffect[] {
  if (call.call.target?.op === "environment" && call.call.target.name === "this") return [];
  const locks = lockKeys(trace);
  const read = new Set<string>();
  for (const effect of trace.effects) {
    if (effect.order >= call.order) break;
    if (!compatible(effect.path, call.path)) continue;
    if (effect.kind === "read") read.add(storageName(effect.storage));
    if (effect.kind === "check") for (const key of storageIn(effect.holds)) read.add(key);
    // What is written before the call is up to date during it.
    if (effect.kind === "write" && settles(effect, trace, call)) read.delete(storageName(effect.storage));
  }
  return trace.effects.filter(
    (effect): effect is WriteEffect =>
      effect.kind === "write" &&
      effect.order > call.order &&
      [...read].some((name) => overlaps(name, storageName(effect.storage))) &&
      !locks.has(storageName(effect.storage)) &&
      !/^slot:keccak256\(\d/.test(effect.storage.key) &&
      textOf(effect.value) !== textOf(effect.term) &&
      !isAskedAgain(trace, call, effect) &&
      compatible(effect.path, call.path),
  );
}

/** The state is checked once more between the call and the write, so that a second entry makes the first one fail. */
function isAskedAgain(trace: Trace, call: CallEffect, write: WriteEffect): boolean {
  const name = storageName(write.storage);
  return trace.effects.some(
    (effect) => effect.kind === "check" && effect.order > call.order && effect.order < write.order && namesIn(effect.holds).has(name),
  );
}

/** A write before the call, on the same element as the write after it would have to be. */
function settles(write: WriteEffect, trace: Trace, call: CallEffect): boolean {
  if (!onEveryPathTo(write, call)) return false;
  const later = trace.effects.filter(
    (effect): effect is WriteEffect =>
      effect.kind === "write" && effect.order > call.order && storageName(effect.storage) === storageName(write.storage),
  );
  return later.length === 0;
}

function onEveryPathTo(first: Effect, second: Effect): boolean {
  return compatible(first.path, second.path);
}

/** Another entry point that changes the same state and does not take the lock. */
function unlockedPeer(view: ContractView, trace: Trace, write: WriteEffect): string | undefined {
  const facts = factsOf(view);
  const name = storageName(write.storage);
  const peer = (facts.writes.get(write.storage.key) ?? []).find(
    (other) =>
      other.entry !== trace.fn &&
      !isReadOnly(other.entry) &&
      storageName(other.effect.storage) === name &&
      lockKeys(other.trace).size === 0 &&
      !["authority"].includes(protectionOf(other.trace, other.effect, facts)),
  );
  return peer?.entry.name;
}
