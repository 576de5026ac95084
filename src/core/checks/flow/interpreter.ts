import type {
  Block,
  ContractDefinition,
  Expression,
  FunctionDefinition,
  IfStatement,
  ModifierDefinition,
  Statement,
  TryStatement,
  UncheckedBlock,
  VariableDeclaration,
  VariableDeclarationStatement,
} from "solidity-ast";
import { isConstructor, type ContractView } from "../ast/contract-view.js";
import { Evaluator } from "./evaluator.js";
import { conjuncts, negate, phi, phiWhen, sizeOf, textOf, UNKNOWN, type Located, type Term } from "./term.js";
import { entriesOf, type Effect, type NewEffect, type PathEntry, type Trace } from "./trace.js";
import { runAssembly } from "./yul.js";

const MAX_DEPTH = 24;
const MAX_EFFECTS = 6000;

type Ending = "falls-through" | "returns" | "reverts";

/** One inlined function or modifier body. */
export interface Frame {
  fn: FunctionDefinition;
  owner: ContractDefinition | undefined;
  returned: { values: readonly Term[]; path: PathEntry | undefined }[];
  /** Runs what `_` stands for; only inside a modifier. */
  placeholder?: () => void;
  start: PathEntry | undefined;
  ending: Ending;
}

/**
 * Runs a function symbolically, once, in source order: each branch is entered, loops are run once, internal calls and
 * modifiers are inlined, locals that differ between branches become a `phi`.
 */
export class Interpreter {
  public locals = new Map<number, Term>();
  public path: PathEntry | undefined;
  public readonly frames: Frame[] = [];
  public via: string[] = [];
  public complete = true;
  /** What could not be followed although it may matter, in words. */
  public readonly unfollowed: string[] = [];
  readonly #effects: Effect[] = [];
  readonly #entered = new Set<number>();
  readonly #evaluator: Evaluator;
  #loops = 0;

  constructor(public readonly view: ContractView) {
    this.#evaluator = new Evaluator(this);
  }

  run(fn: FunctionDefinition): Trace {
    fn.parameters.parameters.forEach((declaration, index) => {
      this.locals.set(declaration.id, { op: "parameter", name: declaration.name, index, declaration });
    });
    const values = this.enter(fn, undefined);
    return { fn, effects: this.#effects, ...(this.path && { exit: this.path }), returns: values, entered: this.#entered, complete: this.complete, unfollowed: this.unfollowed };
  }

  get frame(): Frame | undefined {
    return this.frames.at(-1);
  }

  emit(effect: NewEffect, node: Located): void {
    if (this.#effects.length >= MAX_EFFECTS) {
      if (this.complete) this.unfollowed.push(`more than ${MAX_EFFECTS} steps`);
      this.complete = false;
      return;
    }
    const { path, via } = this;
    this.#effects.push({
      node,
      ...effect,
      order: this.#effects.length,
      via,
      inLoop: this.#loops,
      ...(path && { path }),
    } as Effect);
  }

  /** From here on `holds` is known, else the run has reverted. */
  check(holds: Term, node: Located): void {
    for (const term of conjuncts(holds)) {
      this.emit({ kind: "check", holds: term }, node);
      this.#push({ holds: term, kind: "check", node, via: this.via });
    }
  }

  /** The rest of this body does not run. */
  revert(): void {
    if (this.frame !== undefined) this.frame.ending = "reverts";
  }

  #push({ parent: _, ...entry }: PathEntry): void {
    this.path = this.path === undefined ? entry : { ...entry, parent: this.path };
  }

  evaluate(expression: Expression): Term {
    return this.#evaluator.evaluate(expression);
  }

  /** A constant or immutable, with its value where the code gives one. */
  constant(declaration: VariableDeclaration): Term {
    return this.#evaluator.variable(declaration);
  }

  /** Inlines `fn`: binds arguments, runs its modifiers around its body, gives what it returns. */
  call(fn: FunctionDefinition, args: readonly Term[], node: Located): readonly Term[] | undefined {
    const isRecursive = this.frames.some((frame) => frame.fn === fn && frame.placeholder === undefined);
    if (fn.body === null || fn.body === undefined || isRecursive || this.frames.length > MAX_DEPTH) {
      if (isRecursive || this.frames.length > MAX_DEPTH) this.complete = false;
      return undefined;
    }
    if (this.#effects.length >= MAX_EFFECTS) return undefined;
    fn.parameters.parameters.forEach((declaration, index) => this.locals.set(declaration.id, args[index] ?? UNKNOWN));
    return this.enter(fn, node);
  }

  enter(fn: FunctionDefinition, node: Located | undefined): readonly Term[] {
    const owner = this.view.program.ownerOf(fn.id);
    const frame: Frame = { fn, owner, returned: [], start: this.path, ending: "falls-through" };
    const outerVia = this.via;
    if (node !== undefined) this.via = [...outerVia, fn.name];
    this.#entered.add(fn.id);
    for (const declaration of fn.returnParameters.parameters) this.locals.set(declaration.id, zeroOf(declaration));
    this.#baseConstructors(fn, owner);
    this.frames.push(frame);
    this.#modified(fn, 0, frame);
    this.frames.pop();
    this.via = outerVia;
    return this.#leave(frame, node ?? fn);
  }

  #baseConstructors(fn: FunctionDefinition, owner: ContractDefinition | undefined): void {
    if (!isConstructor(fn, owner)) return;
    for (const { modifierName, arguments: args } of fn.modifiers) {
      const base = this.view.program.declaration(modifierName.referencedDeclaration);
      if (base?.nodeType === "ContractDefinition") for (const argument of args ?? []) this.evaluate(argument);
    }
  }

  #modified(fn: FunctionDefinition, index: number, frame: Frame): void {
    const invocation = fn.modifiers[index];
    if (invocation === undefined) {
      if (fn.body) this.#block(fn.body);
      if (endingOf(frame) === "falls-through") {
        const values = fn.returnParameters.parameters.map(({ id }) => this.locals.get(id) ?? UNKNOWN);
        frame.returned.push({ values, path: this.path });
      }
      return;
    }
    const modifier = this.view.program.declaration(invocation.modifierName.referencedDeclaration);
    if (modifier?.nodeType !== "ModifierDefinition") {
      this.#modified(fn, index + 1, frame);
      return;
    }
    this.#modifier(this.view.dispatchModifier(modifier), invocation.arguments ?? [], fn, () =>
      this.#modified(fn, index + 1, frame),
    );
    const inner = this.frames.at(-1);
    if (inner !== undefined && inner.ending === "returns") inner.ending = "falls-through";
  }

  #modifier(modifier: ModifierDefinition, args: readonly Expression[], fn: FunctionDefinition, body: () => void): void {
    const values = args.map((argument) => this.evaluate(argument));
    modifier.parameters.parameters.forEach(({ id }, index) => this.locals.set(id, values[index] ?? UNKNOWN));
    const outerVia = this.via;
    const frame: Frame = {
      fn,
      owner: this.view.program.ownerOf(modifier.id),
      returned: [],
      start: this.path,
      ending: "falls-through",
      placeholder: () => {
        const innerVia = this.via;
        this.via = outerVia;
        this.frames.pop();
        const outer = this.frames.at(-1);
        if (outer !== undefined) outer.ending = "falls-through";
        body();
        if (outer !== undefined && endingOf(outer) === "reverts") frame.ending = "reverts";
        this.frames.push(frame);
        this.via = innerVia;
      },
    };
    this.via = [...outerVia, modifier.name];
    this.frames.push(frame);
    if (modifier.body) this.#block(modifier.body);
    else body();
    this.frames.pop();
    this.via = outerVia;
    const outer = this.frames.at(-1);
    if (frame.ending === "reverts" && outer !== undefined) outer.ending = "reverts";
  }

  /** What the caller knows after the call: checks that every run passed, and which early return was taken. */
  #leave(frame: Frame, node: Located): readonly Term[] {
    const reverts = frame.ending === "reverts";
    const returned = frame.returned;
    const since = entriesSince(this.path, frame.start);
    this.path = frame.start;
    const outer = this.frames.at(-1);
    if (returned.length === 0) {
      if (reverts && outer !== undefined) outer.ending = "reverts";
      return [];
    }
    const via = [...this.via, frame.fn.name];
    if (reverts || returned.length === 1) {
      // One way out, or all ways out are early returns: one of their conditions holds.
      const ways = returned.map(({ path }) => entriesSince(path, frame.start));
      const [only] = ways;
      if (ways.length === 1 && only !== undefined) {
        for (const entry of only) this.#push(entry);
        // What a modifier checks behind its placeholder undoes the body as well as a check before it.
        const known = new Set(only);
        if (!reverts) for (const entry of since) if (entry.kind === "check" && !known.has(entry)) this.#push(entry);
      } else {
        const holds = ways.map((way) => conjunction(way)).reduce((a, b) => or(a, b));
        this.#push({ holds, kind: "check", node, via });
      }
    } else {
      for (const entry of since) {
        if (entry.kind === "arm") break;
        this.#push(entry);
      }
    }
    const count = Math.max(...returned.map(({ values }) => values.length));
    const when = new Set(
      returned.flatMap(({ path }) => entriesSince(path, frame.start).flatMap(({ kind, holds }) => (kind === "arm" ? [holds] : []))),
    );
    return Array.from({ length: count }, (_, index) =>
      phiWhen([...when], ...returned.map(({ values }) => values[index] ?? UNKNOWN)),
    );
  }

  #block(block: Block | UncheckedBlock): void {
    for (const statement of block.statements ?? []) {
      this.statement(statement);
      if (this.frame?.ending !== "falls-through") return;
    }
  }

  statement(statement: Statement | Block): void {
    // Before solc 0.5 `throw` was a statement of its own.
    if ((statement.nodeType as string) === "Throw") return this.revert();
    switch (statement.nodeType) {
      case "Block":
      case "UncheckedBlock":
        return this.#block(statement);
      case "ExpressionStatement":
        this.#evaluator.statement(statement.expression);
        return;
      case "VariableDeclarationStatement":
        return this.#declare(statement);
      case "IfStatement":
        return this.#if(statement);
      case "WhileStatement":
        return this.#loop(statement.condition, undefined, statement.body);
      case "DoWhileStatement":
        return this.#loop(undefined, statement.condition, statement.body);
      case "ForStatement":
        if (statement.initializationExpression) this.statement(statement.initializationExpression);
        return this.#loop(
          statement.condition ?? undefined,
          undefined,
          statement.body,
          statement.loopExpression?.expression,
        );
      case "Return":
        return this.#return(statement.expression ?? undefined);
      case "RevertStatement":
        for (const argument of statement.errorCall.arguments) this.evaluate(argument);
        return this.revert();
      case "EmitStatement":
        this.#evaluator.event(statement.eventCall, statement);
        return;
      case "TryStatement":
        return this.#try(statement);
      case "InlineAssembly":
        return runAssembly(this, statement);
      case "PlaceholderStatement":
        return this.frame?.placeholder?.();
      default:
        return;
    }
  }

  #declare({ declarations, initialValue }: VariableDeclarationStatement): void {
    if (initialValue === null || initialValue === undefined) {
      for (const declaration of declarations) if (declaration) this.locals.set(declaration.id, zeroOf(declaration));
      return;
    }
    const value = this.evaluate(initialValue);
    if (declarations.length === 1 && declarations[0]) {
      this.locals.set(declarations[0].id, value.op === "tuple" ? (value.items[0] ?? UNKNOWN) : value);
      return;
    }
    declarations.forEach((declaration, index) => {
      if (declaration) this.locals.set(declaration.id, componentOf(value, index));
    });
  }

  #return(expression: Expression | undefined): void {
    const frame = this.frame;
    if (frame === undefined) return;
    const named = frame.fn.returnParameters.parameters;
    const value = expression === undefined ? undefined : this.evaluate(expression);
    const values =
      value === undefined
        ? named.map(({ id }) => this.locals.get(id) ?? UNKNOWN)
        : named.length > 1
          ? named.map((_, index) => componentOf(value, index))
          : [value];
    if (frame.placeholder === undefined) frame.returned.push({ values, path: this.path });
    frame.ending = "returns";
  }

  #if(statement: IfStatement): void {
    const condition = this.evaluate(statement.condition);
    const known = decided(condition) ?? this.#asked(condition);
    if (known !== undefined) {
      const body = known ? statement.trueBody : statement.falseBody;
      if (body) this.statement(body);
      return;
    }
    this.branch(statement, [
      { holds: condition, run: () => this.statement(statement.trueBody) },
      {
        holds: negate(condition),
        run: () => {
          if (statement.falseBody) this.statement(statement.falseBody);
        },
      },
    ]);
  }

  /** What a check on the way here has already settled, about arguments only: state may have changed since. */
  #asked(condition: Term): boolean | undefined {
    if (condition.op !== "binary" || !/^[!=]=$/.test(condition.operator) || !isArgument(condition.left) || !isArgument(condition.right)) return undefined;
    const [text, opposite] = [textOf(condition), textOf(negate(condition))];
    for (let entry = this.path; entry !== undefined; entry = entry.parent) {
      if (entry.kind !== "check") continue;
      const holds = textOf(entry.holds);
      if (holds === text) return true;
      if (holds === opposite) return false;
    }
    return undefined;
  }

  /** Runs each arm from the same state, then joins: arms that revert become checks, checks inside an arm conditional. */
  branch(node: Located, arms: readonly { holds: Term; run: () => void }[]): void {
    const frame = this.frame;
    if (frame === undefined) return;
    const [start, locals] = [this.path, this.locals];
    const ways = arms.map(({ holds, run }, arm) => {
      this.path = start;
      this.locals = new Map(locals);
      frame.ending = "falls-through";
      this.#push({ holds, kind: "arm", node, branch: node, arm, via: this.via });
      const own = this.path;
      run();
      return { holds, arm, ending: endingOf(frame), locals: this.locals, passed: entriesSince(this.path, own) };
    });
    const open = ways.filter(({ ending }) => ending === "falls-through");
    const alive = ways.filter(({ ending }) => ending !== "reverts");
    this.path = start;
    const [only] = open;
    if (alive.length < ways.length && alive.length > 0) {
      const holds = alive.map((way) => way.holds).reduce((a, b) => or(a, b));
      this.check(holds, node);
    }
    if (only !== undefined && open.length === 1) {
      if (alive.length > 1) this.#push({ holds: only.holds, kind: "arm", node, branch: node, arm: only.arm, via: this.via });
      for (const entry of only.passed) this.#push(entry);
      this.locals = only.locals;
    } else {
      for (const way of open) {
        for (const entry of way.passed) {
          if (entry.kind === "check") this.#push({ ...entry, holds: or(negate(way.holds), entry.holds) });
        }
      }
      this.locals = open.length === 0 ? locals : joined(open.map((way) => way.locals), open.map((way) => way.holds));
    }
    frame.ending = open.length > 0 ? "falls-through" : alive.length > 0 ? "returns" : "reverts";
  }

  #loop(before: Expression | undefined, after: Expression | undefined, body: Statement | Block, step?: Expression): void {
    const frame = this.frame;
    if (frame === undefined) return;
    const [start, locals] = [this.path, new Map(this.locals)];
    this.#loops += 1;
    if (before !== undefined) {
      const holds = this.evaluate(before);
      this.#push({ holds, kind: "arm", node: before, via: this.via });
    }
    this.statement(body);
    if (frame.ending === "falls-through") {
      if (step !== undefined) this.#evaluator.statement(step);
      if (after !== undefined) this.evaluate(after);
    }
    this.#loops -= 1;
    // The loop may run zero times, so that what its body knows is not known behind it.
    frame.ending = "falls-through";
    this.path = start;
    this.locals = joined([locals, this.locals]);
  }

  #try(statement: TryStatement): void {
    const value = this.evaluate(statement.externalCall);
    this.branch(
      statement,
      statement.clauses.map((clause, arm) => ({
        holds: { op: "unknown", name: `try#${arm}` },
        run: () => {
          clause.parameters?.parameters.forEach(({ id }, index) =>
            this.locals.set(id, arm === 0 ? componentOf(value, index, clause.parameters?.parameters.length) : UNKNOWN),
          );
          this.#block(clause.block);
        },
      })),
    );
  }
}

/** Read through a function: what happened in between is not visible to the type checker. */
function endingOf(frame: Frame): Ending {
  return frame.ending;
}

/** Component `index` of a value with several components. */
export function componentOf(value: Term, index: number, count = 2): Term {
  if (value.op === "tuple") return value.items[index] ?? UNKNOWN;
  if (value.op === "phi") return phi(...value.options.map((option) => componentOf(option, index, count)));
  if (value.op === "call" && count > 1) return { op: "component", of: value, index };
  return value;
}

function isArgument(term: Term): boolean {
  return term.op === "parameter" || term.op === "literal" || term.op === "caller" || (term.op === "cast" && isArgument(term.of));
}

/** What two literals compared come to: `from == address(0)` where zero was handed in. */
function decided(condition: Term): boolean | undefined {
  if (condition.op !== "binary" || condition.left.op !== "literal" || condition.right.op !== "literal") return undefined;
  const [left, right] = [condition.left.text, condition.right.text];
  if (!/^\d+$/.test(left) || !/^\d+$/.test(right)) return undefined;
  if (condition.operator === "==") return BigInt(left) === BigInt(right);
  return condition.operator === "!=" ? BigInt(left) !== BigInt(right) : undefined;
}

/** Disjunction, with constants folded. */
function or(left: Term, right: Term): Term {
  const isTrue = (term: Term): boolean => term.op === "literal" && term.text === "true";
  const isFalse = (term: Term): boolean => term.op === "literal" && term.text === "false";
  if (isTrue(left) || isFalse(right)) return left;
  if (isTrue(right) || isFalse(left)) return right;
  return { op: "binary", operator: "||", left, right };
}

function conjunction(entries: readonly PathEntry[]): Term {
  return entries
    .map(({ holds }) => holds)
    .reduce<Term>(
      (left, right) =>
        left.op === "literal" ? right : { op: "binary", operator: "&&", left, right },
      { op: "literal", text: "true" },
    );
}

function entriesSince(path: PathEntry | undefined, start: PathEntry | undefined): PathEntry[] {
  const entries = entriesOf(path);
  const from = start === undefined ? 0 : entries.indexOf(start) + 1;
  return entries.slice(from);
}

function joined(maps: readonly Map<number, Term>[], when: readonly Term[] = []): Map<number, Term> {
  const [first, ...rest] = maps;
  if (first === undefined) return new Map();
  const result = new Map(first);
  for (const map of rest) {
    for (const [id, term] of map) {
      const known = result.get(id);
      if (known === undefined) result.set(id, term);
      else if (known !== term) {
        const both = phiWhen(when, known, term);
        result.set(id, sizeOf(both) > 600 ? UNKNOWN : both);
      }
    }
  }
  return result;
}

/** The value of a local that was declared and not set. Storage pointers get their namespace when assembly sets the slot. */
export function zeroOf(declaration: VariableDeclaration): Term {
  const type = declaration.typeDescriptions.typeString ?? "";
  if (/^(?:u?int|bytes\d)/.test(type)) return { op: "literal", text: "0" };
  if (type === "bool") return { op: "literal", text: "false" };
  if (type.startsWith("address") || type.startsWith("contract ")) return { op: "literal", text: "0" };
  return { op: "unknown", name: declaration.name, declaration };
}
