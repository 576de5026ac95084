import { AbiCoder, Interface, keccak256 } from "ethers";
import { toWord } from "../../chain/reads.js";
import { IMPLEMENTATION_SLOT, TIMELOCK_SLOT, ZOS_IMPLEMENTATION_SLOT } from "../../core/proxy/slots.js";
import type { PlanCore } from "../../core/schema/plan.js";
import { TIMELOCK_INTERFACE } from "../../core/timelock/operation.js";
import type { ForkLog } from "../fork/fork.js";
import type { Change } from "./transaction-diff.js";

/** Variables of TimelockController that may hold `_timestamps`: 1 in OpenZeppelin 3.4 to 5, more bases move it. */
const TIMESTAMPS_CANDIDATES = [...Array.from({ length: 12 }, (_, slot) => toWord(BigInt(slot))), TIMELOCK_SLOT];

const UPGRADED = new Interface(["event Upgraded(address indexed implementation)"]).getEvent("Upgraded")!.topicHash;
const SAFE_EVENTS = new Interface([
  "event ExecutionSuccess(bytes32 txHash, uint256 payment)",
  "event ApproveHash(bytes32 indexed approvedHash, address indexed owner)",
]);
const SAFE_TOPICS = new Set([
  SAFE_EVENTS.getEvent("ExecutionSuccess")!.topicHash,
  SAFE_EVENTS.getEvent("ApproveHash")!.topicHash,
]);
const TIMELOCK_TOPICS = new Set(
  ["CallScheduled", "CallExecuted", "CallSalt"].map((name) => TIMELOCK_INTERFACE.getEvent(name)!.topicHash),
);

/** What the route and the plan core explain by themselves: the parts of an upgrade that nobody has to declare. */
export class RouteEffects {
  private readonly plan: PlanCore;
  private readonly timestampSlots: ReadonlySet<string>;

  constructor(plan: PlanCore, operationId: string) {
    this.plan = plan;
    const coder = AbiCoder.defaultAbiCoder();
    this.timestampSlots = new Set(
      TIMESTAMPS_CANDIDATES.map((slot) => keccak256(coder.encode(["bytes32", "bytes32"], [operationId, slot]))),
    );
  }

  /** The name and the reason of a changed word, or undefined when the route does not explain it. */
  public slot(address: string, slot: string, { before, after }: Change<string>): { name: string; by: string } | undefined {
    if (address === this.plan.safe && slot === toWord(5n) && BigInt(after) > BigInt(before)) {
      return { name: "nonce", by: "route: the Safe's nonce" };
    }
    if (address === this.plan.timelock && this.timestampSlots.has(slot) && BigInt(after) === 1n) {
      return { name: "_timestamps[operation]", by: "route: the operation is done" };
    }
    const isImplementationSlot = slot === IMPLEMENTATION_SLOT || slot === ZOS_IMPLEMENTATION_SLOT;
    const moved = this.plan.changes.some(
      ({ proxy, kind, oldImplementation, newImplementation }) =>
        proxy === address &&
        (kind === "beacon" || kind === "pointer" || isImplementationSlot) &&
        holds(before, oldImplementation) &&
        holds(after, newImplementation),
    );
    return moved ? { name: isImplementationSlot ? "implementation" : "pointer", by: "plan: the new implementation" } : undefined;
  }

  /** Why an event belongs to the route, or undefined. */
  public event({ address, topics }: ForkLog): string | undefined {
    const topic = topics[0] ?? "";
    const at = (other: string): boolean => BigInt(address) === BigInt(other);
    if (at(this.plan.timelock) && TIMELOCK_TOPICS.has(topic)) return "route: the timelock's own event";
    if (SAFE_TOPICS.has(topic) && at(this.plan.safe)) return "route: the Safe's own event";
    const isUpgrade = this.plan.changes.some(
      ({ proxy, newImplementation }) => topic === UPGRADED && at(proxy) && BigInt(topics[1] ?? "0x0") === BigInt(newImplementation),
    );
    return isUpgrade ? "plan: the new implementation" : undefined;
  }
}

/** Whether a word holds the address, alone (as proxies and beacons keep it) or packed with something else. */
function holds(word: string, address: string): boolean {
  return word.includes(address.slice(2).toLowerCase());
}
