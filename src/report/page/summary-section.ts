import { formatEther } from "ethers";
import type { DecodedArg, DecodedCall } from "../../core/decode/types.js";
import { blocks } from "../../core/finding.js";
import { visible } from "../../core/visible.js";
import { callSummary } from "../call-summary.js";
import { named } from "../named.js";
import { readable } from "../readable.js";
import type { ReviewModel } from "../model.js";
import { h, type Element } from "./element.js";
import { section } from "./sections.js";

/** What will change, who agreed, whether to sign: for a minute's reading. */
export function summarySection(model: ReviewModel): Element {
  return section(
    "summary",
    "In a minute",
    h("h3", {}, "What will change"),
    h("ul", {}, ...changeItems(model)),
    h("h3", {}, "Who agreed"),
    h("ul", {}, ...agreementItems(model)),
    h("h3", {}, "Shall I sign?"),
    h("p", { class: `answer ${model.scope === "full" || model.verdict === "blocked" ? model.verdict : "not-run"}` }, ...answerOf(model)),
  );
}

function changeItems({ changes, names, decoded, step }: ReviewModel): Element[] {
  if (changes.length === 0) return effects(decoded, names);
  const upgraded = new Map(changes.map((change) => [change.proxy.toLowerCase(), change]));
  // Of a proxy's own upgrade the target is the proxy; of an admin's, its first argument is.
  const upgradeOf = ({ to, function: signature, args }: DecodedCall): string | undefined => {
    if (!/^upgrade(To|ToAndCall|AndCall)?\(/.test(signature ?? "")) return undefined;
    return [to, args[0]?.value].map((address) => address?.toLowerCase() ?? "").find((address) => upgraded.has(address));
  };
  const others = decoded.calls.filter((call) => upgradeOf(call) === undefined);
  const initializer = (proxy: string): DecodedCall | undefined =>
    decoded.calls.find((call) => upgradeOf(call) === proxy.toLowerCase())?.calls.find(({ via }) => via !== undefined);
  const delay = decoded.args.find(({ name }) => name === "delay")?.value;
  return [
    ...changes.map(({ proxy, contract, from, to }) =>
      h(
        "li",
        {},
        h("strong", {}, shortName(proxy, names)),
        ` gets new code: ${visible(contract)}.`,
        firstCall(initializer(proxy), names),
        h("div", { class: "mono small" }, `${proxy}: ${from} → ${to}`),
      ),
    ),
    ...others.map((call) =>
      h(
        "li",
        {},
        h("strong", {}, shortName(call.to, names)),
        ` is called: ${asSentence(call, names)}${call.value === "0" ? "" : ` with ${formatEther(call.value)} ETH`}`,
      ),
    ),
    ...(step === "schedule" && delay !== undefined
      ? [h("li", {}, `Nothing changes yet: this only schedules it. It can be executed ${duration(BigInt(delay))} later, by a second transaction.`)]
      : []),
  ];
}

/** Calls of a plain transaction that are told one by one; more of them by kind. */
const MAX_TOLD = 8;

/** What a transaction without a plan comes to: the calls at the ends of its tree, since the others only carry them. */
function effects(root: DecodedCall, names: ReviewModel["names"]): Element[] {
  const ends = endsOf(root);
  const kinds = ends.length > MAX_TOLD ? callSummary(root, names) : [];
  if (kinds.length > 0) return [h("li", {}, `${ends.length} calls, rarest first:`), ...kinds.map((kind) => h("li", { class: "mono small" }, kind))];
  return ends.map((call) => {
    const ether = call.value === "0" ? "" : ` ${formatEther(call.value)} ETH`;
    const who = h("strong", {}, shortName(call.to, names));
    if (call.size === 0) return h("li", {}, who, call.value === "0" ? " is called with nothing." : ` receives${ether}.`);
    const how = `${call.relation === "deferred" ? " later" : ""}${call.operation === 1 ? " by DELEGATECALL, as the Safe itself" : ""}`;
    return h("li", call.operation === 1 ? { class: "bad" } : {}, who, ` is called${how}: ${asSentence(call, names)}${ether === "" ? "" : ` with${ether}`}`);
  });
}

function endsOf(root: DecodedCall): DecodedCall[] {
  const ends: DecodedCall[] = [];
  const stack = [root];
  for (let call = stack.pop(); call; call = stack.pop()) {
    if (call.calls.length === 0) ends.push(call);
    else stack.push(...call.calls.toReversed());
  }
  return ends;
}

function firstCall(initializer: DecodedCall | undefined, names: ReviewModel["names"]): string {
  return initializer === undefined ? "" : ` It then runs ${asSentence(initializer, names)}.`;
}

function asSentence(call: DecodedCall, names: ReviewModel["names"]): string {
  const name = call.function === undefined ? (call.selector ?? "no function") : visible(call.function.split("(")[0] ?? "");
  return `${name}(${call.args.map((arg) => inWords(arg, names)).join(", ")})`;
}

function agreementItems({ signers, threshold, names, gates, suppressed }: ReviewModel): Element[] {
  const of = threshold === undefined ? "" : ` of the ${threshold} that the Safe needs`;
  const failed = gates.filter(({ verdict }) => verdict !== "pass").map(({ stage, verdict }) => `${stage} (${verdict})`);
  return [
    h(
      "li",
      {},
      signers.length === 0
        ? `Nobody yet: 0 signatures${of} came along.`
        : `${signers.length} ${signers.length === 1 ? "signature" : "signatures"}${of}: ${signers.map((owner) => named(owner, names)).join(", ")}.`,
    ),
    ...(gates.length === 0
      ? []
      : [
          h(
            "li",
            failed.length === 0 ? {} : { class: "bad" },
            failed.length === 0
              ? `Your own review: all ${gates.length} stages passed (${gates.map(({ stage }) => stage).join(", ")}).`
              : `Your own review did not pass: ${failed.join(", ")}.`,
          ),
        ]),
    ...(suppressed.length > 0
      ? [h("li", {}, `The author asks to overlook ${suppressed.length} findings; that changes nothing here. `, h("a", { href: "#agreed" }, "See which"))]
      : []),
  ];
}

function answerOf({ verdict, scope, findings, policy }: ReviewModel): (string | Element)[] {
  const blocking = findings.filter((finding) => blocks(finding, policy)).length;
  const others = findings.length - blocking;
  const rest = others === 0 ? "" : ` ${others} ${others === 1 ? "finding does" : "findings do"} not block: read ${others === 1 ? "it" : "them"} all the same.`;
  if (verdict === "blocked")
    return [h("strong", {}, "No."), ` ${blocking === 1 ? "One finding speaks" : `${blocking} findings speak`} against it, below.`];
  if (scope === "full" && verdict === "pass")
    return [h("strong", {}, "Yes, if you want this change"), ` and your device shows exactly the two hashes below.${rest}`];
  const why =
    scope === "offline"
      ? "This review was made offline: nothing was compared with the chain."
      : scope === "cassette"
        ? "This review stands on what the proposer recorded: nothing was compared with the chain."
        : "Something could not be checked; it is listed at the end.";
  return [h("strong", {}, "Not yet."), ` ${why}${rest}`];
}

function shortName(address: string | undefined, names: ReviewModel["names"]): string {
  if (address === undefined) return "an unknown contract";
  const name = names[address.toLowerCase()];
  return name === undefined ? address : visible(name);
}

const MAX_WORDS = 48;

function inWords({ name, type, value, items, call }: DecodedArg, names: ReviewModel["names"]): string {
  const text = items ? `(${items.map((item) => inWords(item, names)).join(", ")})` : call === undefined ? visible(value ?? "") : "a call";
  const shown = items ? text : type === "address" ? shortName(value, names) : type === "bytes32" ? asText(text) : (readable(name, text) ?? text);
  return `${name ? `${visible(name)} ` : ""}${!items && shown.length > MAX_WORDS ? `${shown.slice(0, MAX_WORDS)}…` : shown}`;
}

/** A bytes32 that holds a short text, as that text beside nothing else. */
function asText(word: string): string {
  const match = /^0x((?:[2-7][0-9a-f])+)(?:00)+$/.exec(word);
  const text = match?.[1]?.replace(/../g, (byte) => String.fromCharCode(parseInt(byte, 16)));
  return text === undefined ? word : `"${visible(text)}"`;
}

function duration(seconds: bigint): string {
  const [amount, unit] = seconds % 86_400n === 0n ? [seconds / 86_400n, "day"] : seconds % 3_600n === 0n ? [seconds / 3_600n, "hour"] : [seconds, "second"];
  return `${amount} ${unit}${amount === 1n ? "" : "s"}`;
}
