import { dataSlice, getAddress, ZeroAddress } from "ethers";
import { SAFE_INTERFACE } from "../../core/safe/calldata.js";
import type { OwnerSignature } from "../../core/safe/signatures.js";
import { signatureKind } from "../../core/safe/signatures.js";
import { FieldError, operationField } from "./fields.js";
import { asked, LATEST } from "./safe-tx-format.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

/** More owners than any Safe has that can still be executed. */
const MAX_SIGNATURES = 1_000;

/** Raw calldata of `execTransaction`. The nonce, the Safe and the chain are not in it. */
export function readCalldata(data: string, known: SafeTxKnown): SafeTxRequest {
  const fragment = SAFE_INTERFACE.getFunction("execTransaction");
  if (!fragment || data.slice(0, 10) !== fragment.selector)
    throw new FieldError(`the calldata starts with ${data.slice(0, 10)}, which is not execTransaction`);
  const args = decode(data);
  const missing: string[] = [];
  return {
    format: "calldata",
    chainId: asked(missing, "the chain", known.chainId, "--chain-id", 0n),
    safe: asked(missing, "the Safe", known.safe, "--safe", ZeroAddress),
    version: asked(missing, "the Safe's version", known.version, "--safe-version", LATEST),
    tx: {
      to: args.to,
      value: args.value,
      data: args.data,
      operation: operationField({ operation: args.operation.toString() }, "operation"),
      safeTxGas: args.safeTxGas,
      baseGas: args.baseGas,
      gasPrice: args.gasPrice,
      gasToken: args.gasToken,
      refundReceiver: args.refundReceiver,
      nonce: asked(missing, "the nonce", known.nonce, "--nonce", 0n),
    },
    claims: { signatures: signaturesOf(args.signatures), packed: true },
    abis: [],
    approves: [],
    assumptions: [],
    missing,
  };
}

interface ExecArguments {
  to: string;
  value: bigint;
  data: string;
  operation: bigint;
  safeTxGas: bigint;
  baseGas: bigint;
  gasPrice: bigint;
  gasToken: string;
  refundReceiver: string;
  signatures: string;
}

/** Decoded and encoded again: calldata that a standard encoder would not have written is refused here. */
function decode(data: string): ExecArguments {
  try {
    const values = SAFE_INTERFACE.decodeFunctionData("execTransaction", data);
    if (SAFE_INTERFACE.encodeFunctionData("execTransaction", [...values]) === data)
      return values.toObject() as ExecArguments;
  } catch (error) {
    throw new FieldError("the calldata is cut short or not encoded as execTransaction's arguments", { cause: error });
  }
  throw new FieldError(
    "the calldata is not encoded as a standard encoder would write it, so that readers may differ about it",
  );
}

/**
 * The packed signatures, one by one. Whose a key's is, is only known once it is recovered; of an approval or a contract's,
 * `r` names the owner. The bytes of contracts' signatures follow the first place that one of them points at.
 */
function signaturesOf(packed: string): OwnerSignature[] {
  const size = (packed.length - 2) / 2;
  const signatures: OwnerSignature[] = [];
  let end = size;
  for (let at = 0; at + 65 <= end && signatures.length < MAX_SIGNATURES; at += 65) {
    const signature = dataSlice(packed, at, at + 65);
    const kind = signatureKind(signature);
    const named = kind === "contract" || kind === "approved-hash";
    signatures.push({ owner: named ? getAddress(dataSlice(signature, 12, 32)) : "", signature });
    if (kind === "contract") {
      const tail = BigInt(dataSlice(signature, 32, 64));
      if (tail < BigInt(end)) end = Number(tail);
    }
  }
  return signatures;
}
