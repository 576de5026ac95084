import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { RpcError } from "../../chain/rpc/rpc-error.js";
import { bytes32, integer } from "../../core/schema/values.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";

/** The block that a cassette's answers stand on. */
export interface PinnedBlock {
  number: bigint;
  hash: string;
  /** Seconds since 1970. */
  timestamp: bigint;
}

/**
 * First line of a cassette, `drydock/cassette@1`; every further line is `[key, answer]`, or `[key, null, error]` where the
 * endpoint's answer was an error, sorted by key.
 */
const headerSchema = z
  .object({
    schema: z.literal("drydock/cassette@1"),
    chainId: integer,
    /** Hardhat's chain type, which decides about the fork; older cassettes don't say. */
    chainType: z.string().optional(),
    block: z.object({ number: integer, hash: bytes32, timestamp: integer }).strict(),
  })
  .strict();

const errorSchema = z.object({ code: z.number(), message: z.string(), data: z.string().optional() }).strict();

export interface CassetteHeader {
  chainId: bigint;
  chainType?: string;
  block: PinnedBlock;
}

/** The key under which an answer is kept. */
export function keyOf(method: string, params: readonly unknown[]): string {
  return `${method} ${JSON.stringify(params)}`;
}

/**
 * Reads a cassette: JSON lines; an answer that is an error becomes an RpcError. A last line that was cut off while it was written is left out when `partial`, else the
 * file is refused.
 *
 * @throws DrydockError FILE_NOT_FOUND, FILE_MALFORMED.
 */
export function readAnswers(path: string, { partial = false } = {}): { header: CassetteHeader; answers: Map<string, unknown> } {
  if (!existsSync(path)) throw new DrydockError(ERRORS.FILE_NOT_FOUND, { path, what: "cassette" });
  const lines = readFileSync(path, "utf8").split("\n");
  if (partial) lines.pop();
  try {
    const header = headerOf(lines[0]);
    const answers = new Map<string, unknown>();
    for (const line of lines.slice(1)) {
      if (line === "") continue;
      const [key, answer] = entryOf(JSON.parse(line));
      answers.set(key, answer);
    }
    return { header, answers };
  } catch (error) {
    throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what: "cassette", detail: reasonOf(error) });
  }
}

/** The block that the answers in a file stand on; undefined where there is no such file, or no header in it. */
export function blockOfAnswers(path: string, chainId: bigint): PinnedBlock | undefined {
  try {
    const header = headerOf(readFileSync(path, "utf8").split("\n", 1)[0]);
    return header.chainId === chainId ? header.block : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a cassette beside its target and renames it: sorted, so that the same answers give the same bytes. */
export function writeAnswers(path: string, header: CassetteHeader, answers: ReadonlyMap<string, unknown>): void {
  const entries = [...answers].sort(([a], [b]) => (a < b ? -1 : 1));
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, [headerLine(header), ...entries.map(entryLine)].join("\n") + "\n");
  renameSync(temporary, path);
}

/** Answers on disk that grow as they arrive, so that a run which dies midway does not ask again. */
export class AnswerJournal {
  private readonly path: string;
  public readonly answers: Map<string, unknown>;

  /** Opens the journal at `path`; one that holds another block's answers is started anew. */
  constructor(path: string, header: CassetteHeader) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true });
    const kept = existsSync(path) ? tryRead(path, header) : undefined;
    this.answers = kept ?? new Map();
    // Rewritten whole, so that a line that was cut off does not corrupt the next one.
    if (kept === undefined || !readFileSync(path, "utf8").endsWith("\n")) writeAnswers(path, header, this.answers);
  }

  public append(entries: readonly (readonly [string, unknown])[]): void {
    for (const [key, answer] of entries) this.answers.set(key, answer);
    appendFileSync(this.path, entries.map((entry) => entryLine(entry) + "\n").join(""));
  }
}

/** Name of a file that stands for `text`, short and safe on every file system. */
export function fileNameFor(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}

function headerOf(line = ""): CassetteHeader {
  const { chainId, chainType, block } = headerSchema.parse(JSON.parse(line));
  return {
    chainId: BigInt(chainId),
    ...(chainType === undefined ? {} : { chainType }),
    block: { number: BigInt(block.number), hash: block.hash, timestamp: BigInt(block.timestamp) },
  };
}

/** An entry by hand: there are thousands, and a schema takes longer over each than everything else together. */
function entryOf(entry: unknown): [key: string, answer: unknown] {
  if (!Array.isArray(entry) || typeof entry[0] !== "string") throw new TypeError("an entry is not [key, answer]");
  if (entry.length === 2) return [entry[0], entry[1]];
  if (entry.length !== 3 || entry[1] !== null) throw new TypeError(`the answer to ${entry[0]} is neither an answer nor an error`);
  const { code, message, data } = errorSchema.parse(entry[2]);
  return [entry[0], new RpcError(code, message, data)];
}

function tryRead(path: string, { chainId, block }: CassetteHeader): Map<string, unknown> | undefined {
  try {
    const { header, answers } = readAnswers(path, { partial: true });
    return header.chainId === chainId && header.block.hash === block.hash ? answers : undefined;
  } catch {
    return undefined;
  }
}

function entryLine([key, answer]: readonly [string, unknown]): string {
  if (!(answer instanceof RpcError)) return JSON.stringify([key, answer]);
  const { code, message, data } = answer;
  return JSON.stringify([key, null, { code, message, ...(data === undefined ? {} : { data }) }]);
}

function headerLine({ chainId, chainType, block }: CassetteHeader): string {
  return JSON.stringify({
    schema: "drydock/cassette@1",
    chainId: String(chainId),
    ...(chainType === undefined ? {} : { chainType }),
    block: { number: String(block.number), hash: block.hash, timestamp: String(block.timestamp) },
  });
}
