import type { Expression, ExpressionStatement, FunctionCall, YulBlock, YulFunctionCall } from "solidity-ast";
import type { Node } from "solidity-ast/node.js";
import { walk } from "../ast/walk.js";
import type { Rule } from "../rule.js";

const LOW_LEVEL = /^t_function_(?:bare(?:call|delegatecall|callcode|staticcall)|send)_/;

export const rule: Rule = {
  id: "G2",
  title: "result of a low-level call is not checked",
  severity: "medium",
  confidence: "high",
  source: "solhint",
  needs: ["A"],
  flags:
    "`call`, `delegatecall`, `staticcall`, `callcode` or `send` as a statement of its own, or with a success value that is never used.",
  why: "These calls don't revert when they fail. The contract goes on as if the payment or the call had happened.",
  remedy: "check the returned success value, or use a wrapper that reverts",
  references: {
    owasp: "SC06:2025 Unchecked External Calls",
    ethtrust: "[S] Check External Calls Return",
    swc: "SWC-104",
  },
  translates: ["solhint:check-send-result", "solhint:no-unchecked-calls"],
  *contract(view) {
    for (const fn of view.definition.nodes) {
      if (fn.nodeType !== "FunctionDefinition" && fn.nodeType !== "ModifierDefinition") continue;
      const declared = new Map<number, FunctionCall>();
      const used = new Set<number>();
      const ignored: FunctionCall[] = [];
      const locals = new Set<number>();
      const targets = new Set<Node>();
      const dropped: YulFunctionCall[] = [];
      walk(fn, (node) => {
        if (node.nodeType === "ExpressionStatement") {
          const call = ignoredCall(node);
          if (call !== undefined) ignored.push(call);
        }
        if (node.nodeType === "VariableDeclarationStatement" && node.initialValue?.nodeType === "FunctionCall" && isLowLevel(node.initialValue)) {
          const [success] = node.declarations;
          if (success) declared.set(success.id, node.initialValue);
          else ignored.push(node.initialValue);
        }
        if (node.nodeType === "Assignment" && node.rightHandSide.nodeType === "FunctionCall" && isLowLevel(node.rightHandSide)) {
          const left = node.leftHandSide;
          const success = left.nodeType === "TupleExpression" ? left.components[0] : left;
          if (success?.nodeType === "Identifier" && success.referencedDeclaration && locals.has(success.referencedDeclaration)) {
            declared.set(success.referencedDeclaration, node.rightHandSide);
            targets.add(success);
          } else if (!success) ignored.push(node.rightHandSide);
        }
        if (node.nodeType === "VariableDeclaration") locals.add(node.id);
        if (node.nodeType === "Identifier" && node.referencedDeclaration && !targets.has(node)) used.add(node.referencedDeclaration);
        if (node.nodeType === "InlineAssembly") for (const { declaration } of node.externalReferences) used.add(declaration);
        if (node.nodeType === "InlineAssembly" && node.AST) dropped.push(...droppedCalls(node.AST));
      });
      const results = fn.nodeType === "FunctionDefinition" ? fn.returnParameters.parameters : [];
      for (const { id } of results) used.add(id);
      for (const [id, call] of declared) if (!used.has(id)) ignored.push(call);
      for (const call of dropped) {
        yield {
          view,
          ...(fn.nodeType === "FunctionDefinition" && { fn }),
          at: call,
          confidence: "low",
          detail: `nobody looks at whether ${view.program.textOf(call).replace(/\s+/g, " ").slice(0, 60)} succeeded`,
        };
      }
      for (const call of ignored) {
        yield {
          view,
          ...(fn.nodeType === "FunctionDefinition" && { fn }),
          at: call,
          detail: `nobody looks at whether ${view.program.textOf(call).slice(0, 60)} succeeded`,
        };
      }
    }
  },
};

function ignoredCall({ expression }: ExpressionStatement): FunctionCall | undefined {
  return expression.nodeType === "FunctionCall" && isLowLevel(expression) ? expression : undefined;
}

function isLowLevel(call: FunctionCall): boolean {
  let callee: Expression = call.expression;
  while (callee.nodeType === "FunctionCallOptions") callee = callee.expression;
  return LOW_LEVEL.test(callee.typeDescriptions.typeIdentifier ?? "");
}

/** `pop(call(…))` in assembly. */
function droppedCalls({ statements }: YulBlock): YulFunctionCall[] {
  return (statements ?? []).flatMap((statement): YulFunctionCall[] => {
    switch (statement.nodeType) {
      case "YulBlock":
        return droppedCalls(statement);
      case "YulIf":
        return droppedCalls(statement.body);
      case "YulSwitch":
        return statement.cases.flatMap(({ body }) => droppedCalls(body));
      case "YulForLoop":
        return droppedCalls(statement.body);
      case "YulExpressionStatement": {
        const { expression } = statement;
        if (expression.nodeType !== "YulFunctionCall" || expression.functionName.name !== "pop") return [];
        return expression.arguments.flatMap((argument) =>
          argument.nodeType === "YulFunctionCall" && /^(?:call|callcode|delegatecall)$/.test(argument.functionName.name) ? [argument] : [],
        );
      }
      default:
        return [];
    }
  });
}
