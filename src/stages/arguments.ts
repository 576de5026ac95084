import { Interface, type FunctionFragment } from "ethers";
import type { AbiItem } from "../core/solc.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import type { PlanArgument } from "../plan.js";

/** Turns the references in a plan's arguments into addresses. */
export interface ReferenceResolver {
  addressOf(name: string): string;
  implementationOf(of: string): string;
}

/** `argument` with every reference replaced, at any depth. */
export function resolveArgument(argument: PlanArgument, resolver: ReferenceResolver): unknown {
  if (Array.isArray(argument)) return (argument as readonly PlanArgument[]).map((item) => resolveArgument(item, resolver));
  if (typeof argument !== "object") return argument;
  const members = argument as { readonly [name: string]: PlanArgument };
  if (members.kind === "address" && typeof members.name === "string") return resolver.addressOf(members.name);
  if (members.kind === "implementation" && typeof members.of === "string") return resolver.implementationOf(members.of);
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, resolveArgument(value, resolver)]));
}

/**
 * Call data for `name` (a name, or a full signature where it is overloaded) with `args`.
 *
 * @param contract names the ABI in the error.
 * @throws DrydockError ABI_MISMATCH.
 */
export function encodeCall(
  abi: readonly AbiItem[],
  contract: string,
  name: string,
  args: readonly unknown[],
): { data: string; fragment: FunctionFragment } {
  const call = `${name}${name.includes("(") ? "" : `/${args.length}`}`;
  try {
    const iface = new Interface(abi);
    const fragment = iface.getFunction(name, name.includes("(") ? undefined : [...args]);
    if (fragment === null) throw new Error("no such function");
    return { data: iface.encodeFunctionData(fragment, args), fragment };
  } catch (error) {
    throw new DrydockError(ERRORS.ABI_MISMATCH, { contract, call, detail: reasonOf(error).replace(/ \(argument.*/s, "") });
  }
}
