import { visible } from "../../core/visible.js";
import { LAYOUT_COLUMNS } from "../layout-table.js";
import type { ReviewModel } from "../model.js";
import { named } from "../named.js";
import { h, type Element } from "./element.js";
import { section } from "./sections.js";
import { svgSource } from "./svg-source.js";

/** What happens to the bytes that each proxy holds: a picture of the slots that change, and the same as a table. */
export function layoutSections({ layout = [], names }: ReviewModel): Element[] {
  if (layout.length === 0) return [];
  return [
    section(
      "layout",
      "What happens to the stored bytes",
      h("p", { class: "note" }, "Compared by this review: old above new for each slot, byte 31 on the left. The live column is what the proxy holds."),
      ...layout.flatMap(({ proxy, contract, kept, svg, rows }) => [
        h("h3", {}, `${visible(contract)} behind ${named(proxy, names)}`),
        h("p", {}, `${kept} ${kept === 1 ? "range stays as it is" : "ranges stay as they are"}.`),
        svg === undefined
          ? h("p", {}, "No slot changes.")
          : h("div", { class: "wide", tabindex: "0" }, h("img", { class: "layout", alt: "The slots whose bytes change; the table below lists the same", src: svgSource(svg) })),
        rows.length === 0 ? undefined : table(rows),
      ]),
    ),
  ];
}

function table(rows: readonly (readonly string[])[]): Element {
  const cell = (text: string): Element => h("td", { class: "mono" }, visible(text));
  return h(
    "div",
    { class: "wide", tabindex: "0" },
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, ...LAYOUT_COLUMNS.map((column) => h("th", { scope: "col" }, column)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map(cell)))),
    ),
  );
}
