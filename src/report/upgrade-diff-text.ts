import type { AbiChange, CodeChange, ValidateLiveParts } from "../core/schema/validate.js";
import { visible } from "../core/visible.js";

type LiveProxy = ValidateLiveParts["proxies"][number];

/** What an upgrade changes beside the storage; `history` and what follows it only for a live proxy. */
export interface UpgradeDiff extends Partial<Pick<LiveProxy, "history" | "immutables" | "oldCode">> {
  abi?: readonly AbiChange[] | undefined;
  code?: CodeChange | undefined;
}

/** Functions of each sort that are printed; the rest is counted. */
const MOST = 12;
/** Below this many bytes the room that is left is worth a line of its own. */
const TIGHT = 1024;

/**
 * ABI, code size, compiler and EVM version, immutables and the proxy's history for a terminal, indented. Only what differs:
 * an upgrade that leaves all of it alone gives no line.
 */
export function upgradeDiffText({ abi = [], code, immutables = [], history = [], oldCode }: UpgradeDiff): string[] {
  return [...liveText(oldCode), ...historyText(history), ...abiText(abi), ...codeText(code), ...immutables.filter(({ changed }) => changed).map(({ name, old, new: now }) => `immutable ${visible(name)}: ${old ?? "none"} → ${now ?? "none"}`)].map((line) => `  ${line}`);
}

function liveText(oldCode: UpgradeDiff["oldCode"]): string[] {
  return oldCode === undefined || oldCode === null ? [] : [`live code: ${visible(oldCode.detail)}`];
}

/** Earlier versions only: the present one is what the table is about. */
function historyText(history: LiveProxy["history"]): string[] {
  const earlier = history.filter(({ source }) => source !== "current");
  if (earlier.length === 0) return [];
  return [`${earlier.length} earlier implementation(s):`, ...earlier.map(({ implementation, compared, detail }) => `  ${implementation} ${compared ? `compared (${visible(detail)})` : `NOT compared: ${visible(detail)}`}`)];
}

function abiText(abi: readonly AbiChange[]): string[] {
  const sign = { removed: "-", changed: "~", added: "+" } as const;
  return (["removed", "changed", "added"] as const).flatMap((change) => {
    const of = abi.filter((one) => one.change === change);
    const shown = of.slice(0, MOST).map(({ kind, signature, selector, detail }) => `${sign[change]} ${kind} ${visible(signature)}${selector === undefined ? "" : ` ${selector}`}${detail === undefined ? "" : `: ${visible(detail)}`}`);
    return of.length > MOST ? [...shown, `${sign[change]} … and ${of.length - MOST} more ${change}`] : shown;
  });
}

function codeText(code: CodeChange | undefined): string[] {
  if (code === undefined) return [];
  const { oldSize, newSize, margin, oldCompiler, newCompiler, oldEvmVersion, newEvmVersion } = code;
  const room = margin >= 0 ? `${margin} left under EIP-170` : `${-margin} more than EIP-170 allows`;
  const size = oldSize === newSize ? (margin < TIGHT ? [`code size: ${newSize} bytes, ${room}`] : []) : [`code size: ${oldSize} → ${newSize} bytes, ${room}`];
  return [
    ...size,
    ...(oldCompiler === newCompiler ? [] : [`compiler: ${visible(oldCompiler)} → ${visible(newCompiler)}`]),
    ...(oldEvmVersion === newEvmVersion ? [] : [`EVM version: ${visible(oldEvmVersion)} → ${visible(newEvmVersion)}`]),
  ];
}
