import type { Facts } from "./facts.js";
import { CALLER, contains, decidersOf, disjuncts, storagePath, textOf, type Term } from "./term.js";
import { entriesOf, type CallEffect, type Effect, type PathEntry, type Trace } from "./trace.js";

/**
 * What a check on the way to an effect amounts to:
 * `authority`: who calls is compared with something the caller does not choose, or a signature or commitment is;
 * `self`: the caller is compared with a parameter, so that the caller can only act for itself;
 * `condition`: anything else that can fail; `tautology`: it can't fail.
 */
export type GuardClass = "authority" | "self" | "condition" | "tautology";

export interface Guard {
  holds: Term;
  text: string;
  class: GuardClass;
  entry?: PathEntry;
  /** Functions and modifiers through which the check is made. */
  via: readonly string[];
}

const SIGNATURE = /^(?:ecrecover|(?:try)?recover\w*|isValidSignature\w*|check\w*Signatures?|verify\w*)$/i;
const ENFORCES = /check|only|auth|require|enforce|validate|ensure|assert|access|verify/i;

/** Classifies one condition that holds. */
export function classify(holds: Term, facts?: Facts): GuardClass {
  const options = disjuncts(holds).filter((option) => !isDead(option, facts));
  const classes = options.map((option) => classifyAtom(option, facts));
  if (classes.length === 0) return "condition";
  if (classes.includes("tautology")) return "tautology";
  if (classes.every((one) => one === "authority")) return "authority";
  if (classes.every((one) => one === "authority" || one === "self")) return "self";
  return "condition";
}

/** A flag that nothing ever sets is as good as the constant that it starts with. */
function isDead(term: Term, facts: Facts | undefined): boolean {
  if (term.op === "literal") return term.text === "false";
  if (facts === undefined) return false;
  const [flag, wanted] = term.op === "not" ? [term.of, false] : [term, true];
  const value = facts.fixedFlag(flag);
  return value !== undefined && value !== wanted;
}

function classifyAtom(term: Term, facts: Facts | undefined): GuardClass {
  if (isTautology(term, facts)) return "tautology";
  if (term.op === "binary" && term.operator === "&&") {
    const both = [classify(term.left, facts), classify(term.right, facts)];
    return both.includes("authority") ? "authority" : both.includes("self") ? "self" : "condition";
  }
  if (isSigned(term)) return "authority";
  if (term.op === "binary") return comparison(term);
  if (term.op === "not") return "condition";
  if (isTrustedLookup(term)) return "authority";
  if (term.op === "phi") {
    const all = term.options.map((option) => classify(option, facts));
    return all.every((one) => one === "authority" || one === "tautology") && all.includes("authority")
      ? "authority"
      : "condition";
  }
  return "condition";
}

function isTautology(term: Term, facts: Facts | undefined): boolean {
  if (term.op === "literal") return term.text === "true";
  if (facts !== undefined) {
    const [flag, wanted] = term.op === "not" ? [term.of, false] : [term, true];
    if (facts.fixedFlag(flag) === wanted) return true;
  }
  if (term.op !== "binary") return false;
  const [left, right] = [textOf(term.left), textOf(term.right)];
  if (left === right && !left.includes("?") && !left.includes("…")) return ["==", "<=", ">="].includes(term.operator);
  const isCallerSide = left === "msg.sender" || right === "msg.sender";
  return term.operator === "!=" && isCallerSide && (isZero(term.left) || isZero(term.right));
}

function comparison(term: Extract<Term, { op: "binary" }>): GuardClass {
  const { operator, left, right } = term;
  if (operator === "==" || operator === "!=") {
    for (const [mine, other] of [
      [left, right],
      [right, left],
    ] as const) {
      if (operator === "==" && isCaller(mine)) {
        if (isChosenByCaller(other)) return other.op === "environment" && other.name === "tx.origin" ? "condition" : "self";
        return isCaller(other) ? "tautology" : "authority";
      }
      // `wards[msg.sender] == 1`, `roleOf[msg.sender] != 0`
      if (isTrustedLookup(mine) && isFixed(other)) {
        const denies = operator === "==" && (isZero(other) || isLiteral(other, "false"));
        return denies ? "condition" : "authority";
      }
      if (operator === "==" && isCommitment(mine) && storagePath(other) !== undefined) return "authority";
    }
    const denies = operator === "==" && [left, right].some((side) => isZero(side) || isLiteral(side, "false"));
    return !denies && (isCommitted(left) || isCommitted(right)) ? "authority" : "condition";
  }
  if (isTrustedLookup(left) || isTrustedLookup(right)) {
    const other = isTrustedLookup(left) ? right : left;
    const lookup = isTrustedLookup(left) ? left : right;
    // An allowance: what somebody else has granted to the caller.
    const granted = (storagePath(lookup)?.indexes.length ?? 0) > 1;
    return isFixed(other) || granted ? "authority" : "condition";
  }
  return isCommitted(left) || isCommitted(right) ? "authority" : "condition";
}

function isCaller(term: Term): boolean {
  if (term.op === "caller") return true;
  if (term.op === "phi") return term.options.some((option) => option === CALLER);
  return term.op === "cast" ? isCaller(term.of) : term.op === "call" && term.kind === "builtin" && term.args.length === 1 && isCaller(term.args[0] ?? term);
}

function isZero(term: Term): boolean {
  return term.op === "cast" ? isZero(term.of) : term.op === "literal" && /^(?:0|0x0+|hex"")$/.test(term.text);
}

function isLiteral(term: Term, text: string): boolean {
  return term.op === "literal" && term.text === text;
}

function isFixed(term: Term): boolean {
  return !contains(term, (inner) => inner.op === "parameter" || inner.op === "caller" || inner.op === "unknown");
}

/** Nothing in it but parameters and literals. */
function isChosenByCaller(term: Term): boolean {
  if (term.op === "environment") return term.name === "tx.origin";
  if (contains(term, (inner) => ["state", "constant", "call", "component", "environment", "unknown"].includes(inner.op))) {
    return false;
  }
  return contains(term, (inner) => inner.op === "parameter");
}

/** `isOwner[msg.sender]`, `roles[r].hasRole[msg.sender]`, `acl.isAdmin(msg.sender)`. */
function isTrustedLookup(term: Term): boolean {
  if (term.op === "cast") return isTrustedLookup(term.of);
  if (term.op === "phi") return term.options.some(isTrustedLookup);
  if (term.op === "component") return isTrustedLookup(term.of);
  const path = storagePath(term);
  if (path !== undefined) return path.indexes.some((index) => contains(index, (inner) => inner.op === "caller"));
  if (term.op === "call" && term.kind !== "builtin") {
    const passesCaller = term.args.some((argument) => contains(argument, (inner) => inner.op === "caller"));
    const target = term.target;
    const asks = isReadOnlyCall(term) || (ENFORCES.test(term.name) && !/transfer/i.test(term.name));
    return passesCaller && asks && (target === undefined || !isChosenByCaller(target));
  }
  if (term.op === "binary" && ["&", ">>", "|"].includes(term.operator)) {
    return isTrustedLookup(term.left) || isTrustedLookup(term.right);
  }
  return term.op === "call" && term.args.some(isTrustedLookup);
}

function isReadOnlyCall({ kind, declaration }: Extract<Term, { op: "call" }>): boolean {
  return kind === "staticcall" || declaration?.stateMutability === "view" || declaration?.stateMutability === "pure";
}

function isSigned(term: Term): boolean {
  return contains(term, (inner) => inner.op === "call" && SIGNATURE.test(inner.name));
}

/** A hash of what the caller hands in. */
function isCommitment(term: Term): boolean {
  return contains(
    term,
    (inner) => inner.op === "call" && inner.name === "keccak256" && contains(inner, (part) => part.op === "parameter"),
  );
}

/** Something is looked up under a hash of what the caller hands in: what may happen was fixed before. */
export function isCommitted(term: Term): boolean {
  const isLookup = (inner: Term): boolean => inner.op === "index" && isCommitmentLookup(inner);
  return contains(term, isLookup) || decidersOf(term).some((condition) => contains(condition, isLookup));
}

function isCommitmentLookup(term: Term): boolean {
  return storagePath(term)?.indexes.some(isCommitment) === true;
}

const guardsKnown = new WeakMap<Effect, Guard[]>();

/** All guards that hold when `effect` has happened and the run did not revert, those after it too. */
export function guardsOf(trace: Trace, effect: Effect, facts: Facts): Guard[] {
  let known = guardsKnown.get(effect);
  if (known === undefined) {
    known = findGuards(trace, effect, facts);
    guardsKnown.set(effect, known);
  }
  return known;
}

function findGuards(trace: Trace, effect: Effect, facts: Facts): Guard[] {
  const seen = new Set<string>();
  const guards: Guard[] = [];
  const add = (entry: PathEntry): void => {
    const text = textOf(entry.holds);
    if (seen.has(text)) return;
    seen.add(text);
    guards.push({ holds: entry.holds, text, class: classify(entry.holds, facts), entry, via: entry.via });
  };
  entriesOf(effect.path).forEach(add);
  entriesOf(trace.exit).filter(({ kind }) => kind === "check").forEach(add);
  for (const other of enforcingCalls(trace)) {
    if (!covers(other, effect)) continue;
    const text = textOf(other.call);
    if (!seen.has(text)) guards.push({ holds: other.call, text, class: "authority", via: other.via });
    seen.add(text);
  }
  return guards;
}

const enforcing = new WeakMap<Trace, CallEffect[]>();

function enforcingCalls(trace: Trace): CallEffect[] {
  let known = enforcing.get(trace);
  if (known === undefined) {
    known = trace.effects.filter((effect): effect is CallEffect => effect.kind === "call" && isEnforcingCall(effect));
    enforcing.set(trace, known);
  }
  return known;
}

/** A call that reverts unless the caller may: `acl.checkRole(ROLE, msg.sender)`, or a check that is still abstract. */
function isEnforcingCall({ call, callKind, isView }: CallEffect): boolean {
  if (callKind === "unresolved") return ENFORCES.test(call.name);
  if (callKind !== "external") return false;
  return isTrustedLookup(call) && (isView || ENFORCES.test(call.name));
}

/** Whether `first` has run whenever `second` runs. */
function covers(first: Effect, second: Effect): boolean {
  const known = new Set(entriesOf(second.path).map(({ branch, arm }) => (branch === undefined ? undefined : `${idOf(branch)}:${arm}`)));
  return entriesOf(first.path).every(
    ({ kind, branch, arm }) => kind === "check" || branch === undefined || known.has(`${idOf(branch)}:${arm}`),
  );
}

const ids = new WeakMap<object, number>();
let nextId = 0;
function idOf(branch: object): number {
  let id = ids.get(branch);
  if (id === undefined) {
    id = nextId;
    nextId += 1;
    ids.set(branch, id);
  }
  return id;
}

/** Whether only somebody who is entitled gets to `effect`. */
export function isAuthorized(trace: Trace, effect: Effect, facts: Facts): boolean {
  return guardsOf(trace, effect, facts).some((guard) => guard.class === "authority");
}

/** Whether the effect touches only what belongs to the caller: an element under the caller's own key. */
export function isOwnElement(term: Term): boolean {
  return storagePath(term)?.indexes.some((index) => contains(index, (inner) => inner.op === "caller")) === true;
}

