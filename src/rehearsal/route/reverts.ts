import { ErrorDescription, Interface } from "ethers";
import type { CallFrame } from "../fork/fork.js";
import { errorWith } from "../fragments.js";

/**
 * The reverts that the route's contracts give: OpenZeppelin 4 (strings) and 5 (custom errors) access control, ownership,
 * timelock and proxies.
 */
export const ROUTE_ERRORS = new Interface([
  "error Error(string reason)",
  "error Panic(uint256 code)",
  "error TimelockUnexpectedOperationState(bytes32 operationId, bytes32 expectedStates)",
  "error TimelockInsufficientDelay(uint256 delay, uint256 minDelay)",
  "error TimelockUnexecutedPredecessor(bytes32 predecessorId)",
  "error TimelockUnauthorizedCaller(address caller)",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error AccessManagedUnauthorized(address caller)",
  "error OwnableUnauthorizedAccount(address account)",
  "error ProxyDeniedAdminAccess()",
  "error UUPSUnauthorizedCallContext()",
  "error UUPSUnsupportedProxiableUUID(bytes32 slot)",
  "error ERC1967InvalidImplementation(address implementation)",
  "error InvalidInitialization()",
  "error NotInitializing()",
]);

export interface Revert {
  /** Who reverted. */
  by: string;
  data: string;
  /** Readable: `Error(GS013)`, `TimelockUnexpectedOperationState(…)`, or the raw data. */
  reason: string;
}

/** The revert that a failed call tree ended with. */
export function revertOf(frame: CallFrame, interfaces: readonly Interface[] = []): Revert {
  return { by: frame.to ?? "", data: frame.output ?? "0x", reason: describeRevert(frame.output ?? "0x", interfaces, frame.error) };
}

/** The innermost failed call into `address`, or undefined if none failed. */
export function failureAt(frame: CallFrame, address: string): CallFrame | undefined {
  for (const inner of frame.calls ?? []) {
    const found = failureAt(inner, address);
    if (found !== undefined) return found;
  }
  const here = frame.to !== undefined && frame.to.toLowerCase() === address.toLowerCase();
  return here && frame.error !== undefined ? frame : undefined;
}

/** The deepest failed call: where the failure began. */
export function rootFailure(frame: CallFrame): CallFrame | undefined {
  for (const inner of frame.calls ?? []) {
    const found = rootFailure(inner);
    if (found !== undefined && found.output !== undefined && found.output === frame.output) return found;
  }
  if (frame.error === undefined) return undefined;
  const failedInside = (frame.calls ?? []).map(rootFailure).filter((inner) => inner !== undefined);
  return failedInside.at(-1) ?? frame;
}

/** Why a call tree failed: what it ended with, and what the innermost failed call gave where that is not the same. */
export function failureInWords(tree: CallFrame, interfaces: readonly Interface[] = []): string {
  const root = rootFailure(tree);
  const { reason } = revertOf(tree, interfaces);
  return root === undefined || root === tree ? reason : `${reason}; ${root.to} gave ${describeRevert(root.output ?? "0x", interfaces, root.error)}`;
}

/** Revert data in words, by the route's errors and then by `interfaces`. */
export function describeRevert(data: string, interfaces: readonly Interface[] = [], error?: string): string {
  if (data === "0x") return error === undefined || /revert/i.test(error) ? "no reason" : error;
  const parsed = parseRevert(data, interfaces);
  if (parsed === null) return data;
  return `${parsed.name}(${parsed.args.toArray().map(String).join(", ")})`;
}

/** Revert data as an error of the route's contracts or of `interfaces`; null if none has its selector. */
export function parseRevert(data: string, interfaces: readonly Interface[] = []): ErrorDescription | null {
  const selector = data.slice(0, 10).toLowerCase();
  for (const iface of [ROUTE_ERRORS, ...interfaces]) {
    const fragment = errorWith(iface, selector);
    if (fragment === undefined) continue;
    try {
      return new ErrorDescription(fragment, selector, iface.decodeErrorResult(fragment, data));
    } catch {
      // Same selector, other arguments: not this error.
    }
  }
  return null;
}
