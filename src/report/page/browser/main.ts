import { keccak256, toUtf8Bytes } from "ethers";
import { deviceFormat } from "../../../core/safe/device-format.js";
import type { ReviewModel } from "../../model.js";
import { recompute, type Recomputed } from "./recompute.js";

/** What the page carries beside what it shows. */
interface Carried {
  model: ReviewModel;
  /** keccak256 of the whole document without model and script. */
  shell: string;
}

const WORDS = { pass: "Every check passed: compare the hashes with your device, then sign", blocked: "DO NOT SIGN", "not-run": "No verdict: do not sign yet" } as const;

const SCOPES = { full: "full review", cassette: "replayed from the proposer's recording", offline: "offline checks only" } as const;

/** Checks the page against itself, and only then shows a verdict. Until this ran, the page says that it did not. */
function verify(): void {
  const banner = byId("verdict");
  try {
    const text = byId("model").textContent ?? "";
    const { model, shell } = JSON.parse(text) as Carried;
    const problems = tampered(text, shell);
    const checked = recompute(model);
    problems.push(...checked.filter(({ stated, recomputed }) => stated !== recomputed).map(({ name }) => `${name} is not what the fields give`));
    show(checked);
    const scope = SCOPES[model.scope];
    if (problems.length > 0) say(banner, "blocked", "DO NOT SIGN: this page was changed", problems.join("; "));
    else if (model.verdict === "pass" && model.scope !== "full") say(banner, "pass partial", "Every offline check passed: no full review, do not sign by it alone", `${model.title} (${scope}); recomputed in this browser`);
    else say(banner, model.verdict, WORDS[model.verdict], `${model.title} (${scope}); recomputed in this browser`);
  } catch (error) {
    say(banner, "blocked", "DO NOT SIGN: this page can't be verified", error instanceof Error ? error.message : "");
  }
}

/** Whether the page, before this script wrote into it, is byte for byte what was written. */
function tampered(model: string, shell: string): string[] {
  const problems: string[] = [];
  if (document.documentElement.getAttribute("data-model") !== keccak256(toUtf8Bytes(model))) problems.push("its data was changed");
  const page = document.documentElement.cloneNode(true) as HTMLElement;
  page.removeAttribute("data-model");
  for (const script of page.querySelectorAll("#model, #script")) script.textContent = "";
  if (keccak256(toUtf8Bytes(page.outerHTML)) !== shell) problems.push("what it shows was changed");
  return problems;
}

/** Stated and recomputed, side by side. */
function show(checked: readonly Recomputed[]): void {
  const list = byId("recomputed");
  for (const { name, stated, recomputed } of checked) {
    const item = document.createElement("li");
    const same = stated === recomputed;
    item.className = same ? "pass" : "blocked";
    const shown = name.endsWith("ain hash") || name.startsWith("Mess") ? upper(name, recomputed) : recomputed;
    item.textContent = `${name}: ${same ? "equal" : `DIFFERENT, stated ${stated}`}, recomputed ${shown}`;
    list.append(item);
  }
}

function upper(name: string, hash: string): string {
  const { ledger } = deviceFormat({ domainHash: hash, messageHash: hash, safeTxHash: hash });
  return name.startsWith("Domain") ? ledger.domainHash : ledger.messageHash;
}

function say(banner: HTMLElement, kind: string, headline: string, detail: string): void {
  const strong = document.createElement("strong");
  const line = document.createElement("p");
  strong.textContent = headline;
  line.textContent = detail;
  banner.className = kind;
  banner.replaceChildren(strong, line);
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

// Once the whole document is there: what follows the script counts, too.
document.addEventListener("DOMContentLoaded", verify);
