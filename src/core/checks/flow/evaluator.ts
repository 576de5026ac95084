import type { Assignment, Expression, FunctionCall, Identifier, MemberAccess, VariableDeclaration } from "solidity-ast";
import { isStored } from "../ast/contract-view.js";
import { evaluateCall } from "./calls.js";
import type { Interpreter } from "./interpreter.js";
import { memberOf, structInMemory, withMember } from "./record.js";
import { CALLER, negate, phi, storagePath, UNKNOWN, type Located, type Term } from "./term.js";
import { componentOf } from "./values.js";

const ENVIRONMENT = new Set(["block", "tx", "msg"]);

/** Expressions to terms; what an expression does (reads, writes, calls) is handed to the interpreter. */
export class Evaluator {
  constructor(private readonly run: Interpreter) {}

  /** An expression whose value nobody uses. */
  statement(expression: Expression): void {
    this.evaluate(expression);
  }

  evaluate(expression: Expression): Term {
    const term = this.#value(expression);
    if (isPlace(expression) && !isReference(expression)) this.#read(term, expression);
    return term;
  }

  #read(term: Term, node: Located): void {
    const storage = term.op === "state" || term.op === "field" || term.op === "index" ? storagePath(term) : undefined;
    if (storage !== undefined) this.run.emit({ kind: "read", storage, term }, node);
  }

  #value(expression: Expression): Term {
    switch (expression.nodeType) {
      case "Literal": {
        const text = expression.value ?? `hex"${expression.hexValue}"`;
        return { op: "literal", text: expression.kind === "string" ? JSON.stringify(text) : literalText(text, expression.subdenomination) };
      }
      case "Identifier":
        return this.#identifier(expression);
      case "MemberAccess":
        return this.#member(expression);
      case "IndexAccess": {
        const base = this.#value(expression.baseExpression);
        if (!expression.indexExpression) return base;
        return { op: "index", base, index: this.evaluate(expression.indexExpression) };
      }
      case "IndexRangeAccess":
        return { op: "index", base: this.evaluate(expression.baseExpression), index: UNKNOWN };
      case "Assignment":
        return this.#assign(expression);
      case "BinaryOperation": {
        const [left, right] = [this.evaluate(expression.leftExpression), this.evaluate(expression.rightExpression)];
        return binary(expression.operator, left, right, expression);
      }
      case "UnaryOperation":
        return this.#unary(expression.operator, expression.subExpression, expression);
      case "Conditional": {
        const condition = this.evaluate(expression.condition);
        const values: Term[] = [UNKNOWN, UNKNOWN];
        this.run.branch(expression, [
          { holds: condition, run: () => void (values[0] = this.evaluate(expression.trueExpression)) },
          { holds: negate(condition), run: () => void (values[1] = this.evaluate(expression.falseExpression)) },
        ]);
        return phi(...values);
      }
      case "TupleExpression": {
        const items = expression.components.map((item) => (item ? this.evaluate(item) : UNKNOWN));
        const [only] = items;
        return items.length === 1 && only !== undefined && !expression.isInlineArray ? only : { op: "tuple", items };
      }
      case "FunctionCall":
        return evaluateCall(this.run, this, expression);
      case "FunctionCallOptions":
        return this.evaluate(expression.expression);
      default:
        return UNKNOWN;
    }
  }

  /** The arguments of an event, for who looks at what is announced. */
  event(call: FunctionCall, node: Located): void {
    const args = call.arguments.map((argument) => this.evaluate(argument));
    const name = call.expression.nodeType === "Identifier" ? call.expression.name : "memberName" in call.expression ? call.expression.memberName : "";
    this.run.emit({ kind: "emit", event: name, args }, node);
  }

  #identifier(identifier: Identifier): Term {
    const { name } = identifier;
    if (name === "this") return { op: "environment", name: "this" };
    if (name === "now") return { op: "environment", name: "block.timestamp" };
    const declaration = this.run.view.program.declaration(identifier.referencedDeclaration);
    if (declaration?.nodeType === "VariableDeclaration") return this.variable(declaration);
    return { op: "unknown", name };
  }

  variable(declaration: VariableDeclaration): Term {
    const local = this.run.locals.get(declaration.id);
    if (local !== undefined) return local;
    if (declaration.stateVariable && isStored(declaration)) return { op: "state", key: declaration.name, declaration };
    if (declaration.stateVariable || declaration.constant) {
      const immutable = declaration.mutability === "immutable";
      const value = !immutable && declaration.value ? this.#constant(declaration, declaration.value) : undefined;
      return { op: "constant", name: declaration.name, immutable, declaration, ...(value && { value }) };
    }
    return { op: "unknown", name: declaration.name, declaration };
  }

  #constant(declaration: VariableDeclaration, value: Expression): Term {
    // A constant's value is evaluated once per run; the map of locals doubles as its memory.
    this.run.locals.set(declaration.id, UNKNOWN);
    const term = this.evaluate(value);
    this.run.locals.delete(declaration.id);
    return term;
  }

  #member(member: MemberAccess): Term {
    const { expression, memberName } = member;
    if (expression.nodeType === "Identifier" && ENVIRONMENT.has(expression.name) && isMagic(expression)) {
      const name = `${expression.name}.${memberName}`;
      return name === "msg.sender" ? CALLER : { op: "environment", name };
    }
    const declaration = this.run.view.program.declaration(member.referencedDeclaration);
    const baseType = expression.typeDescriptions.typeString ?? "";
    if (declaration?.nodeType === "VariableDeclaration" && baseType.startsWith("type(")) return this.variable(declaration);
    if (baseType.startsWith("type(")) return { op: "literal", text: this.run.view.program.textOf(member) };
    const base = this.#value(expression);
    const isOldBalance = baseType.startsWith("contract ") && declaration === undefined;
    if (memberName === "balance" && (baseType.startsWith("address") || isOldBalance)) {
      return { op: "call", name: "balance", kind: "builtin", target: base, args: [], node: member };
    }
    return memberOf(base, memberName);
  }

  #unary(operator: string, sub: Expression, node: Expression): Term {
    if (operator === "!") return negate(this.evaluate(sub));
    if (operator === "delete") {
      this.#write(this.#value(sub), sub, "delete", { op: "literal", text: "0" }, node);
      return UNKNOWN;
    }
    const value = this.evaluate(sub);
    if (operator === "++" || operator === "--") {
      const next = binary(operator === "++" ? "+" : "-", value, { op: "literal", text: "1" }, node);
      this.#write(value, sub, operator === "++" ? "+=" : "-=", next, node);
      return value;
    }
    return { op: "unary", operator, of: value };
  }

  #assign(assignment: Assignment): Term {
    const value = this.evaluate(assignment.rightHandSide);
    const left = assignment.leftHandSide;
    if (left.nodeType === "TupleExpression") {
      left.components.forEach((item, index) => {
        if (item) this.#write(this.#value(item), item, "=", componentOf(value, index), assignment);
      });
      return value;
    }
    const place = this.#value(left);
    if (assignment.operator === "=") {
      this.#write(place, left, "=", value, assignment);
      return value;
    }
    this.#read(place, left);
    const next = binary(assignment.operator.slice(0, -1), place, value, assignment);
    this.#write(place, left, assignment.operator, next, assignment);
    return next;
  }

  /** Storage gets a write effect; a local gets a new value; a part of a local in memory makes the local a mix. */
  #write(place: Term, target: Expression, operator: string, value: Term, node: Located): void {
    const isLocalName = target.nodeType === "Identifier";
    const declaration = isLocalName ? this.run.view.program.declaration(target.referencedDeclaration) : undefined;
    if (declaration?.nodeType === "VariableDeclaration" && !declaration.stateVariable) {
      this.run.locals.set(declaration.id, value);
      return;
    }
    const storage = storagePath(place);
    if (storage !== undefined) {
      this.run.emit({ kind: "write", storage, term: place, operator, value }, node);
      return;
    }
    const struct = target.nodeType === "MemberAccess" ? structInMemory(target.expression, this.run.view.program) : undefined;
    if (target.nodeType === "MemberAccess" && struct !== undefined) {
      const whole = this.#value(target.expression);
      this.#write(whole, target.expression, "=", withMember(whole, struct, target.memberName, value), node);
      return;
    }
    const root = rootOf(target);
    const id = root?.referencedDeclaration;
    if (id !== null && id !== undefined) this.run.locals.set(id, phi(this.run.locals.get(id) ?? UNKNOWN, value));
  }
}

export function binary(operator: string, left: Term, right: Term, node?: Located): Term {
  return { op: "binary", operator, left, right, ...(node && { node }) };
}

function isPlace(expression: Expression): boolean {
  return (
    expression.nodeType === "Identifier" || expression.nodeType === "MemberAccess" || expression.nodeType === "IndexAccess"
  );
}

/** A storage pointer is not a read: only what is taken out of it is. */
function isReference(expression: Expression): boolean {
  const type = expression.typeDescriptions.typeString ?? "";
  return /\bstorage (?:ref|pointer)\b/.test(type) || type.startsWith("mapping(") || type.startsWith("function ");
}

function isMagic(identifier: Identifier): boolean {
  return (identifier.referencedDeclaration ?? -1) < 0 || identifier.typeDescriptions.typeIdentifier?.startsWith("t_magic") === true;
}

function rootOf(expression: Expression): Identifier | undefined {
  switch (expression.nodeType) {
    case "Identifier":
      return expression;
    case "MemberAccess":
      return rootOf(expression.expression);
    case "IndexAccess":
      return rootOf(expression.baseExpression);
    default:
      return undefined;
  }
}

const UNIT: Readonly<Record<string, bigint>> = {
  gwei: 10n ** 9n,
  szabo: 10n ** 12n,
  finney: 10n ** 15n,
  ether: 10n ** 18n,
  minutes: 60n,
  hours: 3600n,
  days: 86400n,
  weeks: 604800n,
};

/** Numbers in one notation: `1e10`, `10_000` and `2 hours` become decimal digits where they are whole. */
function literalText(text: string, unit?: string | null): string {
  const plain = text.replace(/_/g, "");
  const scientific = /^(\d+)(?:\.(\d+))?e(\d+)$/i.exec(plain);
  let digits = plain;
  if (scientific) {
    const [, whole = "", fraction = "", exponent = "0"] = scientific;
    const shift = Number(exponent) - fraction.length;
    if (shift < 0 || shift > 80) return plain;
    digits = (BigInt(whole + fraction) * 10n ** BigInt(shift)).toString();
  }
  const factor = unit ? UNIT[unit] : undefined;
  return factor !== undefined && /^\d+$/.test(digits) ? (BigInt(digits) * factor).toString() : digits;
}
