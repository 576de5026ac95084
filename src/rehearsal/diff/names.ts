import { getAddress, Interface } from "ethers";
import { ACCESS_CONTROL_SLOT, ADMIN_SLOT, BEACON_SLOT, IMPLEMENTATION_SLOT, INITIALIZABLE_SLOT, OWNABLE_SLOT } from "../../core/proxy/slots.js";
import type { PlanCore } from "../../core/schema/plan.js";
import type { AbiItem } from "../../core/solc.js";
import { TIMELOCK_INTERFACE } from "../../core/timelock/operation.js";
import type { KnownContract } from "../types.js";
import { ZERO_WORD } from "./transaction-diff.js";

/** A changed word, or the part of it that changed, in words. */
export interface NamedPart {
  name: string;
  before: string;
  after: string;
}

/** Names of the contracts that the rehearsal meets. */
export class ContractNames {
  private readonly known: ReadonlyMap<string, KnownContract>;
  private readonly roles: ReadonlyMap<string, string>;
  public readonly interfaces: readonly Interface[];
  private readonly own: ReadonlyMap<string, readonly Interface[]>;

  constructor(known: readonly KnownContract[], plan: PlanCore, errors: readonly AbiItem[] = []) {
    this.known = new Map(known.map((contract) => [getAddress(contract.address), contract]));
    this.roles = new Map([
      [plan.safe, "Safe"],
      [plan.timelock, "timelock"],
    ]);
    const interfacesOf = ({ abi, oldAbi }: KnownContract): Interface[] =>
      [abi, oldAbi].filter((one) => one !== undefined).map((one) => new Interface(one as never[]));
    this.own = new Map(known.map((contract) => [getAddress(contract.address), interfacesOf(contract)]));
    this.interfaces = [...known.flatMap(({ abi }) => (abi === undefined ? [] : [new Interface(abi as never[])])), new Interface(errors as never[])];
  }

  public of(address: string): string | null {
    const checksummed = getAddress(address);
    return this.known.get(checksummed)?.name ?? this.roles.get(checksummed) ?? null;
  }

  public contract(address: string): KnownContract | undefined {
    return this.known.get(getAddress(address));
  }

  /** Whether `declared` (a name or an address) stands for `address`. */
  public means(declared: string, address: string): boolean {
    return declared.toLowerCase() === address.toLowerCase() || this.of(address)?.toLowerCase() === declared.toLowerCase();
  }

  /** `Transfer(address,address,uint256)` of a log, by the emitter's ABI, else by the route's or any known one. */
  public event(address: string, topic: string | undefined): string | null {
    if (topic === undefined) return null;
    for (const iface of this.interfacesFor(address)) {
      const event = iface.getEvent(topic);
      if (event !== null) return event.format("sighash");
    }
    return null;
  }

  /** A log's arguments by name (by position where they have none), as declarations write them; undefined if no ABI fits. */
  public eventArguments(address: string, topics: readonly string[], data: string): Record<string, string> | undefined {
    for (const iface of this.interfacesFor(address)) {
      try {
        const parsed = iface.parseLog({ topics, data });
        if (parsed === null) continue;
        return Object.fromEntries(parsed.fragment.inputs.map(({ name }, index) => [name === "" ? String(index) : name, String(parsed.args[index])]));
      } catch {
        // Same topic, other arguments are indexed: not this event.
      }
    }
    return undefined;
  }

  /** ABIs that may explain what `address` says: its own first. */
  public interfacesFor(address: string): readonly Interface[] {
    return [...(this.own.get(getAddress(address)) ?? []), TIMELOCK_INTERFACE, SAFE_EVENTS, COMMON_EVENTS, ...this.interfaces];
  }
}

const SAFE_EVENTS = new Interface([
  "event ExecutionSuccess(bytes32 txHash, uint256 payment)",
  "event ExecutionFailure(bytes32 txHash, uint256 payment)",
  "event ApproveHash(bytes32 indexed approvedHash, address indexed owner)",
  "event ExecutionFromModuleSuccess(address indexed module)",
]);
const COMMON_EVENTS = new Interface([
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Approval(address indexed owner, address indexed spender, uint256 value)",
  "event Upgraded(address indexed implementation)",
  "event BeaconUpgraded(address indexed beacon)",
  "event AdminChanged(address previousAdmin, address newAdmin)",
  "event Initialized(uint64 version)",
  "event OwnershipTransferred(address indexed previousOwner, address indexed newOwner)",
  "event RoleGranted(bytes32 indexed role, address indexed account, address indexed sender)",
  "event RoleRevoked(bytes32 indexed role, address indexed account, address indexed sender)",
]);

/** Slots that every proxy may have, whatever its own layout says. */
export function wellKnownParts(slot: string, before: string, after: string): NamedPart[] | undefined {
  const word = (name: string): NamedPart[] => [{ name, before: addressOf(before), after: addressOf(after) }];
  switch (slot) {
    case IMPLEMENTATION_SLOT:
      return word("eip1967.implementation");
    case ADMIN_SLOT:
      return word("eip1967.admin");
    case BEACON_SLOT:
      return word("eip1967.beacon");
    case OWNABLE_SLOT:
      return word("OwnableStorage._owner");
    case INITIALIZABLE_SLOT:
      return [
        { name: "InitializableStorage._initialized", before: low(before, 8), after: low(after, 8) },
        { name: "InitializableStorage._initializing", before: low(shift(before, 8), 1), after: low(shift(after, 8), 1) },
      ].filter((part) => part.before !== part.after);
    case ACCESS_CONTROL_SLOT:
      return word("AccessControlStorage._roles");
    default:
      return undefined;
  }
}

function addressOf(word: string): string {
  return getAddress(`0x${word.slice(-40)}`);
}

function low(word: string, bytes: number): string {
  return String(BigInt(word) & ((1n << BigInt(bytes * 8)) - 1n));
}

function shift(word: string, bytes: number): string {
  return `0x${(BigInt(word) >> BigInt(bytes * 8)).toString(16)}`;
}

/** Whether {@link wellKnownParts} names the slot. */
export function isWellKnownSlot(slot: string): boolean {
  return wellKnownParts(slot, ZERO_WORD, ZERO_WORD) !== undefined;
}
