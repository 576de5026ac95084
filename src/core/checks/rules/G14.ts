import { factsOf, type Facts } from "../flow/facts.js";
import { isFreeCredit, isPlainChoice, isPowerful, trustedState, writesAddress } from "../privileges.js";
import { isReadOnly } from "../ast/contract-view.js";
import { isHeldByFew, isOwnElement } from "../flow/classify.js";
import { guardsOf } from "../flow/guards.js";
import { contains, overlaps, storageIn, storageName, storagePath, textOf, type Located, type Term } from "../flow/term.js";
import { entriesOf, type Trace, type WriteEffect } from "../flow/trace.js";
import { directionOf, lastingWrites, protectionOf, takesPayment, userEntries } from "../moves.js";
import type { Rule } from "../rule.js";
import { openLengths, openPayouts } from "../open-storage.js";
import { implementationWrites } from "../upgrade-entry.js";

const PRIVILEGED = /^(?:_|s_|ns:\w+\._?)*(?:owner|admin|governance|governor|guardian|keeper|operator|minter|signer|implementation|oracle|\w*Feed|\w*Oracle|treasury|fee(?:Recipient|Receiver|To|Collector|Wallet)|beneficiary|marketing|\w*[wW]allet|paused|pauser|authority|controller|manager|timelock|vault|router|implementation)$/i;

export const rule: Rule = {
  id: "G14",
  title: "anyone can change privileged state",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F", "2"],
  flags:
    "An entry point without an effective check of its caller writes state that other functions treat as privileged: state that caller checks compare with, state that all its other writers protect, or an owner, oracle or the like that the caller may choose; it sends the contract's own ether to whom the caller names; or it sets the length of an array in storage (before solc 0.6), into which any slot can then be written.",
  why: "Whoever calls it becomes the owner, or sets the price, the fee or the destination of other people's money.",
  remedy: "restrict the function to the role that the other writers ask for",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[Q] Enforce Least Privilege",
    swc: "SWC-105",
  },
  *contract(view) {
    if (view.definition.contractKind !== "contract") return;
    const facts = factsOf(view);
    yield* openPayouts(view);
    yield* openLengths(view);
    const trusted = trustedState(facts);
    const upgrades = new Set(implementationWrites(view).map(({ effect }) => effect.storage.key));
    for (const trace of userEntries(view)) {
      const seen = new Set<string>();
      for (const write of lastingWrites(trace)) {
        const name = storageName(write.storage);
        if (seen.has(name) || upgrades.has(write.storage.key) || asksOrigin(trace)) continue;
        const reason = isOwnElement(write.term) ? selfGrant(write, trace, trusted) : reasonFor(write, trace, facts, trusted);
        const protection = protectionOf(trace, write, facts);
        if (reason === undefined || (protection !== "none" && protection !== "own")) continue;
        seen.add(name);
        yield {
          view,
          fn: trace.fn,
          at: isWithin(write.node, trace.fn) ? write.node : trace.fn,
          confidence: reason.sure ? "high" : "medium",
          detail: `anyone can change ${name.replace(/^ns:/, "")} through ${trace.fn.name || "fallback"}: ${reason.text}`,
        };
      }
    }
  },
};

/** Two entry points that reach one internal function are two ways in. */
function isWithin(inner: Located, outer: Located): boolean {
  const [start = 0, length = 0, file] = inner.src.split(":").map(Number);
  const [from = 0, size = 0, source] = outer.src.split(":").map(Number);
  return file === source && start >= from && start + length <= from + size;
}

interface Reason {
  text: string;
  sure: boolean;
}

function reasonFor(write: WriteEffect, trace: Trace, facts: Facts, trusted: ReadonlyMap<string, readonly Trace[]>): Reason | undefined {
  const { key, indexes, fields } = write.storage;
  const chosen = contains(write.value, (term) => term.op === "parameter" || term.op === "caller");
  const fixed = !chosen && write.value.op === "literal" && /^(?:true|false)$/.test(write.value.text);
  if (isOnceOnly(write, trace)) return undefined;
  if ([...trusted.keys()].some((name) => overlaps(name, storageName(write.storage))) && (chosen || fixed || indexes.length > 0)) {
    return { text: "it decides who may call other functions", sure: true };
  }
  if (isFreeCredit(write, trace)) return creditedElsewhere(write, trace, facts) ?? createdFromNothing(write, trace, facts);
  if (indexes.length > 0) {
    const byChoice = indexes.some((index) => contains(index, (term) => term.op === "parameter"));
    return isPlainChoice(write.value) && byChoice ? othersProtect(write, trace, facts) : undefined;
  }
  if (PRIVILEGED.test(fields.at(-1) ?? key) && chosen && writesAddress(write)) {
    return { text: "the caller chooses the new value", sure: true };
  }
  if (!isPlainChoice(write.value) && !fixed) return undefined;
  return othersProtect(write, trace, facts) ?? (fixed ? undefined : settersProtect(write, trace, facts));
}

const SETTER = /^_?(?:set|update|change|configure|adjust|modify)(?=[A-Z_]|$)/;

/** The other setters of such a value ask who calls, and something depends on it. */
function settersProtect(write: WriteEffect, trace: Trace, facts: Facts): Reason | undefined {
  const { key } = write.storage;
  if (!SETTER.test(trace.fn.name) || takesPayment(trace)) return undefined;
  const setters = userEntries(facts.view).filter((other) => other !== trace && SETTER.test(other.fn.name));
  const guarded = setters.filter((other) => lastingWrites(other).some((one) => one.storage.indexes.length === 0 && protectionOf(other, one, facts) === "authority"));
  const isUsed = (facts.reads.get(key) ?? []).some(({ entry }) => entry !== trace.fn && !isReadOnly(entry));
  if (guarded.length === 0 || guarded.length < setters.length || !isUsed) return undefined;
  return { text: `${guarded.map(({ fn }) => fn.name).slice(0, 3).join(", ")} check the caller, and ${key.replace(/^ns:/, "")} decides what other functions do`, sure: guarded.length > 1 };
}

/** Nobody else credits it at all, in a contract that has somebody in charge: tokens out of nothing for everybody. */
function createdFromNothing(write: WriteEffect, trace: Trace, facts: Facts): Reason | undefined {
  const name = storageName(write.storage);
  const isOwned = facts.mutating.some((other) => other !== trace && lastingWrites(other).some((one) => protectionOf(other, one, facts) === "authority" && isHeldHere(other, one, facts)));
  const isSpent = [...facts.writes.values()].flat().some(({ effect }) => storageName(effect.storage) === name && directionOf(effect) === "debit");
  if (!isOwned || !isSpent || !/mint|issue|credit|award|reward/i.test(trace.fn.name)) return undefined;
  return { text: "it adds an amount of the caller's choice and takes nothing for it, in a contract with an owner", sure: false };
}

/** An owner or a role is asked for, not an allowance of the account that the caller names. */
function isHeldHere(trace: Trace, write: WriteEffect, facts: Facts): boolean {
  const isGranted = (term: Term): boolean => term.op === "index" && term.index.op === "parameter" && /^address/.test(term.index.declaration.typeDescriptions.typeString ?? "");
  return guardsOf(trace, write, facts).some(({ holds, class: kind }) => kind === "authority" && isHeldByFew(holds, facts) && !contains(holds, isGranted));
}

/** All other entry points that write the same state ask who calls. */
function othersProtect(write: WriteEffect, trace: Trace, facts: Facts): Reason | undefined {
  if (takesPayment(trace)) return undefined;
  const name = storageName(write.storage);
  const others = new Map<Trace, boolean>();
  for (const other of facts.writes.get(write.storage.key) ?? []) {
    if (other.trace === trace || storageName(other.effect.storage) !== name) continue;
    const guarded = protectionOf(other.trace, other.effect, facts) === "authority";
    others.set(other.trace, (others.get(other.trace) ?? true) && guarded);
  }
  if (others.size === 0 || ![...others.values()].every(Boolean)) return undefined;
  const names = [...others.keys()].map(({ fn }) => fn.name).slice(0, 3);
  return { text: `${names.join(", ")} write${names.length === 1 ? "s" : ""} it too, and check the caller`, sure: others.size > 1 };
}

/** Others add to the same state too, and ask who calls, or for payment. */
function creditedElsewhere(write: WriteEffect, trace: Trace, facts: Facts): Reason | undefined {
  const name = storageName(write.storage);
  const others = (facts.writes.get(write.storage.key) ?? []).filter(
    (other) => other.trace !== trace && storageName(other.effect.storage) === name && directionOf(other.effect) === "credit",
  );
  const guarded = others.filter(({ trace: own, effect }) => protectionOf(own, effect, facts) === "authority" && isHeldHere(own, effect, facts));
  const [first] = guarded;
  if (first === undefined || others.some((other) => !guarded.includes(other) && isFreeCredit(other.effect, other.trace))) return undefined;
  return { text: `it adds an amount of the caller's choice and takes nothing for it; ${first.entry.name} checks the caller`, sure: false };
}

/** `require(x == 0); x = value`: it can be set once, which is a matter of initialization (I3). */
function isOnceOnly(write: WriteEffect, trace: Trace): boolean {
  const name = storageName(write.storage);
  return trace.effects.some((effect) => {
    if (effect.kind !== "check" || effect.order >= write.order) return false;
    const { holds } = effect;
    const asksLiteral = holds.op === "binary" && holds.operator === "==" && [holds.left, holds.right].some((side) => side.op === "literal");
    return (asksLiteral && storageIn(holds).has(name)) || isUsedUp(holds, trace);
  });
}

/** `require(count <= 0); count = n + 1`, `require(!done); done = true`: another variable says that it has happened. */
function isUsedUp(holds: Term, trace: Trace): boolean {
  const [asked, isFlag] = holds.op === "not" ? [holds.of, true] : holds.op === "binary" && /^(?:==|<=|>=)$/.test(holds.operator) ? [isZero(holds.right) ? holds.left : isZero(holds.left) ? holds.right : undefined, false] : [undefined, false];
  const path = asked === undefined ? undefined : storagePath(asked);
  if (path === undefined || path.indexes.length > 0) return false;
  return lastingWrites(trace).some(
    ({ storage, value, operator, path: way }) =>
      storageName(storage) === storageName(path) &&
      !["-=", "delete"].includes(operator) &&
      !(isFlag ? textOf(value) === "false" : isZero(value)) &&
      entriesOf(way).every(({ kind }) => kind === "check"),
  );
}

function isZero(term: Term): boolean {
  return term.op === "cast" ? isZero(term.of) : term.op === "literal" && /^(?:0|0x0+)$/.test(term.text);
}

/** The caller gives itself what others' checks ask for: `isAdmin[msg.sender] = true`. */
function selfGrant(write: WriteEffect, trace: Trace, trusted: ReadonlyMap<string, readonly Trace[]>): Reason | undefined {
  const guarded = (trusted.get(storageName(write.storage)) ?? []).filter((other) => other !== trace && isPowerful(other));
  const [first] = guarded;
  if (first === undefined || takesPayment(trace) || isOnceOnly(write, trace) || (write.value.op === "literal" && /^(?:0|false)$/.test(write.value.text))) return undefined;
  return { text: `whoever calls it may then call ${guarded.map(({ fn }) => fn.name || "fallback").slice(0, 3).join(", ")}`, sure: false };
}

/** A check of `tx.origin` is a check all the same; what is wrong with it is another rule's business (G3). */
function asksOrigin(trace: Trace): boolean {
  const isOrigin = (term: Term): boolean => term.op === "environment" && term.name === "tx.origin";
  return trace.effects.some(
    (effect) =>
      effect.kind === "check" &&
      effect.holds.op === "binary" &&
      effect.holds.operator === "==" &&
      [effect.holds.left, effect.holds.right].some(isOrigin) &&
      storageIn(effect.holds).size > 0,
  );
}
