import { ZeroHash } from "ethers";
import { getStorage } from "../../chain/reads.js";
import type { Change, StateDiff } from "../diff/transaction-diff.js";
import type { ForkLog } from "../fork/fork.js";
import { detached, knownInterfaces, operationTimestamp, type RouteContext } from "./context.js";
import { RouteJournal } from "./journal.js";
import { keepFeedsAlive } from "./keep-feeds-alive.js";
import { executorOf, shortId, type OtherOperation } from "./pending.js";
import { failureInWords } from "./reverts.js";
import { sendStep, type PreparedStep } from "./safe-step.js";

/** So many other operations are played in every order; of more, each only before and after the upgrade. */
const ALL_ORDERS = 3;
/** So many are looked at at all. */
const MOST = 24;

/** Where an order ends otherwise than the upgrade alone. `place` is undefined for a storage word, which its slot names. */
export interface OrderDifference {
  order: string;
  address?: string;
  slot?: string;
  /** What the upgrade alone makes of the word; undefined for a word that it leaves alone. */
  alone?: Change<string>;
  place?: string;
  before: string;
  after: string;
}

export interface OrdersPlayed {
  operations: readonly OtherOperation[];
  /** Orders that were played to their end, in words. */
  orders: number;
  differences: OrderDifference[];
  /** Orders in which the upgrade itself fails. */
  failures: { order: string; reason: string }[];
}

/** What the upgrade did at its place in an order. */
interface Upgraded {
  reason: string | undefined;
  diff: StateDiff;
  logs: readonly ForkLog[];
}

const UPGRADE = "upgrade";
type Item = OtherOperation | typeof UPGRADE;

/**
 * Plays the upgrade among the other pending operations of its timelock, in every order that is possible on chain: who is
 * ready may execute any of them first. Undefined where no other operation can be executed. Leaves no trace on the fork.
 */
export async function playOrders(
  context: RouteContext,
  prepared: PreparedStep | undefined,
  others: readonly OtherOperation[],
): Promise<OrdersPlayed | undefined> {
  const operations = await executable(context, others);
  const from = operations.length === 0 ? undefined : await executorOf(context);
  if (operations.length === 0) return undefined;
  if (from === undefined) {
    context.notRun.push({ check: "other pending operations of the timelock", reason: "nobody on this route holds the executor role" });
    return undefined;
  }
  context.progress(`playing the upgrade among ${operations.length} other pending operation(s)`);
  const played = await context.fork.attempt(async () => {
    await waitForAll(context, prepared, operations);
    return new Orders(context, prepared, operations, from).play();
  });
  const bound = operations.length > ALL_ORDERS ? `, each only before and after the upgrade: more than ${ALL_ORDERS} are not played in every order` : ", in every order";
  context.steps.push({
    id: "pending-operations",
    verdict: played.failures.length === 0 ? "pass" : "blocked",
    detail: `${operations.map(({ id }) => id).join(", ")}: ${played.orders} order(s) played${bound}`,
  });
  return played;
}

/** Those that can be executed at some time; of the others a not-run entry says why they are left out. */
async function executable(context: RouteContext, others: readonly OtherOperation[]): Promise<OtherOperation[]> {
  const kept: OtherOperation[] = [];
  const left = (id: string, reason: string): unknown => context.notRun.push({ check: `pending operation ${id}`, reason });
  for (const operation of others.slice(0, MOST)) {
    const { id, predecessor, execute } = operation;
    if (execute === undefined) left(id, "its calls and salt, as the timelock's events tell them, do not make its id");
    else if (await neverReady(context, predecessor, others)) context.steps.push({ id: "pending-operations", verdict: "pass", detail: `${id} is left out: nobody can execute it, its predecessor ${predecessor} does not exist` });
    else kept.push(operation);
  }
  for (const { id } of others.slice(MOST)) left(id, `only ${MOST} pending operations are played`);
  return kept;
}

async function neverReady(context: RouteContext, predecessor: string, others: readonly OtherOperation[]): Promise<boolean> {
  if (predecessor === ZeroHash || predecessor === context.operationId) return false;
  const timestamp = await operationTimestamp(context, predecessor);
  if (timestamp <= 1n) return timestamp === 0n;
  const next = others.find(({ id }) => id === predecessor);
  return next !== undefined && neverReady(context, next.predecessor, others);
}

async function waitForAll(context: RouteContext, prepared: PreparedStep | undefined, operations: readonly OtherOperation[]): Promise<void> {
  const { fork } = context;
  const last = operations.reduce((latest, { readyAt }) => (readyAt > latest ? readyAt : latest), 0n);
  if (last <= fork.now) return;
  const waited = last - fork.now;
  await fork.mine(last);
  await keepFeedsAlive(detached(context, context.journal), prepared, waited, "for all pending operations");
}

class Orders {
  private readonly played: OrdersPlayed;
  /** By an order without the upgrade: why its last operation fails; undefined where it works. */
  private readonly without = new Map<string, string | undefined>();
  private readonly unsettled: OrderDifference[] = [];
  private baseline: Upgraded = { reason: undefined, diff: new Map(), logs: [] };

  constructor(
    private readonly context: RouteContext,
    private readonly prepared: PreparedStep | undefined,
    private readonly operations: readonly OtherOperation[],
    private readonly from: string,
  ) {
    this.played = { operations, orders: 0, differences: [], failures: [] };
  }

  async play(): Promise<OrdersPlayed> {
    const { fork } = this.context;
    this.baseline = await fork.attempt(() => this.upgrade(0));
    // Where the upgrade alone fails, the route says so.
    if (this.baseline.reason !== undefined) return this.played;
    await this.explore([], this.sequences(), undefined);
    for (const difference of this.unsettled) {
      const before = await getStorage(fork.port, difference.address!, difference.slot!);
      if (before !== difference.after) this.played.differences.push({ ...difference, before });
    }
    return this.played;
  }

  private sequences(): Item[][] {
    const { operations } = this;
    const needs = (item: Item): string => (item === UPGRADE ? ZeroHash : item.predecessor);
    const idOf = (item: Item): string => (item === UPGRADE ? this.context.operationId : item.id);
    const possible = (order: readonly Item[]): boolean =>
      order.every((item, at) => {
        const before = order.findIndex((other) => idOf(other) === needs(item));
        return before < at;
      });
    if (operations.length <= ALL_ORDERS) return permutations<Item>([...operations, UPGRADE]).filter(possible);
    const withPredecessors = (operation: OtherOperation): OtherOperation[] => {
      const first = operations.find(({ id }) => id === operation.predecessor);
      return first === undefined ? [operation] : [...withPredecessors(first), operation];
    };
    return operations.flatMap((operation) => {
      const chain = withPredecessors(operation);
      const both: Item[][] = [[...chain, UPGRADE], [UPGRADE, ...chain]];
      return both.filter(possible);
    });
  }

  /** Walks all sequences as a tree, so that what begins alike is played once. */
  private async explore(done: readonly Item[], rest: readonly Item[][], upgraded: Upgraded | undefined): Promise<void> {
    const { fork } = this.context;
    const groups = new Map<Item, Item[][]>();
    for (const [first, ...others] of rest) {
      if (first !== undefined) groups.set(first, [...(groups.get(first) ?? []), others]);
    }
    if (groups.size === 0) this.played.orders++;
    // The upgrade last: how the others do without it is known then.
    for (const [item, others] of [...groups].sort(([a], [b]) => Number(a === UPGRADE) - Number(b === UPGRADE))) {
      await fork.attempt(async () => {
        const order = [...done, item];
        if (item === UPGRADE) {
          const now = await this.upgrade(done.length);
          if (now.reason !== undefined) {
            this.played.failures.push({ order: inWords(order), reason: now.reason });
            return;
          }
          await this.compare(order, now);
          await this.explore(order, others, now);
        } else {
          const reason = await this.execute(item);
          if (upgraded === undefined) this.without.set(inWords(order), reason);
          else await this.afterwards(order, item, reason);
          if (reason === undefined) await this.explore(order, others, upgraded);
          else this.played.orders++;
        }
      });
    }
  }

  /** Executes the upgrade by its own bytes, always in a block of the same number and time. */
  private async upgrade(before: number): Promise<Upgraded> {
    const { context, prepared } = this;
    const { fork } = context;
    for (let block = before; block < this.operations.length; block++) await fork.mine(fork.now);
    const journal = new RouteJournal(fork, context.journal.blockTime);
    const { reason } = await sendStep(detached(context, journal), "execute", prepared, fork.now);
    const done = reason === undefined && (await operationTimestamp(context)) === 1n;
    return { reason: done ? undefined : (reason ?? "the timelock does not call the operation done"), diff: journal.diff, logs: journal.logs };
  }

  private async execute({ execute }: OtherOperation): Promise<string | undefined> {
    const { fork } = this.context;
    const sent = await fork.send({ from: this.from, ...execute! }, fork.now);
    return sent.succeeded ? undefined : failureInWords(await fork.callTree(sent.hash), knownInterfaces(this.context));
  }

  /** Straight after the upgrade: what it changed has to stand as it does after the upgrade alone. */
  private async compare(order: readonly Item[], now: Upgraded): Promise<void> {
    await this.compareWords(order);
    for (const [address, { storage }] of now.diff) {
      for (const [slot, { after }] of storage) {
        if (this.baseline.diff.get(address)?.storage.has(slot) !== true) this.unsettled.push({ order: inWords(order), address, slot, before: "", after });
      }
    }
    const events = (logs: readonly ForkLog[]): string => JSON.stringify(logs);
    if (events(now.logs) !== events(this.baseline.logs)) {
      this.played.differences.push({ order: inWords(order), place: "events of the upgrade", before: `${this.baseline.logs.length} event(s)`, after: `${now.logs.length} event(s), not the same` });
    }
    const accounts = (diff: StateDiff): string =>
      JSON.stringify([...diff].map(([address, { balance, code }]) => [address, balance === undefined ? "0" : String(balance.after - balance.before), code?.after ?? ""]).filter(([, wei, code]) => wei !== "0" || code !== ""));
    if (accounts(now.diff) !== accounts(this.baseline.diff)) {
      this.played.differences.push({ order: inWords(order), place: "balances and code that the upgrade changes", before: accounts(this.baseline.diff), after: accounts(now.diff) });
    }
  }

  /** After a later operation: it works as it does without the upgrade, and leaves what the upgrade did. */
  private async afterwards(order: readonly Item[], item: OtherOperation, reason: string | undefined): Promise<void> {
    if (reason === undefined) return this.compareWords(order);
    // What fails without the upgrade as well is not its doing; what waits for the upgrade was never tried without.
    if (this.without.get(inWords(order.filter((other) => other !== UPGRADE))) !== undefined) return;
    this.played.differences.push({ order: inWords(order), place: `operation ${shortId(item.id)}`, before: "can be executed", after: `fails: ${reason}` });
  }

  private async compareWords(order: readonly Item[]): Promise<void> {
    for (const [address, { storage }] of this.baseline.diff) {
      for (const [slot, alone] of storage) {
        const now = await getStorage(this.context.fork.port, address, slot);
        if (now !== alone.after) this.played.differences.push({ order: inWords(order), address, slot, alone, before: alone.after, after: now });
      }
    }
  }
}

function inWords(order: readonly Item[]): string {
  return order.map((item) => (item === UPGRADE ? UPGRADE : shortId(item.id))).join(", ");
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, at) => permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]));
}
