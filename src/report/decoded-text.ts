import { formatEther } from "ethers";
import type { DecodedArg, DecodedCall } from "../core/decode/types.js";
import { visible } from "../core/visible.js";
import { withReading } from "./readable.js";
import { callSummary } from "./call-summary.js";
import { named } from "./named.js";

/** Characters of one argument that a terminal shows. */
const MAX_VALUE = 140;

/** A decoded call and the calls inside it as an indented tree, for a terminal. Text of others is made visible. */
export function decodedText(root: DecodedCall, names: Readonly<Record<string, string>> = {}): string {
  const lines: string[] = [];
  const visit = (call: DecodedCall, indent: string): void => {
    lines.push(`${indent}${headline(call, names)}`);
    for (const arg of call.args) lines.push(...argLines(arg, `${indent}    `, names));
    for (const { name, value } of call.notes) lines.push(`${indent}    = ${name}: ${value}`);
    for (const { code, detail } of call.warnings) lines.push(`${indent}    ! ${code}: ${visible(detail)}`);
    for (const inner of call.calls) visit(inner, `${indent}  `);
  };
  visit(root, "");
  const summary = callSummary(root, names);
  if (summary.length > 0) lines.unshift("In short, rarest first:", ...summary.map((line) => `  ${line}`), "");
  const missing = root.size - root.accounted;
  lines.push(
    missing === 0 ? `all ${root.size} bytes are explained` : `${missing} of ${root.size} bytes are NOT explained`,
  );
  return lines.join("\n");
}

/** One line: path, kind of call, target, function, where its name comes from, ether. */
export function headline(call: DecodedCall, names: Readonly<Record<string, string>> = {}): string {
  const kind =
    call.operation === 1
      ? "DELEGATECALL"
      : call.relation === "deferred"
        ? "later: call"
        : call.relation === "guess"
          ? "perhaps: call"
          : "call";
  const value = call.value === "0" ? "" : ` with ${formatEther(call.value)} ETH`;
  const what = call.function
    ? visible(call.function)
    : call.size === 0
      ? "(no data)"
      : `${call.selector ?? "data"} (unknown)`;
  const from =
    call.size === 0 || call.provenance === "built-in"
      ? call.contract
        ? ` [as in ${call.contract}]`
        : ""
      : ` [${call.provenance}]`;
  return `${call.path} ${kind} ${named(call.to, names)}${call.via ? `, running ${call.via}` : ""} ${what}${from}${value}`;
}

function argLines(arg: DecodedArg, indent: string, names: Readonly<Record<string, string>>): string[] {
  const name = visible(arg.name || arg.type);
  if (arg.items) return [`${indent}${name}:`, ...arg.items.flatMap((item) => argLines(item, `${indent}  `, names))];
  if (arg.call !== undefined) return [`${indent}${name}: call ${arg.call}`];
  if (arg.type === "address") return [`${indent}${name}: ${named(arg.value, names)}`];
  const value = withReading(arg.name, visible(arg.value ?? ""));
  return [
    `${indent}${name}: ${value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}… (${value.length} characters)` : value}`,
  ];
}
