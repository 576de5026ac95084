import type { DecodedCall } from "../../decode/types.js";
import type { Finding, Severity } from "../../finding.js";
import { argument } from "./calls.js";
import { aboutCall } from "./finding.js";
import type { SafeRule } from "./types.js";

/** What changes who controls a Safe, by signature. */
const SETTINGS: ReadonlyMap<string, { severity: Severity; what: (call: DecodedCall) => string }> = new Map([
  [
    "addOwnerWithThreshold(address,uint256)",
    high((call) => `adds the owner ${argument(call, 0)}, threshold ${argument(call, 1)}`),
  ],
  [
    "removeOwner(address,address,uint256)",
    high((call) => `removes the owner ${argument(call, 1)}, threshold ${argument(call, 2)}`),
  ],
  [
    "swapOwner(address,address,address)",
    high((call) => `replaces the owner ${argument(call, 1)} by ${argument(call, 2)}`),
  ],
  ["changeThreshold(uint256)", high((call) => `changes the threshold to ${argument(call, 0)}`)],
  [
    "enableModule(address)",
    high((call) => `enables the module ${argument(call, 0)}, which then needs no signatures at all`),
  ],
  ["disableModule(address,address)", high((call) => `disables the module ${argument(call, 1)}`)],
  [
    "setGuard(address)",
    high((call) => `sets the guard to ${argument(call, 0)}, which can block every later transaction`),
  ],
  ["setModuleGuard(address)", high((call) => `sets the module guard to ${argument(call, 0)}`)],
  [
    "setFallbackHandler(address)",
    high((call) => `sets the fallback handler to ${argument(call, 0)}, which answers for the Safe's signatures`),
  ],
  [
    "changeMasterCopy(address)",
    { severity: "critical", what: (call) => `replaces the Safe's code by ${argument(call, 0)}` },
  ],
]);

function high(what: (call: DecodedCall) => string): { severity: Severity; what: (call: DecodedCall) => string } {
  return { severity: "high", what };
}

/** Owner, threshold, module, guard, fallback handler or code of a Safe; stays red even when the bundle declares it. */
export const safeSettings: SafeRule = ({ calls, safe }) => ({
  findings: calls.flatMap((call): Finding[] => {
    const setting = SETTINGS.get(call.function ?? "");
    if (!setting) return [];
    const whose =
      call.to?.toLowerCase() === safe.toLowerCase() ? "this Safe" : `the Safe ${call.to ?? "at an unknown address"}`;
    return [
      aboutCall(call, {
        rule: "safe-settings",
        severity: setting.severity,
        title: `changes who controls ${whose}`,
        detail: `${setting.what(call)} (${whose})`,
        remedy: "agree on this change with the other owners over another channel before signing",
      }),
    ];
  }),
});

/** A message that the Safe signs (EIP-1271) can be a token permit or an order: it moves assets without another transaction. */
export const signMessage: SafeRule = ({ calls }) => ({
  findings: calls
    .filter(
      (call) =>
        call.function === "signMessage(bytes)" ||
        (call.function === "setPreSignature(bytes,bool)" && argument(call, 1) !== "false"),
    )
    .map((call) =>
      aboutCall(call, {
        rule: "sign-message",
        severity: "high",
        title: "the Safe signs a message",
        detail: "whoever holds this message can use the Safe's signature on it, now or later",
        remedy: "sign only if you know what the message is: its hash alone does not say",
      }),
    ),
});
