import { factsOf, type Facts } from "../flow/facts.js";
import { classify, isOwnElement } from "../flow/guards.js";
import { contains, storageIn, storageName, storagePath, type Term } from "../flow/term.js";
import type { Trace, WriteEffect } from "../flow/trace.js";
import { lastingWrites, protectionOf, takesPayment, userEntries } from "../moves.js";
import type { Rule } from "../rule.js";
import { implementationWrites } from "../upgrade-entry.js";

const PRIVILEGED = /^(?:_|s_|ns:\w+\._?)*(?:owner|admin|governance|governor|guardian|keeper|operator|minter|signer|implementation|oracle|\w*Feed|\w*Oracle|treasury|feeRecipient|feeReceiver|paused|pauser|authority|controller|manager|timelock|vault|router|implementation)$/i;

export const rule: Rule = {
  id: "G14",
  title: "anyone can change privileged state",
  severity: "high",
  confidence: "high",
  source: "drydock",
  needs: ["F", "2"],
  flags:
    "An entry point without an effective check of its caller writes state that other functions treat as privileged: state that caller checks compare with, state that all its other writers protect, or an owner, oracle or the like that the caller may choose.",
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
    const trusted = trustedState(facts);
    const upgrades = new Set(implementationWrites(view).map(({ effect }) => effect.storage.key));
    for (const trace of userEntries(view)) {
      const seen = new Set<string>();
      for (const write of lastingWrites(trace)) {
        const name = storageName(write.storage);
        if (seen.has(name) || upgrades.has(write.storage.key) || isOwnElement(write.term)) continue;
        const reason = reasonFor(write, trace, facts, trusted);
        if (reason === undefined || protectionOf(trace, write, facts) !== "none") continue;
        seen.add(name);
        yield {
          view,
          fn: trace.fn,
          at: write.node,
          confidence: reason.sure ? "high" : "medium",
          detail: `anyone can change ${name.replace(/^ns:/, "")} through ${trace.fn.name || "fallback"}: ${reason.text}`,
        };
      }
    }
  },
};

interface Reason {
  text: string;
  sure: boolean;
}

function reasonFor(write: WriteEffect, trace: Trace, facts: Facts, trusted: ReadonlySet<string>): Reason | undefined {
  const { key, indexes, fields } = write.storage;
  const chosen = contains(write.value, (term) => term.op === "parameter" || term.op === "caller");
  const fixed = !chosen && write.value.op === "literal" && /^(?:true|false)$/.test(write.value.text);
  if (isOnceOnly(write, trace)) return undefined;
  if (trusted.has(storageName(write.storage)) && (chosen || fixed || indexes.length > 0)) {
    return { text: "it decides who may call other functions", sure: true };
  }
  if (indexes.length > 0) {
    const byChoice = indexes.some((index) => contains(index, (term) => term.op === "parameter"));
    return isPlainChoice(write.value) && byChoice ? othersProtect(write, trace, facts) : undefined;
  }
  if (PRIVILEGED.test(fields.at(-1) ?? key) && chosen && writesAddress(write)) {
    return { text: "the caller chooses the new value", sure: true };
  }
  return isPlainChoice(write.value) || fixed ? othersProtect(write, trace, facts) : undefined;
}

/** The caller's own words, not something computed from state: a deposit that adds, a settlement at a stored price. */
function isPlainChoice(value: Term): boolean {
  return (
    contains(value, (term) => term.op === "parameter" || term.op === "caller") &&
    !contains(value, (term) => ["state", "call", "component", "environment"].includes(term.op))
  );
}

function writesAddress({ storage, value }: WriteEffect): boolean {
  const type = storage.declaration?.typeDescriptions.typeString ?? "";
  return /^address|^contract/.test(type) || contains(value, (term) => term.op === "parameter" && /^address|^contract/.test(term.declaration.typeDescriptions.typeString ?? ""));
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

/** `require(x == 0); x = value`: it can be set once, which is a matter of initialization (I3). */
function isOnceOnly(write: WriteEffect, trace: Trace): boolean {
  const name = storageName(write.storage);
  return trace.effects.some(
    (effect) =>
      effect.kind === "check" &&
      effect.order < write.order &&
      effect.holds.op === "binary" &&
      effect.holds.operator === "==" &&
      [effect.holds.left, effect.holds.right].some((side) => side.op === "literal") &&
      storageIn(effect.holds).has(name),
  );
}

/** State that caller checks of this contract compare the caller with. */
function trustedState(facts: Facts): Set<string> {
  const keys = new Set<string>();
  for (const trace of facts.mutating) {
    for (const effect of trace.effects) {
      if (effect.kind !== "check" || classify(effect.holds, facts) !== "authority") continue;
      for (const key of comparedWithCaller(effect.holds)) keys.add(key);
    }
  }
  return keys;
}

/** `owner` in `msg.sender == owner`, `isKeeper` in `isKeeper[msg.sender]`; allowances and balances are the users' own. */
function comparedWithCaller(holds: Term): string[] {
  const keys: string[] = [];
  contains(holds, (term) => {
    if (term.op === "binary" && (term.operator === "==" || term.operator === "!=")) {
      const [mine, other] = term.left.op === "caller" ? [term.left, term.right] : [term.right, term.left];
      if (mine.op === "caller" && other.op === "state") keys.push(other.key);
      const path = other.op === "field" ? storagePath(other) : undefined;
      // `positions[id].owner == msg.sender`: whoever makes a record owns it.
      if (mine.op === "caller" && path !== undefined && path.indexes.length === 0) keys.push(storageName(path));
    }
    if (term.op === "index" && term.index.op === "caller" && term.base.op === "state" && isBooleanMap(term)) keys.push(term.base.key);
    return false;
  });
  return keys;
}

function isBooleanMap(term: Extract<Term, { op: "index" }>): boolean {
  return term.base.op === "state" && /=> (?:bool|enum .*)\)$/.test(term.base.declaration?.typeDescriptions.typeString ?? "");
}

