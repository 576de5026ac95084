import type { DecodedArg, DecodedCall } from "../../decode/types.js";

/** Every call of a tree, parents before children. */
export function flatten(root: DecodedCall): DecodedCall[] {
  const calls: DecodedCall[] = [];
  const stack = [root];
  for (let call = stack.pop(); call; call = stack.pop()) {
    calls.push(call);
    stack.push(...call.calls.toReversed());
  }
  return calls;
}

/** The text of the argument called `name` or at index `name`, empty when there is none. */
export function argument(call: DecodedCall, name: string | number): string {
  const found = typeof name === "number" ? call.args[name] : call.args.find((arg) => arg.name === name);
  return found?.value ?? "";
}

/** Addresses that a call names: its target, the code that it runs, and its arguments'. */
export function addressesOf(call: DecodedCall): string[] {
  const found = [call.to, call.via].filter((address) => address !== undefined);
  const visit = (args: readonly DecodedArg[]): void => {
    for (const { type, value, items } of args) {
      if (items) visit(items);
      else if (type === "address" && value !== undefined) found.push(value);
    }
  };
  visit(call.args);
  return found;
}

/** The function's name without its parameters. */
export function nameOf(call: DecodedCall): string {
  return call.function?.split("(")[0] ?? "";
}
