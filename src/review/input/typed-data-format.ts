import { ZeroAddress } from "ethers";
import { plainSafeTx } from "../../core/safe/transaction.js";
import { safeTypedData } from "../../core/safe/typed-data.js";
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
    claims: { verifyingContract, signatures: [], contradictions: contradictions(fields, domain, version) },
    abis: [],
    approves: [],
    assumptions:
      known.version === undefined
        ? [`the Safe hashes as version ${version} does, which is what the typed data's fields say`]
        : [],
    missing,
  };
}

/** A wallet hashes by the types and the domain that stand in the document: where they are others, so is the hash. */
function contradictions({ types }: Fields, domain: Fields, version: string): string[] {
  const wanted = safeTypedData({ chainId: 1n, safe: ZeroAddress, version, tx: plainSafeTx({ to: ZeroAddress, nonce: 0n }) });
  const given = isFields(types) ? types : {};
  const found: string[] = [];
  for (const name of ["EIP712Domain", "SafeTx"] as const)
    if (Object.hasOwn(given, name) && inWords(given[name]) !== inWords(wanted.types[name]))
      found.push(`its type ${name} is not that of a Safe ${version}: a wallet would sign another hash`);
  const domainNames = Object.keys(domain).filter((name) => domain[name] !== undefined && domain[name] !== null);
  const differs = domainNames.some((name) => !Object.hasOwn(wanted.domain, name)) || Object.keys(wanted.domain).some((name) => !domainNames.includes(name));
  if (differs) found.push(`its domain has the fields ${domainNames.slice(0, 6).join(", ")}, that of a Safe ${version} has ${Object.keys(wanted.domain).join(", ")}`);
  return found;
}

function inWords(list: unknown): string {
  if (!Array.isArray(list)) return "";
  return list.map((field: unknown) => (isFields(field) ? `${String(field.type)} ${String(field.name)}` : "")).join(", ");
}
