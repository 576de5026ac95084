import type { Expression, FunctionCall, FunctionDefinition, MemberAccess } from "solidity-ast";
import { isReadOnly } from "../ast/contract-view.js";
import type { Evaluator } from "./evaluator.js";
import type { Interpreter } from "./interpreter.js";
import { decodedAnswer } from "./hand-made-call.js";
import { recordOf, structInMemory } from "./record.js";
import { CALLER, storagePath, UNKNOWN, type CallKind, type Term } from "./term.js";

/** Low-level members of an address, old option setters included. */
const LOW_LEVEL: Readonly<Record<string, CallKind>> = {
  call: "low-level",
  callcode: "delegatecall",
  delegatecall: "delegatecall",
  staticcall: "staticcall",
  send: "send",
  transfer: "transfer",
};

interface Callee {
  expression: Expression;
  value?: Term;
  /** A gas limit was given: too little to call back with, if it is small. */
  gas?: Term;
}

/** A call expression: inlined if it is internal, else an effect and an unknown result. */
export function evaluateCall(run: Interpreter, evaluator: Evaluator, call: FunctionCall): Term {
  if (isConversion(call)) return conversion(run, evaluator, call);
  const callee = unwrap(run, evaluator, call.expression);
  const { expression } = callee;
  const type = expression.typeDescriptions.typeIdentifier ?? "";
  if (call.kind === "structConstructorCall") {
    return structConstructor(run, evaluator, call);
  }
  if (expression.nodeType === "NewExpression") return creation(run, evaluator, call, callee);
  if (expression.nodeType === "Identifier") return named(run, evaluator, call, expression.name, expression.referencedDeclaration, type);
  if (expression.nodeType === "MemberAccess") return member(run, evaluator, call, expression, callee, type);
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  evaluator.evaluate(expression);
  return unresolved(run, "function pointer", args, call);
}

function structConstructor(run: Interpreter, evaluator: Evaluator, call: FunctionCall): Term {
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  const struct = structInMemory(call, run.view.program);
  return (struct && recordOf(struct, call.names, args)) ?? { op: "tuple", items: args };
}

function isConversion(call: FunctionCall): boolean {
  return call.kind === "typeConversion";
}

function conversion(run: Interpreter, evaluator: Evaluator, call: FunctionCall): Term {
  const [argument] = call.arguments;
  if (argument === undefined) return UNKNOWN;
  const value = evaluator.evaluate(argument);
  const type = call.typeDescriptions.typeString ?? "";
  if (!/^u?int/.test(type) || run.frames.length === 0) return value;
  return { op: "cast", type, of: value };
}

/** Strips `{value: …}` and the older `.value(…)`, `.gas(…)`. */
function unwrap(run: Interpreter, evaluator: Evaluator, expression: Expression): Callee {
  if (expression.nodeType === "FunctionCallOptions") {
    const inner = unwrap(run, evaluator, expression.expression);
    expression.names.forEach((name, index) => {
      const option = expression.options[index];
      if (option === undefined) return;
      const term = evaluator.evaluate(option);
      if (name === "value") inner.value = term;
      if (name === "gas") inner.gas = term;
    });
    return inner;
  }
  if (expression.nodeType === "FunctionCall" && expression.expression.nodeType === "MemberAccess") {
    const { memberName, expression: base } = expression.expression;
    const setter = expression.expression.typeDescriptions.typeIdentifier ?? "";
    if ((memberName === "value" || memberName === "gas") && /^t_function_set(?:value|gas)/.test(setter)) {
      const inner = unwrap(run, evaluator, base);
      const [argument] = expression.arguments;
      const term = argument === undefined ? UNKNOWN : evaluator.evaluate(argument);
      if (memberName === "value") inner.value = term;
      else inner.gas = term;
      return inner;
    }
  }
  if (expression.nodeType === "TupleExpression" && expression.components.length === 1 && expression.components[0]) {
    return unwrap(run, evaluator, expression.components[0]);
  }
  return { expression };
}

function creation(run: Interpreter, evaluator: Evaluator, call: FunctionCall, { value }: Callee): Term {
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  const name = call.typeDescriptions.typeString ?? "new";
  const term: Term = { op: "call", name, kind: "create", args, node: call };
  if (!name.startsWith("contract ")) return term;
  run.emit({ kind: "call", call: term, callKind: "create", isView: false, canReenter: false, ...(value && { value }) }, call);
  return term;
}

function named(
  run: Interpreter,
  evaluator: Evaluator,
  call: FunctionCall,
  name: string,
  reference: number | null | undefined,
  type: string,
): Term {
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  const declaration = run.view.program.declaration(reference);
  if (declaration?.nodeType === "FunctionDefinition") {
    const target = run.view.program.ownerOf(declaration.id) === undefined ? declaration : run.view.dispatch(declaration);
    return internal(run, target ?? declaration, args, call);
  }
  if (declaration !== undefined || type.startsWith("t_function_internal")) return unresolved(run, name, args, call);
  return builtin(run, name, args, call);
}

function builtin(run: Interpreter, name: string, args: readonly Term[], call: FunctionCall): Term {
  const [first = UNKNOWN] = args;
  switch (name) {
    case "require":
    case "assert":
      run.check(first, call);
      return UNKNOWN;
    case "revert":
      run.revert();
      return UNKNOWN;
    case "selfdestruct":
    case "suicide":
      run.emit({ kind: "selfdestruct" }, call);
      return UNKNOWN;
    default:
      return { op: "call", name, kind: "builtin", args, node: call };
  }
}

function member(
  run: Interpreter,
  evaluator: Evaluator,
  call: FunctionCall,
  access: MemberAccess,
  callee: Callee,
  type: string,
): Term {
  const { expression: base, memberName } = access;
  const baseType = base.typeDescriptions.typeString ?? "";
  const declaration = run.view.program.declaration(access.referencedDeclaration);
  if (baseType.startsWith("type(") || baseType === "abi" || baseType.startsWith("type ")) {
    return onType(run, evaluator, call, access, declaration?.nodeType === "FunctionDefinition" ? declaration : undefined);
  }
  if (memberName === "push" || memberName === "pop") {
    if (type.startsWith("t_function_array") || /\bstorage\b|^bytes/.test(baseType)) {
      return arrayMember(run, evaluator, call, base, memberName);
    }
  }
  const lowLevel = LOW_LEVEL[memberName];
  if (lowLevel !== undefined && declaration === undefined) {
    const target = evaluator.evaluate(base);
    const args = call.arguments.map((argument) => evaluator.evaluate(argument));
    return external(run, call, { name: memberName, kind: lowLevel, target, args, callee });
  }
  if (declaration?.nodeType === "FunctionDefinition") {
    const owner = run.view.program.ownerOf(declaration.id);
    const isInternal = type.startsWith("t_function_internal");
    if (base.nodeType === "Identifier" && base.name === "super") {
      const args = call.arguments.map((argument) => evaluator.evaluate(argument));
      return internal(run, run.view.dispatch(declaration, run.frame?.owner) ?? declaration, args, call);
    }
    const isLibrary = owner === undefined || owner.contractKind === "library";
    if (isLibrary && (isInternal || type.startsWith("t_function_delegatecall"))) {
      const receiver = evaluator.evaluate(base);
      const args = [receiver, ...call.arguments.map((argument) => evaluator.evaluate(argument))];
      announceLink(run, type, memberName, call);
      return internal(run, declaration, args, call);
    }
    if (isInternal) {
      const args = call.arguments.map((argument) => evaluator.evaluate(argument));
      return internal(run, run.view.dispatch(declaration) ?? declaration, args, call);
    }
    const target = evaluator.evaluate(base);
    const args = call.arguments.map((argument) => evaluator.evaluate(argument));
    return external(run, call, { name: memberName, kind: "external", target, args, callee, declaration });
  }
  const target = evaluator.evaluate(base);
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  if (declaration?.nodeType === "VariableDeclaration" || type.startsWith("t_function_external")) {
    // A public variable's getter.
    return external(run, call, { name: memberName, kind: "external", target, args, callee, isView: declaration !== undefined });
  }
  return { op: "call", name: memberName, kind: "builtin", target, args, node: call };
}

/** `Library.f(…)`, `Base.f(…)`, `abi.encode(…)`, user-defined types' `wrap`. */
function onType(
  run: Interpreter,
  evaluator: Evaluator,
  call: FunctionCall,
  access: MemberAccess,
  declaration: FunctionDefinition | undefined,
): Term {
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  const isSuper = access.expression.nodeType === "Identifier" && access.expression.name === "super";
  if (declaration !== undefined) {
    announceLink(run, access.typeDescriptions.typeIdentifier ?? "", access.memberName, call);
    const target = isSuper ? run.view.dispatch(declaration, run.frame?.owner) : declaration;
    return internal(run, target ?? declaration, args, call);
  }
  const [only] = args;
  if (access.memberName === "decode" && only !== undefined) {
    const answer = decodedAnswer(run, only);
    if (answer !== undefined) return answer;
  }
  if ((access.memberName === "wrap" || access.memberName === "unwrap") && only !== undefined) return only;
  return { op: "call", name: access.memberName, kind: "builtin", args, node: call };
}

/** A public library function is linked and reached by delegatecall; what it does is followed like an internal one. */
function announceLink(run: Interpreter, type: string, name: string, node: FunctionCall): void {
  if (!type.startsWith("t_function_delegatecall")) return;
  const call: Extract<Term, { op: "call" }> = { op: "call", name, kind: "library", args: [], node };
  run.emit({ kind: "call", call, callKind: "library", isView: true, canReenter: false }, node);
}

function arrayMember(run: Interpreter, evaluator: Evaluator, call: FunctionCall, base: Expression, name: string): Term {
  const place = evaluator.evaluate(base);
  const args = call.arguments.map((argument) => evaluator.evaluate(argument));
  const storage = storagePath(place);
  if (storage !== undefined) {
    run.emit({ kind: "write", storage, term: place, operator: name, value: args[0] ?? UNKNOWN }, call);
  }
  return { op: "index", base: place, index: UNKNOWN };
}

function internal(run: Interpreter, fn: FunctionDefinition, args: readonly Term[], call: FunctionCall): Term {
  if (args.length === 0 && /^_?msgSender$/i.test(fn.name)) return CALLER;
  const ordered = call.names.length > 0 ? byName(fn, call.names, args) : args;
  const values = run.call(fn, ordered, call);
  if (values === undefined) return unresolved(run, fn.name, ordered, call, fn);
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  return values.length === 0 ? UNKNOWN : { op: "tuple", items: values };
}

function byName(fn: FunctionDefinition, names: readonly string[], args: readonly Term[]): readonly Term[] {
  return fn.parameters.parameters.map(({ name }) => args[names.indexOf(name)] ?? UNKNOWN);
}

/** A function without a body here (a hook, an override to come, a pointer, recursion). */
function unresolved(run: Interpreter, name: string, args: readonly Term[], call: FunctionCall, declaration?: FunctionDefinition): Term {
  const term: Extract<Term, { op: "call" }> = {
    op: "call",
    name,
    kind: "unresolved",
    args,
    node: call,
    ...(declaration && { declaration }),
  };
  const isView = declaration !== undefined && isReadOnly(declaration);
  run.emit({ kind: "call", call: term, callKind: "unresolved", isView, canReenter: false }, call);
  return term;
}

interface External {
  name: string;
  kind: CallKind;
  target: Term;
  args: readonly Term[];
  callee: Callee;
  declaration?: FunctionDefinition;
  isView?: boolean;
}

function external(run: Interpreter, node: FunctionCall, { name, kind, target, args, callee, declaration, isView }: External): Term {
  const call: Extract<Term, { op: "call" }> = {
    op: "call",
    name,
    kind,
    target,
    args,
    node,
    ...(declaration && { declaration }),
  };
  const readOnly = isView === true || kind === "staticcall" || (declaration !== undefined && isReadOnly(declaration));
  const smallGas = callee.gas?.op === "literal" && Number(callee.gas.text) <= 10_000;
  const canReenter = !readOnly && kind !== "transfer" && kind !== "send" && !smallGas;
  run.emit(
    { kind: "call", call, callKind: kind, isView: readOnly, canReenter, ...(callee.value && { value: callee.value }) },
    node,
  );
  return call;
}

