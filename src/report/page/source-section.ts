import type { FileDiff } from "../../core/diff/sources.js";
import { visible } from "../../core/visible.js";
import { named } from "../named.js";
import type { ReviewModel } from "../model.js";
import { h, type Element } from "./element.js";
import { section } from "./sections.js";
import { svgSource } from "./svg-source.js";

const AGAINST = {
  matched: "Against the source of the code that runs now, which was matched with the chain.",
  claimed: "Against what the bundle claims to be the running source; it was not matched with the chain.",
  none: "The bundle brings no source of the running code: every file is shown as new.",
} as const;

/** Source files that changed, line by line; unchanged ones by name only. */
export function sourceSections({ sources, names }: ReviewModel): Element[] {
  if (sources.length === 0) return [];
  return [
    section(
      "source",
      "What changed in the source",
      ...sources.flatMap(({ proxy, oldSource, files }) => {
        const same = files.filter(({ status }) => status === "unchanged");
        return [
          h("h3", {}, `Behind ${named(proxy, names)}`),
          h("p", { class: "note" }, AGAINST[oldSource]),
          ...files.filter(({ status }) => status !== "unchanged").map(fileItem),
          same.length > 0
            ? h(
                "details",
                {},
                h("summary", {}, `${same.length} files are unchanged`),
                h("ul", {}, ...same.map(({ file }) => h("li", { class: "mono" }, visible(file)))),
              )
            : h("p", {}, "No file is unchanged."),
        ];
      }),
    ),
  ];
}

function fileItem({ file, was, status, added, removed, hunks }: FileDiff): Element {
  const lines = hunks.flatMap((hunk) => [
    h("span", { class: "at" }, `@ line ${hunk.oldStart} → ${hunk.newStart}\n`),
    ...hunk.lines.map(({ kind, text }) =>
      h(
        "span",
        { class: `line ${kind}` },
        `${{ same: " ", old: "-", new: "+" }[kind]} ${visible(text.replaceAll("\t", "    "))}\n`,
      ),
    ),
  ]);
  return h(
    "details",
    {},
    h(
      "summary",
      { class: "mono" },
      `${visible(file)}: ${status}, +${added} -${removed}${was === undefined ? "" : `, compared with ${visible(was)}`}`,
    ),
    h("pre", { tabindex: "0" }, ...lines),
  );
}

/** The graph of authority, before and after, with its paths in words. */
export function authoritySections({ authority }: ReviewModel): Element[] {
  if (authority.length === 0) return [];
  return [
    section(
      "authority",
      "Who can change this code",
      ...authority.flatMap(({ when, svg, paths }) => [
        h("h3", {}, visible(when)),
        h(
          "div",
          { class: "wide", tabindex: "0" },
          h("img", {
            class: "graph",
            alt: `Graph of authority ${visible(when).replace(/[<>]/g, "")}; its paths are listed below`,
            src: svgSource(svg),
          }),
        ),
        h("ul", {}, ...paths.map((path) => h("li", {}, visible(path)))),
      ]),
    ),
  ];
}
