import { getAddress } from "ethers";
import { visible } from "../../core/visible.js";
import type { Rehearsal, ScenarioResult } from "../../core/schema/rehearsal.js";
import type { ReviewModel } from "../model.js";
import { withReading } from "../readable.js";
import { chart } from "./chart.js";
import { h, type Element } from "./element.js";
import { section } from "./sections.js";

/** State diff by name, the domain's own table, the scenarios with their charts. */
export function rehearsalSections({ rehearsal, names }: ReviewModel): Element[] {
  if (!rehearsal) return [];
  const { result, source } = rehearsal;
  return [stateSection(result, WHOSE[source], names), scenarioSection(result)].filter((part) => part !== undefined);
}

const WHOSE = {
  rerun: "Rerun by this review",
  replayed: "Rerun by this review on what the proposer recorded of the chain",
  claimed: "The proposer's own rehearsal: a claim, not rerun here",
} as const;

function stateSection(result: Rehearsal, whose: string, names: ReviewModel["names"]): Element {
  const rows = result.stateDiff.map(({ contract, address, name, slot, before, after, expected, by }) =>
    h(
      "li",
      expected ? {} : { class: "bad" },
      h("strong", {}, visible(contract ?? address)),
      " ",
      h("span", { class: "mono" }, visible(name ?? slot)),
      h("div", { class: "mono" }, `${withReading(name ?? "", word(before))} → ${withReading(name ?? "", word(after))}`),
      h("div", { class: "small" }, expected ? `expected${by === null ? "" : ` by ${by === "expectations" ? "the author's own statement" : visible(by)}`}` : "NOT expected"),
    ),
  );
  const domainRow = ({ group, label, before, after, change }: Rehearsal["domain"][number]): Element =>
    h(
      "tr",
      {},
      h("td", {}, visible(`${group}: ${withNames(label, names)}`)),
      h("td", { class: "mono" }, visible(before)),
      h("td", { class: "mono" }, visible(after)),
      h("td", {}, visible(change)),
    );
  const heads = ["What", "Before", "After", "Change"];
  const [same, moved] = [result.domain.filter(({ change }) => change === "0"), result.domain.filter(({ change }) => change !== "0")];
  return section(
    "state",
    "What changes in the state",
    h("p", { class: "note" }, `${whose}, at block ${result.block.number} of chain ${result.chainId}.`),
    moved.length > 0 ? table(heads, moved.map(domainRow)) : undefined,
    same.length > 0
      ? h(
          "details",
          { class: "numbers" },
          h("summary", {}, `${same.length} values of markets and accounts stay as they are`),
          table(heads, same.map(domainRow)),
        )
      : undefined,
    h("h3", {}, `Storage: ${result.stateDiff.length} ${result.stateDiff.length === 1 ? "change" : "changes"}`),
    rows.length > 0 ? h("ul", { class: "changes" }, ...rows) : h("p", {}, "No storage changes."),
  );
}

/** Addresses in a text of the rehearsal, by the names that the signer knows them by. */
function withNames(text: string, names: ReviewModel["names"]): string {
  return text.replace(/0x[0-9a-fA-F]{40}/g, (address) => names[address.toLowerCase()] ?? address);
}

/** A storage word as a person reads it: small numbers in decimal, addresses with checksum, the rest as it is. */
function word(value: string): string {
  if (!/^0x[0-9a-f]{64}$/.test(value)) return visible(value);
  const number = BigInt(value);
  if (number < 1n << 64n) return number.toString();
  return number < 1n << 160n ? getAddress(`0x${value.slice(26)}`) : value;
}

function table(heads: readonly string[], rows: readonly Element[]): Element {
  return h(
    "div",
    { class: "wide", tabindex: "0" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, ...rows),
    ),
  );
}

function scenarioSection({ scenarios, probes }: Rehearsal): Element | undefined {
  if (scenarios.length + probes.length === 0) return undefined;
  return section(
    "scenarios",
    "Under market stress",
    h("ul", { class: "scenarios" }, ...scenarios.map(scenarioItem)),
    probes.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, `${probes.length} probes`),
          h(
            "ul",
            {},
            ...probes.map(({ id, verdict, tried, detail }) =>
              h("li", { class: verdict }, `${visible(id)}: ${verdict}, ${tried} tries. ${visible(detail)}`),
            ),
          ),
        )
      : undefined,
  );
}

function scenarioItem({ id, title, verdict, detail, differences, series, moments }: ScenarioResult): Element {
  return h(
    "li",
    { class: verdict },
    h("strong", {}, `${visible(id)} ${visible(title)}: ${verdict}`),
    detail === "" ? undefined : h("p", {}, visible(detail)),
    differences.length > 0
      ? h(
          "ul",
          {},
          ...differences.map((each) =>
            h(
              "li",
              each.expected ? {} : { class: "bad" },
              `${visible(each.where)}: ${visible(each.before)} → ${visible(each.after)}. ${visible(each.detail)}`,
            ),
          ),
        )
      : undefined,
    series.length > 0
      ? h("details", {}, h("summary", {}, `Charts: ${series.map(({ name }) => visible(name)).join(", ")}`), ...series.map((each) => chart(each, moments ?? [])))
      : undefined,
  );
}
