import { getAddress } from "ethers";
import { visible } from "../../core/visible.js";
import type { Rehearsal, ScenarioResult, Series } from "../../core/schema/rehearsal.js";
import type { ReviewModel } from "../model.js";
import { h, type Element } from "./element.js";
import { section } from "./sections.js";

/** State diff by name, the domain's own table, the scenarios with their charts. */
export function rehearsalSections({ rehearsal }: ReviewModel): Element[] {
  if (!rehearsal) return [];
  const { result, source } = rehearsal;
  const whose = source === "rerun" ? "Rerun by this review" : "The proposer's own rehearsal: a claim, not rerun here";
  return [stateSection(result, whose), scenarioSection(result)].filter((part) => part !== undefined);
}

function stateSection(result: Rehearsal, whose: string): Element {
  const rows = result.stateDiff.map(({ contract, address, name, slot, before, after, expected, by }) =>
    h(
      "li",
      expected ? {} : { class: "bad" },
      h("strong", {}, visible(contract ?? address)),
      " ",
      h("span", { class: "mono" }, visible(name ?? slot)),
      h("div", { class: "mono" }, `${word(before)} → ${word(after)}`),
      h("div", { class: "small" }, expected ? `expected${by === null ? "" : ` by ${visible(by)}`}` : "NOT expected"),
    ),
  );
  const domain = result.domain.map(({ group, label, before, after, change }) =>
    h(
      "tr",
      {},
      h("td", {}, visible(`${group}: ${label}`)),
      h("td", { class: "mono" }, visible(before)),
      h("td", { class: "mono" }, visible(after)),
      h("td", {}, visible(change)),
    ),
  );
  return section(
    "state",
    "What will change",
    h("p", { class: "note" }, `${whose}, at block ${result.block.number} of chain ${result.chainId}.`),
    domain.length > 0 ? table(["What", "Before", "After", "Change"], domain) : undefined,
    rows.length > 0 ? h("ul", { class: "changes" }, ...rows) : h("p", {}, "No storage changes."),
  );
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

function scenarioItem({ id, title, verdict, detail, differences, series }: ScenarioResult): Element {
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
    ...series.map(chart),
  );
}

const WIDTH = 320;
const HEIGHT = 90;

/** Old and new as two lines over the steps of the scenario, with the numbers in words for who can't see them. */
function chart({ name, unit, old, new: next }: Series): Element {
  const numbers = [...old, ...next].map(Number).filter(Number.isFinite);
  const low = Math.min(...numbers);
  const span = Math.max(...numbers) - low || 1;
  const points = (values: readonly string[]): string =>
    values
      .map(
        (value, index) =>
          `${Math.round((index / Math.max(1, values.length - 1)) * WIDTH)},${Math.round(HEIGHT - ((Number(value) - low) / span) * HEIGHT)}`,
      )
      .join(" ");
  const words = `${visible(name)} in ${visible(unit)}: old from ${old[0] ?? "nothing"} to ${old.at(-1) ?? "nothing"}, new from ${next[0] ?? "nothing"} to ${next.at(-1) ?? "nothing"}`;
  return h(
    "figure",
    {},
    h(
      "svg",
      { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, role: "img", "aria-label": visible(words).replace(/[<>]/g, "") },
      h("polyline", { class: "old", points: points(old) }),
      h("polyline", { class: "new", points: points(next) }),
    ),
    h("figcaption", {}, words),
  );
}
