/**
 * What a plan file imports: `upgrades/NNNN-name/plan.ts` holds `export default defineUpgrade({…})`.
 * Data only; nothing here reads a chain. docs/plan.md explains each field.
 */
import type { ChangeKind } from "./core/schema/plan.js";

/** A name from `deployments/<chainId>.json`, standing where an address goes. */
export interface AddressReference {
  readonly kind: "address";
  readonly name: string;
}

/** The address that the new implementation of a change will have. */
export interface ImplementationReference {
  readonly kind: "implementation";
  /** The `proxy` of the change, as the plan writes it; for kind `pointer`, its `contract`. */
  readonly of: string;
}

/** An argument of a constructor, an initializer or a call; references may stand at any depth. */
export type PlanArgument =
  | string
  | number
  | bigint
  | boolean
  | AddressReference
  | ImplementationReference
  | readonly PlanArgument[]
  | { readonly [name: string]: PlanArgument };

/** A call by the function's name or full signature. */
export interface FunctionCall {
  function: string;
  args?: readonly PlanArgument[];
}

/** One contract whose code changes. */
export interface UpgradeChange {
  /** Name or address of the proxy; of the beacon, for kind `beacon`; of the contract that holds the pointer, for `pointer`. */
  proxy: string;
  kind: ChangeKind;
  /** The new implementation: contract name, or `path/File.sol:Name`. */
  contract: string;
  constructorArgs?: readonly PlanArgument[];
  /** Called by the proxy in the same call as the upgrade. Not for kinds `beacon` and `pointer`. */
  initializer?: FunctionCall;
  /**
   * The contract that must be live when the plan is resolved, where an upgrade before this one has to come first. Like
   * `reference`, it is where the live source is looked for.
   */
  from?: string;
  /** Contract in this project that the live implementation was built from, where no build at hand matches its code. */
  reference?: string;
  /** For kind `pointer`: the contract that the pointer names now (name or address). */
  replaces?: string;
  /** 32 bytes; zero unless the same init code must be deployed twice. */
  salt?: string;
}

/** A further call of the batch. */
export interface UpgradeCall extends FunctionCall {
  /** Name or address. */
  target: string;
  /** Contract whose ABI has the function; by default the new implementation of the same target. */
  contract?: string;
  /** Wei. */
  value?: bigint;
  /** Before or after the changes; `after` by default. */
  when?: "before" | "after";
}

/** A plan: what shall change on one chain, and by which route. */
export interface UpgradeDefinition {
  title: string;
  chainId: number | bigint;
  route: {
    /** The Safe that proposes. */
    safe: string;
    /** The TimelockController that may change the code. */
    timelock: string;
  };
  /** Seconds between schedule and execute; the timelock's minimum if left out. */
  delay?: number | bigint;
  /** Id of a timelock operation that must be done first. */
  predecessor?: string;
  /** Raise it to propose the same change again after an operation with the same content is done or pending. */
  attempt?: number;
  changes: readonly UpgradeChange[];
  calls?: readonly UpgradeCall[];
}

/** Marks a plan; returns it as it is. */
export function defineUpgrade(definition: UpgradeDefinition): UpgradeDefinition {
  return definition;
}

/** The address that `deployments/<chainId>.json` gives `name`. */
export function address(name: string): AddressReference {
  return { kind: "address", name };
}

/** The address of the new implementation of the change whose `proxy` (or, for `pointer`, `contract`) is `of`. */
export function implementation(of: string): ImplementationReference {
  return { kind: "implementation", of };
}
