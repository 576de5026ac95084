import type {
  Block,
  ContractDefinition,
  Expression,
  FunctionDefinition,
  ModifierDefinition,
  Statement,
  UncheckedBlock,
  VariableDeclaration,
  VariableDeclarationStatement,
} from "solidity-ast";
import { isConstructor, type ContractView } from "../ast/contract-view.js";
import { runBranch, runIf, runLoop, runTry, type Arm } from "./control-flow.js";
import { Evaluator } from "./evaluator.js";
import { endingOf, type Frame } from "./frame.js";
import { conjunction, entriesSince, or } from "./paths.js";
import { conjuncts, phiWhen, UNKNOWN, type Located, type Term } from "./term.js";
import type { Effect, NewEffect, PathEntry, Trace } from "./trace.js";
import { componentOf, zeroOf } from "./values.js";
import { runAssembly } from "./yul.js";

const MAX_DEPTH = 24;
const MAX_EFFECTS = 6000;

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
  /** How many loops the run is inside of. */
  public loops = 0;

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
      inLoop: this.loops,
      ...(path && { path }),
    } as Effect);
  }

  /** From here on `holds` is known, else the run has reverted. */
  check(holds: Term, node: Located): void {
    for (const term of conjuncts(holds)) {
      this.emit({ kind: "check", holds: term }, node);
      this.push({ holds: term, kind: "check", node, via: this.via });
    }
  }

  /** The rest of this body does not run. */
  revert(): void {
    if (this.frame !== undefined) this.frame.ending = "reverts";
  }

  push({ parent: _, ...entry }: PathEntry): void {
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
      if (fn.body) this.block(fn.body);
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
    if (modifier.body) this.block(modifier.body);
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
        for (const entry of only) this.push(entry);
        // What a modifier checks behind its placeholder undoes the body as well as a check before it.
        const known = new Set(only);
        if (!reverts) for (const entry of since) if (entry.kind === "check" && !known.has(entry)) this.push(entry);
      } else {
        const holds = ways.map((way) => conjunction(way)).reduce((a, b) => or(a, b));
        this.push({ holds, kind: "check", node, via });
      }
    } else {
      for (const entry of since) {
        if (entry.kind === "arm") break;
        this.push(entry);
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

  block(block: Block | UncheckedBlock): void {
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
        return this.block(statement);
      case "ExpressionStatement":
        this.#evaluator.statement(statement.expression);
        return;
      case "VariableDeclarationStatement":
        return this.#declare(statement);
      case "IfStatement":
        return runIf(this, statement);
      case "WhileStatement":
        return runLoop(this, { before: statement.condition, body: statement.body });
      case "DoWhileStatement":
        return runLoop(this, { after: statement.condition, body: statement.body });
      case "ForStatement":
        if (statement.initializationExpression) this.statement(statement.initializationExpression);
        return runLoop(this, {
          ...(statement.condition && { before: statement.condition }),
          body: statement.body,
          ...(statement.loopExpression && { step: statement.loopExpression.expression }),
        });
      case "Return":
        return this.#return(statement.expression ?? undefined);
      case "RevertStatement":
        for (const argument of statement.errorCall.arguments) this.evaluate(argument);
        return this.revert();
      case "EmitStatement":
        this.#evaluator.event(statement.eventCall, statement);
        return;
      case "TryStatement":
        return runTry(this, statement);
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

  /** Runs each arm from the same state, then joins them. */
  branch(node: Located, arms: readonly Arm[]): void {
    runBranch(this, node, arms);
  }
}
