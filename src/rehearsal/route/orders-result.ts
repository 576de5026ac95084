import type { Finding } from "../../core/finding.js";
import type { Expectations } from "../../core/schema/expectations.js";
import type { Difference, ScenarioResult } from "../../core/schema/rehearsal.js";
import type { SlotNamer } from "../diff/compare.js";
import type { ContractNames } from "../diff/names.js";
import { declareDifferences } from "../scenarios/compare-frames.js";
import type { OrderDifference, OrdersPlayed } from "./orders.js";

/** Under this id the author declares what may differ: `differences: [{ scenario: "orders", … }]`. */
export const ORDERS = "orders";

/** What the orders amount to: one scenario, and a finding for each order that does not end as it should. */
export function ordersResult(
  played: OrdersPlayed | undefined,
  names: ContractNames,
  nameSlot: SlotNamer,
  expectations: Expectations,
): { scenarios: ScenarioResult[]; findings: Finding[] } {
  if (played === undefined) return { scenarios: [], findings: [] };
  const differences = declareDifferences(ORDERS, played.differences.flatMap((difference) => inWords(difference, names, nameSlot)), expectations);
  const undeclared = differences.filter(({ expected }) => !expected);
  const findings = [
    ...played.failures.map(({ order, reason }) =>
      finding("the upgrade fails after another pending operation", `in the order ${order} the upgrade fails: ${reason}`, "cancel the other operation, make it the predecessor's successor, or correct the upgrade"),
    ),
    ...undeclared.map(({ where, before, after }) =>
      finding(
        "another pending operation and the upgrade get in each other's way",
        `${where}: ${before} with the upgrade alone, ${after} in this order`,
        `fix the order with \`predecessor\`, cancel the other operation, or declare the difference in expectations.ts (scenario ${ORDERS}) with its reason`,
      ),
    ),
  ];
  const verdict = findings.length === 0 ? "pass" : "blocked";
  const title = `among ${played.operations.length} other pending operation(s) of the timelock`;
  const detail = played.failures.map(({ order, reason }) => `${order}: the upgrade fails: ${reason}`).join("; ");
  return { scenarios: [{ id: ORDERS, title, verdict, differences, invariants: [], series: [], detail }], findings };
}

function inWords({ order, address, slot, alone, place, before, after }: OrderDifference, names: ContractNames, nameSlot: SlotNamer): Difference[] {
  const difference = (where: string, from: string, to: string): Difference => ({ where: `${where} in the order ${order}`, before: from, after: to, detail: "not as with the upgrade alone", expected: false });
  if (address === undefined || slot === undefined) return [difference(place ?? "", before, after)];
  const contract = names.of(address) ?? address;
  const parts = nameSlot(address, slot, before, after) ?? [{ name: slot, before, after }];
  // A neighbour in the same word that the upgrade does not touch may do what it likes.
  const touched = alone === undefined ? undefined : nameSlot(address, slot, alone.before, alone.after)?.map(({ name }) => name);
  return parts.filter(({ name }) => touched === undefined || touched.includes(name)).map((part) => difference(`${contract}.${part.name}`, part.before, part.after));
}

function finding(title: string, detail: string, remedy: string): Finding {
  return { rule: "rehearsal/pending-operation", severity: "high", confidence: "high", title, detail, where: {}, remedy };
}
