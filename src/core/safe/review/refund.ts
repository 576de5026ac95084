import { ZeroAddress, formatEther } from "ethers";
import type { DecodedCall } from "../../decode/types.js";
import type { Finding, Severity } from "../../finding.js";
import { atLeast, parseSafeVersion } from "../version.js";
import { argument } from "./calls.js";
import { aboutCall, aboutTransaction } from "./finding.js";
import type { SafeRule } from "./types.js";

/** EIP-7825: the most gas that one transaction may use. */
const TRANSACTION_GAS_CAP = 1n << 24n;
const EXEC_TRANSACTION =
  "execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)";

interface Refund {
  baseGas: bigint;
  gasPrice: bigint;
  gasToken: string;
  refundReceiver: string;
}

/**
 * Gas refund: whoever sends the transaction is paid (gas used + baseGas) × gasPrice by the Safe, in ether (then at most at
 * the transaction's own gas price) or in any token. An upgrade never needs it; of the Safes that are called within, just
 * as little.
 */
export const refundFields: SafeRule = ({ safe, tx, calls }) => {
  const findings: Finding[] = [];
  const own = refundFinding(tx, "the Safe");
  if (own) findings.push(aboutTransaction(safe, own));
  for (const call of calls) {
    const finding = refundFinding(refundWithin(call), `the Safe ${call.to ?? "that is called"}`);
    if (finding) findings.push(aboutCall(call, finding));
  }
  return { findings };
};

/** The refund of an `execTransaction` or `setup` among the calls; all zero for any other call. */
function refundWithin(call: DecodedCall): Refund {
  const none = { baseGas: 0n, gasPrice: 0n, gasToken: ZeroAddress, refundReceiver: ZeroAddress };
  if (call.function === EXEC_TRANSACTION)
    return {
      baseGas: BigInt(argument(call, "baseGas")),
      gasPrice: BigInt(argument(call, "gasPrice")),
      gasToken: argument(call, "gasToken"),
      refundReceiver: argument(call, "refundReceiver"),
    };
  // `setup` pays a fixed sum: the same as that much base gas at a price of one.
  const payment = call.contract === "Safe" ? BigInt(argument(call, "payment") || 0) : 0n;
  if (payment === 0n) return none;
  return { baseGas: payment, gasPrice: 1n, gasToken: argument(call, "paymentToken"), refundReceiver: argument(call, "paymentReceiver") };
}

function refundFinding({ baseGas, gasPrice, gasToken, refundReceiver }: Refund, who: string) {
  const set = [
    gasPrice !== 0n ? `gasPrice ${gasPrice}` : "",
    baseGas !== 0n ? `baseGas ${baseGas}` : "",
    gasToken !== ZeroAddress ? `gasToken ${gasToken}` : "",
    refundReceiver !== ZeroAddress ? `refundReceiver ${refundReceiver}` : "",
  ].filter((part) => part !== "");
  if (set.length === 0) return undefined;
  const worst = (TRANSACTION_GAS_CAP + baseGas) * gasPrice;
  const loss =
    gasPrice === 0n
      ? "nothing is paid while gasPrice is 0"
      : gasToken === ZeroAddress
        ? `at worst the Safe pays ${formatEther(worst)} ETH`
        : `at worst the Safe pays ${worst} smallest units of the token ${gasToken}`;
  const to = refundReceiver === ZeroAddress ? "to whoever sends the transaction" : `to ${refundReceiver}`;
  const severity: Severity = gasPrice === 0n ? "high" : "critical";
  return {
    rule: "refund-fields",
    severity,
    title: `${who} would pay a gas refund`,
    detail: `${set.join(", ")}: ${loss}, ${to}`,
    remedy: "have the transaction proposed again with gasPrice, baseGas, gasToken and refundReceiver zero",
  };
}

/** With `safeTxGas` set, a failing inner call does not revert: the nonce and the signatures are used up for nothing. */
export const safeTxGas: SafeRule = ({ safe, tx, version, calls }) => {
  const findings: Finding[] = [];
  const always = !atLeast(parseSafeVersion(version), 1, 3);
  if (tx.safeTxGas !== 0n) findings.push(aboutTransaction(safe, gasFinding(tx.safeTxGas, always)));
  for (const call of calls.filter((found) => found.function === EXEC_TRANSACTION && argument(found, "safeTxGas") !== "0"))
    findings.push(aboutCall(call, gasFinding(BigInt(argument(call, "safeTxGas")), false)));
  return { findings };
};

function gasFinding(gas: bigint, always: boolean) {
  const severity: Severity = always ? "low" : "medium";
  return {
    rule: "safe-tx-gas",
    severity,
    title: "a failing inner call would use up the nonce",
    detail: `safeTxGas is ${gas}; whoever sends the transaction chooses the gas, and may leave just so much that the inner call fails`,
    remedy: always
      ? "know that this Safe's version always works so"
      : "have the transaction proposed again with safeTxGas 0",
  };
}
