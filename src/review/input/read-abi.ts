import { readFile, stat } from "node:fs/promises";
import { FunctionFragment, getAddress } from "ethers";
import type { AbiSource } from "../../core/decode/types.js";
import { parseBoundedJson } from "../../core/bounded-json.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";
import { isFields } from "./fields.js";

const MAX_FILE_BYTES = 8 << 20;

/**
 * ABIs that the signer brings: a list of entries (JSON or `function f(uint256)`), an artifact with `abi`, or such a list
 * for each address, `{"0x…": […]}`. Where no address is given, the names stand for calls of any contract.
 *
 * @throws DrydockError FILE_NOT_FOUND, FILE_MALFORMED.
 */
export async function readAbiFile(path: string): Promise<AbiSource[]> {
  const malformed = (detail: string): DrydockError => new DrydockError(ERRORS.FILE_MALFORMED, { path, what: "ABI file", detail });
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "the ABI file" });
  if (found.size > MAX_FILE_BYTES) throw malformed(`it is larger than ${MAX_FILE_BYTES >> 20} MiB`);
  try {
    const document = parseBoundedJson(new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path)));
    if (Array.isArray(document)) return [source(document)];
    if (!isFields(document)) throw new SyntaxError("it holds neither a list nor an object");
    if (Array.isArray(document.abi)) return [source(document.abi)];
    if (Object.keys(document).length === 0) throw new SyntaxError("it holds no function");
    return Object.entries(document).map(([address, list]) => {
      if (!Array.isArray(list)) throw new SyntaxError(`${address.slice(0, 50)} holds no list of ABI entries`);
      return source(list, getAddress(address));
    });
  } catch (error) {
    throw malformed(reasonOf(error).replace(/[^ -~]/g, "?").slice(0, 160));
  }
}

function source(fragments: readonly unknown[], address?: string): AbiSource {
  const functions = fragments.filter((entry) => (typeof entry === "string" ? /^\s*function\b/.test(entry) : isFields(entry) && entry.type === "function"));
  for (const entry of functions) FunctionFragment.from(entry);
  if (functions.length === 0) throw new SyntaxError("it holds no function");
  return { contract: "your ABI", provenance: "your ABI", ...(address === undefined ? {} : { address }), fragments: functions };
}
