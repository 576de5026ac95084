import type { FunctionDefinition } from "solidity-ast";
import type { ContractView } from "./ast/contract-view.js";
import type { Facts } from "./flow/facts.js";
import { isOwnElement } from "./flow/classify.js";
import { guardsOf, type Guard } from "./flow/guards.js";
import { contains, disjuncts, storageIn, storageName, textOf, visit, type Term } from "./flow/term.js";
import type { Effect, Trace } from "./flow/trace.js";
import { lastingWrites, lockKeys } from "./moves.js";
import type { Hit } from "./rule.js";

/** One version of an entry point. */
export interface Version {
  view: ContractView;
  fn: FunctionDefinition;
  facts: Facts;
}

interface Protected {
  effect: Effect;
  guards: Guard[];
}

/** What guards each state change of an entry point in the old version, and no longer does in the new one. */
export function* compareEntries(before: Version, now: Version): Iterable<Hit> {
  const [oldTrace, newTrace] = [before.view.traceOf(before.fn), now.view.traceOf(now.fn)];
  const [old, fresh] = [changes(oldTrace, before.facts), changes(newTrace, now.facts)];
  if (old.length === 0 || fresh.length === 0) return;
  const hit = (detail: string, more: Partial<Hit> = {}): Hit => ({ view: now.view, fn: now.fn, at: now.fn, detail, ...more });

  const wasGuarded = old.every(({ guards }) => guards.some(isCallerGuard));
  const open = fresh.find(({ effect, guards }) => !guards.some(isCallerGuard) && !(effect.kind === "write" && isOwnElement(effect.term)));
  if (wasGuarded && open !== undefined) {
    const lost = authorityTexts(old[0]).join(", ");
    const empty = open.guards.filter((guard) => guard.class === "tautology" || namesCallerVainly(guard)).map(({ text }) => text);
    const how = empty.length > 0 ? `; what is left, ${empty.join(", ")}, stops nobody` : "";
    yield hit(`${now.fn.name} asked for ${lost} in ${before.view.name}, and anyone can call it in ${now.view.name}${how}`);
    return;
  }
  if (wasGuarded) yield* weakened(before, now, old, fresh, hit);
  yield* lostChecks(before, now, { old, fresh, oldTrace, newTrace }, hit);
  yield* lostLimits(before, now, old, fresh, hit);
}

/** Writes that last and calls that move something, each with its guards. */
function changes(trace: Trace, facts: Facts): Protected[] {
  const writes = lastingWrites(trace);
  const calls = trace.effects.filter(
    (effect) => effect.kind === "selfdestruct" || (effect.kind === "call" && !effect.isView && effect.callKind !== "library" && effect.callKind !== "unresolved"),
  );
  return [...writes, ...calls].map((effect) => ({ effect, guards: guardsOf(trace, effect, facts) }));
}

function isCallerGuard(guard: Guard): boolean {
  return guard.class === "authority" || guard.class === "self";
}

function namesCallerVainly(guard: Guard): boolean {
  return guard.class === "condition" && guard.text.includes("msg.sender") && guard.text.includes("||");
}

function authorityTexts(change: Protected | undefined): string[] {
  return (change?.guards ?? []).filter(isCallerGuard).map(({ text, via }) => via.at(-1) ?? text);
}

/** The same function now lets more people through: another, lower role, or one more way in. */
function* weakened(
  before: Version,
  now: Version,
  old: readonly Protected[],
  fresh: readonly Protected[],
  hit: (detail: string, more?: Partial<Hit>) => Hit,
): Iterable<Hit> {
  const texts = (list: readonly Protected[]): Set<string> =>
    new Set(list.flatMap(({ guards }) => guards.filter(isCallerGuard).map(({ text }) => text)));
  const [was, is] = [texts(old), texts(fresh)];
  if ([...was].some((text) => is.has(text))) {
    const [changed] = changedConstants(old, fresh);
    if (changed !== undefined) yield hit(`${now.fn.name} still asks for ${changed}, which has another value in ${now.view.name}: other accounts hold it`, { confidence: "medium" });
    return;
  }
  const widened = fresh.flatMap(({ guards }) => guards).find(
    (guard) => isCallerGuard(guard) && disjuncts(guard.holds).length > 1 && disjuncts(guard.holds).some((one) => was.has(textOf(one))),
  );
  if (widened !== undefined) {
    yield hit(`${now.fn.name} lets more callers through: ${[...was].join(", ")} became ${widened.text}`, { confidence: "medium" });
    return;
  }
  const elsewhere = guardTexts(now);
  const known = guardTexts(before);
  const stillUsed = [...was].some((text) => elsewhere.has(text));
  const wasLower = [...is].some((text) => known.has(text));
  if (stillUsed && (wasLower || is.size > 0)) {
    yield hit(`${now.fn.name} asked for ${[...was].join(", ")}, and now for ${[...is].join(", ")}`, {
      confidence: "medium",
    });
  }
}

/** Constants in the caller checks of both versions whose values differ: a role with its old name. */
function changedConstants(old: readonly Protected[], fresh: readonly Protected[]): string[] {
  const [before, now] = [constantsOf(old), constantsOf(fresh)];
  return [...before].flatMap(([name, value]) => (now.has(name) && now.get(name) !== value ? [name] : []));
}

function constantsOf(list: readonly Protected[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const guard of list.flatMap(({ guards }) => guards).filter(isCallerGuard)) {
    visit(guard.holds, (term) => {
      if (term.op === "constant" && term.value !== undefined) found.set(term.name, textOf(term.value));
    });
  }
  return found;
}

function guardTexts({ view, facts, fn }: Version): Set<string> {
  return new Set(
    facts.mutating
      .filter((trace) => trace.fn !== fn)
      .flatMap((trace) => changes(trace, facts))
      .flatMap(({ guards }) => guards.filter(isCallerGuard).map(({ text }) => text))
      .filter((text) => text !== view.name),
  );
}

/** Checks of state, and the reentrancy lock, that the old version made on every run and the new one does not make at all. */
function* lostChecks(
  before: Version,
  now: Version,
  { old, fresh, oldTrace, newTrace }: { old: readonly Protected[]; fresh: readonly Protected[]; oldTrace: Trace; newTrace: Trace },
  hit: (detail: string, more?: Partial<Hit>) => Hit,
): Iterable<Hit> {
  const locks = lockKeys(oldTrace);
  const callsOut = newTrace.effects.some((effect) => effect.kind === "call" && effect.canReenter);
  if (locks.size > 0 && lockKeys(newTrace).size === 0 && callsOut) {
    yield hit(`${now.fn.name} took a reentrancy lock in ${before.view.name}, and no longer does`, { title: "reentrancy lock lost", confidence: "medium" });
  }
  const present = fresh.flatMap(({ guards }) => guards);
  const texts = new Set(present.map(({ text }) => text));
  const known = new Set(now.facts.writes.keys());
  const told = new Set<string>();
  const earlier = new Set(old.flatMap(({ guards }) => guards.map(({ text }) => text)));
  // The check may have moved to another contract, which is asked now.
  const asksElsewhere = present.some(
    ({ holds, text }) => !earlier.has(text) && contains(holds, (term) => term.op === "call" && term.kind === "external"),
  );
  for (const guard of old.flatMap(({ guards }) => guards)) {
    if (guard.class !== "condition" || guard.entry?.kind !== "check" || texts.has(guard.text) || told.has(guard.text)) continue;
    const keys = [...storageIn(guard.holds)].filter((key) => !locks.has(key));
    if (keys.length === 0 || isArithmetic(guard, oldTrace) || keys.some((key) => /paused/i.test(key))) continue;
    if (keys.some((key) => !isStillThere(key, now, known))) continue;
    const same = present.find((other) => other.class !== "tautology" && keys.every((key) => storageIn(other.holds).has(key)));
    const bypass = present.find((other) => disjuncts(other.holds).length > 1 && disjuncts(other.holds).some((one) => textOf(one) === guard.text));
    const reversed = present.find((other) => !earlier.has(other.text) && isReverse(guard.holds, other.holds));
    if (same !== undefined && bypass === undefined && reversed === undefined) continue;
    told.add(guard.text);
    const renewed = reversed === undefined && bypass === undefined && present.some((other) => !earlier.has(other.text) && shapeOf(other) === shapeOf(guard));
    const what = guard.via.at(-1) !== undefined && guard.via.length > 0 ? `${guard.via.at(-1)} (${guard.text.slice(0, 100)})` : guard.text.slice(0, 120);
    yield hit(
      reversed !== undefined
        ? `${now.fn.name} checked ${what} in ${before.view.name}, and checks the opposite now: ${reversed.text.slice(0, 120)}`
        : bypass === undefined
          ? `${now.fn.name} checked ${what} in ${before.view.name}, and ${renewed ? "asks the same of other state now" : "no longer does"}`
          : `${now.fn.name} checked ${what} in ${before.view.name}, and can now be let through by ${bypass.text.slice(0, 120)}`,
      {
        title: reversed !== undefined ? "check reversed" : bypass !== undefined ? "check weakened" : renewed ? "check asks other state" : "check lost",
        confidence: reversed === undefined && bypass === undefined && (asksElsewhere || renewed) ? "low" : "medium",
        ...(renewed ? { severity: "low" as const } : {}),
      },
    );
  }
}

/** Fixed upper limits of arguments: `require(fee <= 1000)` that is gone, or became larger. */
function* lostLimits(before: Version, now: Version, old: readonly Protected[], fresh: readonly Protected[], hit: (detail: string, more?: Partial<Hit>) => Hit): Iterable<Hit> {
  const is = limitsOf(fresh);
  const bounded = new Set(fresh.flatMap(({ guards }) => guards.flatMap(({ holds }) => (holds.op === "binary" ? [orderOf(holds)?.small] : []))));
  for (const [argument, limit] of limitsOf(old)) {
    const next = is.get(argument);
    if (next === undefined ? bounded.has(argument) : next <= limit) continue;
    const name = before.fn.parameters.parameters[Number(argument.slice(1))]?.name ?? "an argument";
    if (next === undefined) yield hit(`${now.fn.name} limited ${name} to ${limit} in ${before.view.name}, and no longer does`, { title: "check lost", confidence: "medium" });
    else yield hit(`${now.fn.name} limited ${name} to ${limit} in ${before.view.name}, and to ${next} now`, { title: "check weakened", confidence: "low" });
  }
}

/** The largest fixed value that each argument may have, by the argument's text. */
function limitsOf(list: readonly Protected[]): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { holds } of list.flatMap(({ guards }) => guards)) {
    if (holds.op !== "binary" || !/^[<>]=?$/.test(holds.operator)) continue;
    const [small, large] = holds.operator.startsWith("<") ? [holds.left, holds.right] : [holds.right, holds.left];
    const value = plainValue(large);
    if (plainArgument(small) && value !== undefined && value > 1n) found.set(textOf(small), value);
  }
  return found;
}

function plainArgument(term: Term): boolean {
  return term.op === "cast" ? plainArgument(term.of) : term.op === "parameter";
}

function plainValue(term: Term): bigint | undefined {
  if (term.op === "cast") return plainValue(term.of);
  if (term.op === "constant" && term.value !== undefined) return plainValue(term.value);
  return term.op === "literal" && /^\d+$/.test(term.text) ? BigInt(term.text) : undefined;
}

/** The same two sides compared the other way round: `now >= unlock` became `now <= unlock`. */
function isReverse(was: Term, is: Term): boolean {
  if (was.op !== "binary" || is.op !== "binary") return was.op === "not" ? textOf(was.of) === textOf(is) : is.op === "not" && textOf(is.of) === textOf(was);
  const [a, b] = [orderOf(was), orderOf(is)];
  return a !== undefined && b !== undefined && a.small === b.large && a.large === b.small;
}

function orderOf({ operator, left, right }: Extract<Term, { op: "binary" }>): { small: string; large: string } | undefined {
  if (operator === "<" || operator === "<=") return { small: textOf(left), large: textOf(right) };
  return operator === ">" || operator === ">=" ? { small: textOf(right), large: textOf(left) } : undefined;
}

/** The check with its state left open: the same question about a successor of the old state. */
function shapeOf({ holds, text }: Guard): string {
  return [...storageIn(holds)].reduce((shape, key) => shape.replaceAll(key, "#"), text).replace(/#(?:\[[^\]]*\]|\.\w+)*/g, "#");
}

/** Renamed or retired state is the storage layout's business. */
function isStillThere(key: string, { view }: Version, written: ReadonlySet<string>): boolean {
  return written.has(key) || view.variables.some(({ name }) => name === key);
}

/** `require(balance >= amount)` before `balance -= amount`: checked arithmetic does the same. */
function isArithmetic(guard: Guard, trace: Trace): boolean {
  const { holds } = guard;
  if (holds.op !== "binary" || ![">=", "<=", ">", "<"].includes(holds.operator)) return false;
  return trace.effects.some(
    (effect) =>
      effect.kind === "write" &&
      effect.value.op === "binary" &&
      effect.value.operator === "-" &&
      [textOf(holds.left), textOf(holds.right)].includes(textOf(effect.term)) &&
      [textOf(holds.left), textOf(holds.right)].includes(textOf(effect.value.right)) &&
      storageName(effect.storage) !== "",
  );
}
