import { getBytes, keccak256, sha256, toUtf8Bytes } from "ethers";
import { visible } from "../../core/visible.js";
import type { ReviewModel } from "../model.js";
import { h, toHtml, type Element } from "./element.js";
import { policyOf } from "./policy.js";
import { layoutSections } from "./layout-section.js";
import { rehearsalSections } from "./rehearsal-section.js";
import {
  callSection,
  digestSection,
  findingsSection,
  gatesSection,
  hashesSection,
  notCheckedSection,
  transactionSection,
} from "./sections.js";
import { authoritySections, sourceSections } from "./source-section.js";
import { summarySection } from "./summary-section.js";
import { STYLE } from "./style.js";

/**
 * The signer's page: one self-contained HTML file. Its policy lets it load nothing and run this one script, which
 * recomputes hashes, call, verdict and digest from the fields and compares what is shown with what was written. Without
 * the script the page is readable, and says that nothing was verified.
 *
 * @param script what `loadPageScript` gives.
 */
export function renderPage(model: ReviewModel, script: string): string {
  const shell = shellOf(model, script);
  const carried = JSON.stringify({ model, shell: keccak256(toUtf8Bytes(shell("", "", ""))) }).replaceAll(
    "<",
    "\\u003c",
  );
  return `<!DOCTYPE html>${shell(` data-model="${keccak256(toUtf8Bytes(carried))}"`, carried, script)}`;
}

/** The document as a browser writes `outerHTML`, with places for what differs: the script hashes it with these empty. */
function shellOf(model: ReviewModel, script: string): (attribute: string, carried: string, script: string) => string {
  const policy = policyOf(base64(sha256(toUtf8Bytes(script))), base64(sha256(toUtf8Bytes(STYLE))));
  const start = [
    `<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">`,
    `<title>${toHtml(visible(model.title))} · Drydock review</title><style>${STYLE}</style></head><body>`,
    `<a class="skip" href="#content">Skip to the review</a>`,
    `<header id="verdict" role="status" aria-live="polite"><strong>Not verified</strong><p>This page has not checked itself. Without its script, believe nothing that it says.</p></header>`,
    `<main id="content">${sectionsOf(model).map(toHtml).join("")}</main>`,
    `<section aria-labelledby="recomputed-title"><h2 id="recomputed-title">Recomputed in this browser</h2><ul id="recomputed" class="mono"></ul></section>`,
  ].join("");
  return (attribute, carried, code) =>
    `<html lang="en"${attribute}>${start}<script type="application/json" id="model">${carried}</script><script id="script">${code}</script></body></html>`;
}

const WHERE = {
  offline: "Offline: the chain was not asked.",
  cassette: "Replayed from the proposer's recording: the chain was not asked.",
  full: "Checked against the signer's own endpoint.",
} as const;

function sectionsOf(model: ReviewModel): Element[] {
  const rehearsed = rehearsalSections(model);
  const links = [
    ["hashes", "hashes"],
    ["findings", "findings"],
    ["call", "the call"],
    ["source", "source"],
    ["layout", "storage layout"],
    ["state", "state changes"],
    ["scenarios", "stress"],
    ["authority", "authority"],
    ["agreed", "checks"],
    ["not-checked", "not checked"],
  ].filter(([id]) => (id !== "state" && id !== "scenarios") || rehearsed.some(({ attributes }) => attributes.id === id))
    .filter(([id]) => id !== "source" || model.sources.length > 0)
    .filter(([id]) => id !== "layout" || (model.layout ?? []).length > 0)
    .filter(([id]) => id !== "authority" || model.authority.length > 0);
  const head = h(
    "section",
    { id: "top" },
    h("h1", {}, visible(model.title)),
    h(
      "p",
      {},
      `Chain ${model.transaction.chainId}, Safe ${model.transaction.safe}, nonce ${model.transaction.nonce}. ${WHERE[model.scope]}`,
    ),
    h(
      "nav",
      { "aria-label": "Sections" },
      ...links.flatMap(([id, title]) => [h("a", { href: `#${id}` }, title), " "]),
    ),
  );
  return [
    head,
    summarySection(model),
    hashesSection(model),
    digestSection(model),
    findingsSection(model),
    callSection(model),
    ...sourceSections(model),
    ...layoutSections(model),
    ...rehearsed,
    ...authoritySections(model),
    gatesSection(model),
    notCheckedSection(model),
    transactionSection(model),
  ].filter((section) => section !== undefined);
}

function base64(hex: string): string {
  return btoa(String.fromCharCode(...getBytes(hex)));
}
