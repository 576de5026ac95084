import { ZeroAddress } from "ethers";
import { addressField, FieldError, integerField, isFields, required, type Fields } from "./fields.js";
import { agreed, asked, txFields } from "./safe-tx-format.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

/** The EIP-712 document that a wallet is asked to sign (`eth_signTypedData_v4`). */
export function readTypedDataFormat(fields: Fields, known: SafeTxKnown): SafeTxRequest {
  const { domain, message } = fields;
  if (!isFields(domain) || !isFields(message)) throw new FieldError("the typed data has no domain or no message");
  if (required(fields, "primaryType") !== "SafeTx") throw new FieldError("the typed data's primaryType is not SafeTx");
  const withChain = domain.chainId !== undefined && domain.chainId !== null;
  const old = Object.hasOwn(message, "dataGas");
  const version = known.version ?? (withChain ? "1.3.0" : old ? "0.1.0" : "1.0.0");
  const chainId = withChain ? agreed("chainId", integerField(domain, "chainId"), known.chainId) : known.chainId;
  const verifyingContract = addressField(domain, "verifyingContract");
  const missing: string[] = [];
  return {
    format: "typed-data",
    // Before 1.3.0 the domain has no chain, and the hash does not depend on it.
    chainId: withChain ? asked(missing, "the chain", chainId, "--chain-id", 0n) : (chainId ?? 0n),
    safe: known.safe ?? verifyingContract,
    version,
    tx: txFields({ gasToken: ZeroAddress, refundReceiver: ZeroAddress, ...message }),
    claims: { verifyingContract, signatures: [] },
    abis: [],
    approves: [],
    assumptions:
      known.version === undefined
        ? [`the Safe hashes as version ${version} does, which is what the typed data's fields say`]
        : [],
    missing,
  };
}
