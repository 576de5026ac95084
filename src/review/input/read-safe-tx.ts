import { readFile, stat } from "node:fs/promises";
import { parseBoundedJson } from "../../core/bounded-json.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { visible } from "../../core/visible.js";
import { readBuilderFormat } from "./builder-format.js";
import { readCalldata } from "./calldata-format.js";
import { bytesField, FieldError, isFields, type Fields } from "./fields.js";
import { readSafeTxFormat } from "./safe-tx-format.js";
import { readServiceFormat } from "./service-format.js";
import { readTypedDataFormat } from "./typed-data-format.js";
import type { SafeTxKnown, SafeTxRequest } from "./types.js";

/** A Safe transaction fits in a block; hex and names make it some times larger. */
const MAX_FILE_BYTES = 8 << 20;

/**
 * Reads a Safe transaction from a file in any of the formats of {@link parseSafeTx}.
 *
 * @throws DrydockError FILE_NOT_FOUND, FILE_MALFORMED, SAFE_VERSION.
 */
export async function readSafeTxFile(path: string, known: SafeTxKnown = {}): Promise<SafeTxRequest> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "the Safe transaction to review" });
  if (found.size > MAX_FILE_BYTES) throw malformed(path, `it is larger than ${MAX_FILE_BYTES >> 20} MiB`);
  return parseSafeTx(await readFile(path), path, known);
}

/**
 * Reads a Safe transaction: Drydock's thirteen fields, a batch of Safe{Wallet}'s transaction builder, an answer of the
 * Safe Transaction Service, EIP-712 typed data, or raw calldata of `execTransaction` (alone, or as `{calldata: "0x…"}`).
 *
 * @param name what to call the document in errors.
 * @param known what the signer says; a document that says otherwise is refused.
 * @throws DrydockError FILE_MALFORMED, SAFE_VERSION.
 */
export function parseSafeTx(content: Uint8Array, name: string, known: SafeTxKnown = {}): SafeTxRequest {
  try {
    const text = utf8(content).trim();
    if (/^0x/i.test(text)) return readCalldata(bytesField({ calldata: text }, "calldata"), known);
    const document = parseBoundedJson(text);
    if (!isFields(document)) throw new FieldError("it is not a JSON object");
    refuseTwoInOne(document);
    if (Array.isArray(document.transactions)) return readBuilderFormat(document, known);
    if (isFields(document.domain) || isFields(document.message)) return readTypedDataFormat(document, known);
    if (typeof document.calldata === "string") return readCalldata(bytesField(document, "calldata"), known);
    const isService = [
      "confirmations",
      "confirmationsRequired",
      "contractTransactionHash",
      "submissionDate",
      "isExecuted",
    ].some((field) => Object.hasOwn(document, field));
    return isService ? readServiceFormat(document, known) : readSafeTxFormat(document, known);
  } catch (error) {
    if (error instanceof DrydockError) throw error;
    if (error instanceof FieldError || error instanceof SyntaxError)
      throw malformed(name, visible(reasonOf(error)).slice(0, 200), error);
    throw error;
  }
}

/** A document that holds a transaction twice can show one to a person and another to a program. */
function refuseTwoInOne(document: Fields): void {
  const found = [
    Array.isArray(document.transactions) ? "transactions" : "",
    isFields(document.message) ? "message" : "",
    typeof document.calldata === "string" ? "calldata" : "",
    Object.hasOwn(document, "to") ? "to" : "",
  ].filter((name) => name !== "");
  if (found.length > 1) throw new FieldError(`it states a transaction more than once: ${found.join(" and ")}`);
}

function utf8(content: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (error) {
    throw new FieldError("it is not UTF-8 text", { cause: error });
  }
}

function malformed(path: string, detail: string, cause?: unknown): DrydockError {
  return new DrydockError(ERRORS.FILE_MALFORMED, { path, what: "Safe transaction", detail }, { cause });
}
