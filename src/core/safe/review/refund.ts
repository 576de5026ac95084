import { ZeroAddress, formatEther } from "ethers";
import { atLeast, parseSafeVersion } from "../version.js";
import { aboutTransaction } from "./finding.js";
import type { SafeRule } from "./types.js";

/** EIP-7825: the most gas that one transaction may use. */
const TRANSACTION_GAS_CAP = 1n << 24n;

/**
 * Gas refund: whoever sends the transaction is paid (gas used + baseGas) × gasPrice by the Safe, in ether (then at most at
 * the transaction's own gas price) or in any token. An upgrade never needs it.
 */
export const refundFields: SafeRule = ({ safe, tx }) => {
  const set = [
    tx.gasPrice !== 0n ? `gasPrice ${tx.gasPrice}` : "",
    tx.baseGas !== 0n ? `baseGas ${tx.baseGas}` : "",
    tx.gasToken !== ZeroAddress ? `gasToken ${tx.gasToken}` : "",
    tx.refundReceiver !== ZeroAddress ? `refundReceiver ${tx.refundReceiver}` : "",
  ].filter((part) => part !== "");
  if (set.length === 0) return { findings: [] };
  const worst = (TRANSACTION_GAS_CAP + tx.baseGas) * tx.gasPrice;
  const loss =
    tx.gasPrice === 0n
      ? "nothing is paid while gasPrice is 0"
      : tx.gasToken === ZeroAddress
        ? `at worst the Safe pays ${formatEther(worst)} ETH`
        : `at worst the Safe pays ${worst} smallest units of the token ${tx.gasToken}`;
  const to = tx.refundReceiver === ZeroAddress ? "to whoever sends the transaction" : `to ${tx.refundReceiver}`;
  return {
    findings: [
      aboutTransaction(safe, {
        rule: "refund-fields",
        severity: tx.gasPrice === 0n ? "high" : "critical",
        title: "the Safe would pay a gas refund",
        detail: `${set.join(", ")}: ${loss}, ${to}`,
        remedy: "have the transaction proposed again with gasPrice, baseGas, gasToken and refundReceiver zero",
      }),
    ],
  };
};

/** With `safeTxGas` set, a failing inner call does not revert: the nonce and the signatures are used up for nothing. */
export const safeTxGas: SafeRule = ({ safe, tx, version }) => {
  if (tx.safeTxGas === 0n) return { findings: [] };
  const always = !atLeast(parseSafeVersion(version), 1, 3);
  return {
    findings: [
      aboutTransaction(safe, {
        rule: "safe-tx-gas",
        severity: always ? "low" : "medium",
        title: "a failing inner call would use up the nonce",
        detail: `safeTxGas is ${tx.safeTxGas}; whoever sends the transaction chooses the gas, and may leave just so much that the inner call fails`,
        remedy: always
          ? "know that this Safe's version always works so"
          : "have the transaction proposed again with safeTxGas 0",
      }),
    ],
  };
};
