import type { Frame } from "./frame.js";
import { HOUR, needsBoth, type Scenario } from "./scenario.js";
import { liquidateAll } from "./steps.js";
import type { ScenarioWorld } from "./world.js";

const DAY = 24n * HOUR;

/** What the market does while the operation waits in the timelock. */
const MOVES: readonly { label: string; move(world: ScenarioWorld): Promise<void> }[] = [
  { label: "S0 nothing moves", move: (world) => world.setPrices(10_000n) },
  { label: "S1 a drift of -2.85 %", move: (world) => world.setPrices(9_715n) },
  { label: "S1 prices times 10^10", move: (world) => world.setPrices(10_000n * 10n ** 10n) },
  {
    label: "S2 -35 %, and liquidations",
    async move(world) {
      await world.setPrices(6_500n);
      await liquidateAll(world, "in the queue");
    },
  },
  { label: "S3 the thinnest market +400 %", move: (world) => world.setPrices(50_000n, ({ feed }) => feed.id === thinnest(world)) },
  {
    label: "S4 feeds 48 h old",
    async move(world) {
      for (const { feed, answer } of world.feeds) await world.shim({ feed, answer, updatedAt: 0n }, { answer, decimals: feed.decimals, updatedAt: world.fork.now });
      await world.pass(48n * HOUR);
    },
  },
  { label: "S5 feeds floored at a tenth", move: (world) => world.setPrices(1_000n) },
];

/**
 * The market moves between schedule and execute, at the eta and thirty days later; then the operation is executed. What
 * the upgrade changes must not depend on it (I4, I5, I10): the frames before and after each execution are compared.
 */
export const queue: Scenario = {
  id: "S15",
  title: "queue: S0 to S5 between schedule and execute, at eta and at eta + 30 d",
  unmet: needsBoth,
  async play() {
    return [];
  },
  async playQueue(before, after, execute) {
    const problems: string[] = [];
    let usual: string | undefined;
    for (const wait of [0n, 30n * DAY]) {
      for (const { label, move } of MOVES) {
        const when = `${label}, ${wait === 0n ? "at eta" : "at eta + 30 d"}`;
        await before.apart(async () => {
          if (wait > 0n) await before.pass(wait);
          await move(before);
          const frame = await before.observe(when);
          const { reason, changed } = await execute();
          after.check("I10");
          if (reason !== undefined) {
            // Where the venue itself refuses its prices, an execution that reads one has to fail, and can be tried again.
            if (refusesPrices(frame)) after.note(`${when}: the venue refuses its prices, and the execution fails with ${reason}`);
            else problems.push(`execution ${when}: fails with ${reason}`);
            return;
          }
          const changes = [...changed].sort().join(" ");
          usual ??= changes;
          if (changes !== usual) problems.push(`I10 ${when}: the upgrade writes other slots than usual: ${otherSlots(usual, changes)}`);
          await after.observe(when);
        });
      }
    }
    return problems;
  },
};

function thinnest(world: ScenarioWorld): string | undefined {
  return [...world.markets].filter(({ openInterestLong }) => openInterestLong > 0n).sort((a, b) => (a.openInterestLong < b.openInterestLong ? -1 : 1))[0]?.feed;
}

function otherSlots(usual: string, changes: string): string {
  const [a, b] = [new Set(usual.split(" ")), new Set(changes.split(" "))];
  return [...[...a].filter((slot) => !b.has(slot)), ...[...b].filter((slot) => !a.has(slot))].slice(0, 4).join(", ");
}

function refusesPrices({ values }: Frame): boolean {
  return [...values].some(([where, value]) => where.startsWith("price ") && value.startsWith("refused: "));
}
