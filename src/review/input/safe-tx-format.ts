import type { SafeTx } from "../../core/safe/transaction.js";
import {
  addressField,
  bytesField,
  claimedHash,
  FieldError,
  integerField,
  isFields,
  operationField,
  required,
  shown,
  textField,
  type Fields,
} from "./fields.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

/** Stands for a Safe version that nobody stated. */
export const LATEST = "1.4.1";

/** Most transactions that one document may bring for nested approvals, each level counted. */
const MAX_APPROVED = 16;

/** Drydock's own format: the thirteen fields, none of which may be left out. */
export function readSafeTxFormat(fields: Fields, known: SafeTxKnown = {}): SafeTxRequest {
  return read(fields, known, { left: MAX_APPROVED });
}

function read(fields: Fields, known: SafeTxKnown, budget: { left: number }): SafeTxRequest {
  if (budget.left-- <= 0) throw new FieldError(`more than ${MAX_APPROVED} transactions are approved`);
  const approves = Object.hasOwn(fields, "approves") ? fields.approves : [];
  if (!Array.isArray(approves)) throw new FieldError(`approves is ${shown(approves)}, not a list`);
  return {
    format: "safe-tx",
    chainId: agreed("chainId", integerField(fields, "chainId"), known.chainId),
    safe: agreed("safe", addressField(fields, "safe"), known.safe),
    version: agreed("version", textField(fields, "version"), known.version),
    tx: txFields(fields),
    claims: {
      ...(Object.hasOwn(fields, "verifyingContract")
        ? { verifyingContract: addressField(fields, "verifyingContract") }
        : {}),
      ...(fields.domainHash === undefined ? {} : { domainHash: claimedHash(fields, "domainHash") }),
      ...(fields.messageHash === undefined ? {} : { messageHash: claimedHash(fields, "messageHash") }),
      ...(fields.safeTxHash === undefined ? {} : { safeTxHash: claimedHash(fields, "safeTxHash") }),
      signatures: [],
    },
    abis: [],
    approves: approves.map((parent: unknown) => {
      if (!isFields(parent)) throw new FieldError(`approves holds ${shown(parent)}, not a transaction`);
      return read(parent, {}, budget);
    }),
    assumptions: [],
    missing: [],
  };
}

/** The ten fields that are signed; `dataGas` is the old name of `baseGas`. */
export function txFields(fields: Fields): SafeTx {
  const gas = Object.hasOwn(fields, "baseGas") || !Object.hasOwn(fields, "dataGas") ? "baseGas" : "dataGas";
  if (gas === "baseGas" && Object.hasOwn(fields, "dataGas") && fields.dataGas !== fields.baseGas)
    throw new FieldError("baseGas and dataGas are two names of one field and differ");
  return {
    to: addressField(fields, "to"),
    value: integerField(fields, "value"),
    data: required(fields, "data") === null ? "0x" : bytesField(fields, "data"),
    operation: operationField(fields, "operation"),
    safeTxGas: integerField(fields, "safeTxGas"),
    baseGas: integerField(fields, gas),
    gasPrice: integerField(fields, "gasPrice"),
    gasToken: addressField(fields, "gasToken"),
    refundReceiver: addressField(fields, "refundReceiver"),
    nonce: integerField(fields, "nonce"),
  };
}

/** What the document says, refused when the signer said something else. */
export function agreed<T>(name: string, stated: T, known: T | undefined): T {
  if (known !== undefined && String(known).toLowerCase() !== String(stated).toLowerCase())
    throw new FieldError(`${name} is ${String(stated)}, but you gave ${String(known)}`);
  return stated;
}

/** What the signer said; else a placeholder, and a note in `missing`: without it there are no hashes. */
export function asked<T>(missing: string[], name: string, known: T | undefined, option: string, placeholder: T): T {
  if (known === undefined) missing.push(`${name} (give it with ${option})`);
  return known ?? placeholder;
}
