import { visible } from "../../core/visible.js";
import type { Series } from "../../core/schema/rehearsal.js";
import { h, type Element } from "./element.js";

const WIDTH = 320;
const HEIGHT = 90;

/** Old and new as two lines over the moments of the scenario, and all numbers as a table for who can't see them. */
export function chart({ name, unit, old, new: next }: Series, moments: readonly string[]): Element {
  const numbers = [...old, ...next].map(Number).filter(Number.isFinite);
  const low = Math.min(...numbers);
  const high = Math.max(...numbers);
  const span = high - low || 1;
  const points = (values: readonly string[]): string =>
    values
      .flatMap((value, index) => {
        const [x, y] = [(index / Math.max(1, values.length - 1)) * WIDTH, HEIGHT - ((Number(value) - low) / span) * HEIGHT];
        return Number.isFinite(y) ? [`${Math.round(x)},${Math.round(y)}`] : [];
      })
      .join(" ");
  const same = old.length === next.length && old.every((value, index) => value === next[index]);
  const [scale, of] = unit === "1e18" ? [1e18, ""] : [1, ` (${visible(unit)})`];
  const range = low === high ? compact(low / scale) : `${compact(low / scale)} to ${compact(high / scale)}`;
  const words = `${visible(name)}${of}: ${same ? "old and new are equal" : "old (dashed) and new (solid) differ"}, ${range}`;
  return h(
    "figure",
    {},
    Math.max(old.length, next.length) < 2 || numbers.length === 0
      ? undefined
      : h(
          "svg",
          { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, role: "img", "aria-label": words.replace(/[<>]/g, "") },
          h("polyline", { class: "new", points: points(next) }),
          h("polyline", { class: "old", points: points(old) }),
        ),
    h("figcaption", {}, numbers.length === 0 ? `${visible(name)}: no numbers` : words),
    h("details", { class: "numbers" }, h("summary", {}, "Numbers"), numbersTable(old, next, moments)),
  );
}

function numbersTable(old: readonly string[], next: readonly string[], moments: readonly string[]): Element {
  const rows = Array.from({ length: Math.max(old.length, next.length) }, (_, index) =>
    h(
      "tr",
      old[index] === next[index] ? {} : { class: "changed" },
      h("th", { scope: "row" }, visible(moments[index] ?? `point ${index + 1}`)),
      h("td", { class: "mono" }, visible(old[index] ?? "none")),
      h("td", { class: "mono" }, visible(next[index] ?? "none")),
    ),
  );
  const heads = ["When", "Old", "New"].map((head) => h("th", { scope: "col" }, head));
  return h("div", { class: "wide", tabindex: "0" }, h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)));
}

function compact(value: number): string {
  return Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(3) : String(Number(value.toPrecision(6)));
}
