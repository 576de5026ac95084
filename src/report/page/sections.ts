import { formatEther } from "ethers";
import type { DecodedArg, DecodedCall } from "../../core/decode/types.js";
import type { Finding, NotRun } from "../../core/finding.js";
import { deviceFormat, grouped } from "../../core/safe/device-format.js";
import { visible } from "../../core/visible.js";
import { callSummary } from "../call-summary.js";
import { claimText } from "../claim-text.js";
import { headline } from "../decoded-text.js";
import { named } from "../named.js";
import type { ReviewModel } from "../model.js";
import { withReading } from "../readable.js";
import { h, type Element, type Node } from "./element.js";

/** Text of others in the page. */
const say = (text: string): string => visible(text);
export const section = (id: string, title: string, ...children: (Node | readonly Node[] | undefined)[]): Element =>
  h("section", { id, "aria-labelledby": `${id}-title` }, h("h2", { id: `${id}-title` }, title), ...children);
const fact = (name: string, value: string, kind?: string): Element[] => [
  h("dt", {}, name),
  h("dd", kind === undefined ? {} : { class: kind }, value),
];

/** The hashes, as the device shows them. */
export function hashesSection(model: ReviewModel): Element {
  const { ledger, trezor } = deviceFormat(model.hashes);
  return section(
    "hashes",
    "Compare with your device",
    h("p", {}, "Every digit must be the same on the screen of your hardware wallet."),
    h(
      "dl",
      { class: "hashes" },
      ...fact("Domain hash (Ledger)", ledger.domainHash, "mono"),
      ...fact("Message hash (Ledger)", ledger.messageHash, "mono"),
      ...fact("safeTxHash (Safe, explorers)", trezor.safeTxHash, "mono"),
      ...fact("safeTxHash in groups", grouped(trezor.safeTxHash), "mono"),
    ),
  );
}

/** Which Safe, which nonce, every field that is signed. */
export function transactionSection({ transaction, step, plan, assumptions }: ReviewModel): Element {
  const fields = Object.entries(transaction).filter(([name]) => name !== "data");
  return section(
    "transaction",
    step === undefined ? "The Safe transaction" : `The Safe transaction: ${step}`,
    h("dl", {}, ...fields.flatMap(([name, value]) => fact(name, say(String(value)), "mono"))),
    h(
      "details",
      {},
      h("summary", {}, `data, ${(transaction.data.length - 2) / 2} bytes`),
      h("p", { class: "mono" }, transaction.data),
    ),
    plan &&
      h(
        "dl",
        {},
        ...fact("plan hash", plan.planHash, "mono"),
        ...fact("evidence root", plan.evidenceRoot, "mono"),
        ...fact("timelock operation", plan.operationId, "mono"),
      ),
    ...assumptions.map((assumption) => h("p", { class: "note" }, `Assumed: ${say(assumption)}`)),
  );
}

/** What two signers read to each other. */
export function digestSection({ plan }: ReviewModel): Element | undefined {
  return (
    plan &&
    section(
      "digest",
      "Read this to the other signer",
      h("p", { class: "digest mono" }, plan.digest),
      h(
        "p",
        {},
        "It covers the plan, the evidence, the transaction, the verdict and the scope. If theirs differs, one of you looks at something else.",
      ),
    )
  );
}

export function findingsSection({ findings }: ReviewModel): Element {
  return section(
    "findings",
    findings.length === 0 ? "No findings" : `Findings (${findings.length})`,
    findings.length === 0
      ? h("p", {}, "Nothing was found that speaks against signing.")
      : h("ul", { class: "findings" }, ...findings.map(findingItem)),
  );
}

function findingItem(finding: Finding): Element {
  const { severity, rule, title, detail, remedy, where } = finding;
  const place = [where.file, where.contract, where.function, where.address, where.slot]
    .filter((part) => part !== undefined)
    .map(say);
  return h(
    "li",
    { class: `finding ${severity}` },
    h("strong", {}, `${severity}: ${say(title)}`),
    h("p", {}, say(detail)),
    place.length > 0 ? h("p", { class: "mono small" }, place.join(" · ")) : undefined,
    h("p", { class: "small" }, `${say(remedy)} (${say(rule)})`),
  );
}

/** The call and every call inside it, as a tree that opens and closes. */
export function callSection({ decoded, approved, names }: ReviewModel): Element {
  const missing = decoded.size - decoded.accounted;
  const summary = callSummary(decoded, names);
  return section(
    "call",
    "What the transaction does",
    h(
      "p",
      missing === 0 ? {} : { class: "bad" },
      missing === 0
        ? `All ${decoded.size} bytes are explained.`
        : `${missing} of ${decoded.size} bytes are NOT explained.`,
    ),
    summary.length > 0
      ? [h("h3", {}, "In short, rarest first"), h("ul", {}, ...summary.map((line) => h("li", { class: "mono" }, line))), h("h3", {}, "Every call")]
      : undefined,
    h("ul", { class: "tree" }, callItem(decoded, names)),
    ...approved.flatMap((other) => [
      h("h3", {}, `It approves a transaction of the Safe ${other.safe}`),
      h("p", { class: "mono" }, other.safeTxHash),
      h("ul", { class: "tree" }, callItem(other.decoded, names)),
    ]),
  );
}

/** Calls that are drawn; a page of many thousands would not open on a phone. */
const MAX_OPEN = 60;

function callItem(call: DecodedCall, names: ReviewModel["names"]): Element {
  const args = call.args.map((arg) => argItem(arg, names));
  const notes = call.notes.map(({ name, value }) => h("li", { class: "mono" }, `${say(name)}: ${say(value)}`));
  const warnings = call.warnings.map(({ code, detail }) => h("li", { class: "bad" }, `${code}: ${say(detail)}`));
  const kind = call.operation === 1 ? "call delegatecall" : call.provenance === "unknown" ? "call unknown" : "call";
  return h(
    "li",
    { class: kind },
    h(
      "details",
      call.path.split(".").length < 5 && call.calls.length < MAX_OPEN ? { open: "" } : {},
      h("summary", { class: "mono" }, headline(call, names)),
      call.value === "0" ? undefined : h("p", {}, `${formatEther(call.value)} ETH (${call.value} wei)`),
      args.length + notes.length + warnings.length > 0
        ? h("ul", { class: "args" }, ...args, ...notes, ...warnings)
        : undefined,
      call.calls.length > 0
        ? h("ul", { class: "tree" }, ...call.calls.map((inner) => callItem(inner, names)))
        : undefined,
    ),
  );
}

function argItem({ name, type, value, items, call }: DecodedArg, names: ReviewModel["names"]): Element {
  const label = say(name || type);
  if (items)
    return h(
      "li",
      {},
      h("span", { class: "name" }, `${label} (${say(type)})`),
      h("ul", { class: "args" }, ...items.map((item) => argItem(item, names))),
    );
  return h(
    "li",
    { class: "mono" },
    h("span", { class: "name" }, `${label}: `),
    call === undefined ? (type === "address" ? named(value, names) : withReading(name, say(value ?? ""))) : `call ${call}`,
  );
}

/** What was left out, and why. */
export function notCheckedSection({ notRun, notChecked, scope }: ReviewModel): Element {
  const list = (entries: readonly NotRun[]): Element =>
    h("ul", {}, ...entries.map(({ check, reason }) => h("li", {}, h("strong", {}, say(check)), `: ${say(reason)}`)));
  return section(
    "not-checked",
    "What was not checked",
    notRun.length > 0
      ? [h("p", { class: "bad" }, "Asked for, and could not be checked, so that this can't pass:"), list(notRun)]
      : undefined,
    notChecked.length > 0
      ? [h("p", {}, scope === "offline" ? "Left out because this review is offline:" : "Left out:"), list(notChecked)]
      : undefined,
    notRun.length + notChecked.length === 0 ? h("p", {}, "Nothing was left out.") : undefined,
  );
}

/** Who agreed, and what each stage said. */
export function gatesSection({ gates, signers, claims, suppressed, accepted = [] }: ReviewModel): Element {
  return section(
    "agreed",
    "Who agreed, and what was checked",
    h("p", {}, signers.length === 0 ? "No signature came along." : `Signatures recovered for: ${signers.join(", ")}`),
    gates.length > 0
      ? h(
          "ul",
          { class: "gates" },
          ...gates.map(({ stage, verdict }) => h("li", { class: verdict }, `${say(stage)}: ${verdict}`)),
        )
      : undefined,
    claims.length > 0
      ? h(
          "details",
          {},
          h("summary", {}, "What the proposer said"),
          h(
            "ul",
            {},
            ...claims.map(({ stage, claimed, recomputed }) =>
              h("li", {}, claimText(stage, claimed, recomputed)),
            ),
          ),
        )
      : undefined,
    suppressed.length > 0
      ? [
          h("h3", {}, "Suppressed by the author"),
          h("p", {}, "Statements of the author. They change nothing in this review."),
          h(
            "ul",
            {},
            ...suppressed.map(({ rule, title, reason }) => h("li", {}, `${say(rule)}, ${say(title)}: ${say(reason)}`)),
          ),
        ]
      : undefined,
    accepted.length > 0
      ? [
          h("h3", {}, "Accepted by your own baseline"),
          h("ul", {}, ...accepted.map(({ rule, title, detail, reason }) => h("li", {}, `${say(rule)}, ${say(title)}: ${say(detail)}. ${say(reason)}`))),
        ]
      : undefined,
  );
}
