import type { Series } from "../core/schema/rehearsal.js";
import { visible } from "../core/visible.js";
import { h, type Element } from "./page/element.js";

const WIDTH = 340;
const HEIGHT = 110;
const LEFT = 62;
const BOTTOM = 14;

/** Old (solid) and new (dashed) over the moments of a scenario: an inline SVG, with its numbers in words for who can't see it. */
export function scenarioChart({ name, unit, old, new: current }: Series, moments: readonly string[]): Element {
  const scale = unit === "1e18" ? 10n ** 18n : 1n;
  const numbers = [...old, ...current].map((value) => valueOf(value, scale));
  const low = Math.min(...numbers, 0);
  const span = Math.max(...numbers) - low || 1;
  const points = (values: readonly string[]): string =>
    values
      .map((value, index) => {
        const x = LEFT + (index / Math.max(1, values.length - 1)) * (WIDTH - LEFT);
        return `${x.toFixed(1)},${(HEIGHT - ((valueOf(value, scale) - low) / span) * HEIGHT).toFixed(1)}`;
      })
      .join(" ");
  const label = (text: string, x: number, y: number, anchor: string): Element => h("text", { x: String(x), y: String(y), "text-anchor": anchor }, visible(text));
  const ends = (values: readonly string[]): string => `${rounded(valueOf(values[0] ?? "0", scale))} to ${rounded(valueOf(values.at(-1) ?? "0", scale))}`;
  const same = old.every((value, index) => value === current[index]);
  const words = `${visible(name)}: ${same ? `old and new the same, ${ends(old)}` : `old ${ends(old)}, new ${ends(current)}`}`;
  return h(
    "figure",
    {},
    h(
      "svg",
      { viewBox: `-4 -10 ${WIDTH + 8} ${HEIGHT + BOTTOM + 14}`, role: "img", "aria-label": words.replace(/[<>]/g, "") },
      label(rounded(low + span), LEFT - 4, 4, "end"),
      label(rounded(low), LEFT - 4, HEIGHT, "end"),
      label(clipped(moments[0] ?? ""), LEFT, HEIGHT + BOTTOM, "start"),
      label(clipped(moments.at(-1) ?? ""), WIDTH, HEIGHT + BOTTOM, "end"),
      h("polyline", { class: "old", points: points(old) }),
      h("polyline", { class: "new", points: points(current) }),
    ),
    h("figcaption", {}, words),
  );
}

function valueOf(value: string, scale: bigint): number {
  // Three decimals are more than a picture shows.
  return Number((BigInt(value) * 1_000n) / scale) / 1_000;
}

function rounded(value: number): string {
  return Math.abs(value) >= 1e6 ? value.toExponential(3) : String(Math.round(value * 100) / 100);
}

function clipped(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}
