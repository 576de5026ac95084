import type { Block, Expression, IfStatement, Statement, TryStatement } from "solidity-ast";
import { endingOf } from "./frame.js";
import type { Interpreter } from "./interpreter.js";
import { decided, entriesSince, joined, or, settledBefore } from "./paths.js";
import { negate, UNKNOWN, type Located, type Term } from "./term.js";
import { componentOf } from "./values.js";

/** One way through a branch, and when it is taken. */
export interface Arm {
  holds: Term;
  run: () => void;
}

/** A loop with its condition before or after the body, and what it does behind each turn. */
export interface Loop {
  before?: Expression;
  after?: Expression;
  body: Statement | Block;
  step?: Expression;
}

/** Enters what the condition decides, or both branches. */
export function runIf(run: Interpreter, statement: IfStatement): void {
  const condition = run.evaluate(statement.condition);
  const known = decided(condition) ?? settledBefore(condition, run.path);
  if (known !== undefined) {
    const body = known ? statement.trueBody : statement.falseBody;
    if (body) run.statement(body);
    return;
  }
  runBranch(run, statement, [
    { holds: condition, run: () => run.statement(statement.trueBody) },
    {
      holds: negate(condition),
      run: () => {
        if (statement.falseBody) run.statement(statement.falseBody);
      },
    },
  ]);
}

/** Runs each arm from the same state, then joins: arms that revert become checks, checks inside an arm conditional. */
export function runBranch(run: Interpreter, node: Located, arms: readonly Arm[]): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const [start, locals] = [run.path, run.locals];
  const ways = arms.map(({ holds, run: enter }, arm) => {
    run.path = start;
    run.locals = new Map(locals);
    frame.ending = "falls-through";
    run.push({ holds, kind: "arm", node, branch: node, arm, via: run.via });
    const own = run.path;
    enter();
    return { holds, arm, ending: endingOf(frame), locals: run.locals, passed: entriesSince(run.path, own) };
  });
  const open = ways.filter(({ ending }) => ending === "falls-through");
  const alive = ways.filter(({ ending }) => ending !== "reverts");
  run.path = start;
  const [only] = open;
  if (alive.length < ways.length && alive.length > 0) {
    const holds = alive.map((way) => way.holds).reduce((a, b) => or(a, b));
    run.check(holds, node);
  }
  if (only !== undefined && open.length === 1) {
    if (alive.length > 1) run.push({ holds: only.holds, kind: "arm", node, branch: node, arm: only.arm, via: run.via });
    for (const entry of only.passed) run.push(entry);
    run.locals = only.locals;
  } else {
    for (const way of open) {
      for (const entry of way.passed) {
        if (entry.kind === "check") run.push({ ...entry, holds: or(negate(way.holds), entry.holds) });
      }
    }
    run.locals = open.length === 0 ? locals : joined(open.map((way) => way.locals), open.map((way) => way.holds));
  }
  frame.ending = open.length > 0 ? "falls-through" : alive.length > 0 ? "returns" : "reverts";
}

/** Runs the body once, as one of the times that it may run. */
export function runLoop(run: Interpreter, { before, after, body, step }: Loop): void {
  const frame = run.frame;
  if (frame === undefined) return;
  const [start, locals] = [run.path, new Map(run.locals)];
  run.loops += 1;
  if (before !== undefined) {
    const holds = run.evaluate(before);
    run.push({ holds, kind: "arm", node: before, via: run.via });
  }
  run.statement(body);
  if (frame.ending === "falls-through") {
    if (step !== undefined) run.evaluate(step);
    if (after !== undefined) run.evaluate(after);
  }
  run.loops -= 1;
  // The loop may run zero times, so that what its body knows is not known behind it.
  frame.ending = "falls-through";
  run.path = start;
  run.locals = joined([locals, run.locals]);
}

/** Each clause is a branch of its own. */
export function runTry(run: Interpreter, statement: TryStatement): void {
  const value = run.evaluate(statement.externalCall);
  runBranch(
    run,
    statement,
    statement.clauses.map((clause, arm) => ({
      holds: { op: "unknown", name: `try#${arm}` },
      run: () => {
        clause.parameters?.parameters.forEach(({ id }, index) =>
          run.locals.set(id, arm === 0 ? componentOf(value, index, clause.parameters?.parameters.length) : UNKNOWN),
        );
        run.block(clause.block);
      },
    })),
  );
}
