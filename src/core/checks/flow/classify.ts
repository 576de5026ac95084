import type { Facts } from "./facts.js";
import { isSelfService } from "./self-service.js";
import { CALLER, contains, decidersOf, disjuncts, storagePath, textOf, type Term } from "./term.js";
import type { CallEffect } from "./trace.js";

/**
 * What a check on the way to an effect amounts to:
 * `authority`: who calls is compared with something the caller does not choose, or a signature or commitment is;
 * `self`: the caller is compared with a parameter, so that the caller can only act for itself;
 * `condition`: anything else that can fail; `tautology`: it can't fail.
 */
export type GuardClass = "authority" | "self" | "condition" | "tautology";

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
  if (isSigned(term)) return isAnySigner(term) ? "condition" : "authority";
  if (term.op === "binary") return comparison(term, facts);
  if (term.op === "not") return "condition";
  if (isTrustedLookup(term, facts)) return "authority";
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

function comparison(term: Extract<Term, { op: "binary" }>, facts: Facts | undefined): GuardClass {
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
      if (isTrustedLookup(mine, facts) && isFixed(other)) {
        const denies = operator === "==" && (isZero(other) || isLiteral(other, "false"));
        return denies ? "condition" : "authority";
      }
      if (operator === "==" && isCommitment(mine) && storagePath(other) !== undefined) return "authority";
    }
    const denies = operator === "==" && [left, right].some((side) => isZero(side) || isLiteral(side, "false"));
    return !denies && (isCommitted(left) || isCommitted(right)) ? "authority" : "condition";
  }
  const isLeft = isTrustedLookup(left, facts);
  if (isLeft || isTrustedLookup(right, facts)) {
    const [lookup, other] = isLeft ? [left, right] : [right, left];
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

/** `isOwner[msg.sender]`, `roles[r].hasRole[msg.sender]`, `acl.isAdmin(msg.sender)`; not what everybody can give themselves. */
function isTrustedLookup(term: Term, facts?: Facts): boolean {
  if (term.op === "cast") return isTrustedLookup(term.of, facts);
  if (term.op === "phi") return term.options.some((option) => isTrustedLookup(option, facts));
  if (term.op === "component") return isTrustedLookup(term.of, facts);
  const path = storagePath(term);
  if (path !== undefined) {
    const position = path.indexes.findIndex((index) => contains(index, (inner) => inner.op === "caller"));
    return position >= 0 && !(facts !== undefined && isSelfService(path, position, facts));
  }
  if (term.op === "call" && term.kind !== "builtin") {
    const passesCaller = term.args.some((argument) => contains(argument, (inner) => inner.op === "caller"));
    const target = term.target;
    const asks = isReadOnlyCall(term) || (ENFORCES.test(term.name) && !/transfer/i.test(term.name));
    return passesCaller && asks && (target === undefined || !isChosenByCaller(target));
  }
  if (term.op === "binary" && ["&", ">>", "|"].includes(term.operator)) {
    return isTrustedLookup(term.left, facts) || isTrustedLookup(term.right, facts);
  }
  return term.op === "call" && term.args.some((argument) => isTrustedLookup(argument, facts));
}

function isReadOnlyCall({ kind, declaration }: Extract<Term, { op: "call" }>): boolean {
  return kind === "staticcall" || declaration?.stateMutability === "view" || declaration?.stateMutability === "pure";
}

function isSigned(term: Term): boolean {
  return contains(term, (inner) => inner.op === "call" && SIGNATURE.test(inner.name));
}

/** `recovered != address(0)`: whoever signed. */
function isAnySigner(term: Term): boolean {
  if (term.op !== "binary" || term.operator !== "!=") return false;
  const [mine, other] = isSigned(term.left) ? [term.left, term.right] : [term.right, term.left];
  return isResult(mine) && other.op === "literal";
}

/** What a call returned, not what was looked up under it. */
function isResult(term: Term): boolean {
  return term.op === "call" || ((term.op === "component" || term.op === "cast") && isResult(term.of));
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

/** A call that reverts unless the caller may: `acl.checkRole(ROLE, msg.sender)`, or a check that is still abstract. */
export function isEnforcingCall({ call, callKind, isView }: CallEffect): boolean {
  if (callKind === "unresolved") return ENFORCES.test(call.name);
  if (callKind !== "external") return false;
  return isTrustedLookup(call) && (isView || ENFORCES.test(call.name));
}

/** Whether the effect touches only what belongs to the caller: an element under the caller's own key. */
export function isOwnElement(term: Term): boolean {
  return storagePath(term)?.indexes.some((index) => contains(index, (inner) => inner.op === "caller")) === true;
}

/**
 * Whether a condition of class `authority` leaves few in: not one that asks whose record it is, that honours somebody's
 * signature, allowance or an earlier commitment. Any of those may be an attacker's own.
 */
export function isHeldByFew(holds: Term, facts?: Facts): boolean {
  return disjuncts(holds).every((option) => {
    if (option.op === "binary" && option.operator === "&&") return isHeldByFew(option.left, facts) || isHeldByFew(option.right, facts);
    if (classify(option, facts) !== "authority" || isSigned(option) || isCommitted(option)) return false;
    if (option.op !== "binary") return true;
    const [mine, other] = isCaller(option.left) ? [option.left, option.right] : [option.right, option.left];
    if (isCaller(mine)) return storagePath(other)?.indexes.every((index) => !contains(index, (inner) => inner.op === "parameter")) ?? true;
    return ["==", "!="].includes(option.operator) || isFixed(option.left) !== isFixed(option.right) || isFixed(other);
  });
}
