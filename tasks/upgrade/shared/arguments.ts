import { isAbsolute, join } from "node:path";
import { DrydockError, ERRORS } from "../../../src/errors/drydock-error.js";

/**
 * Hardhat's own argument errors end with exit status 1, which stands for "blocked". So arguments are optional in the
 * definitions, and checked here, where a missing one is "could not run".
 */
export function required(value: string | undefined, name: string, verb: string): string {
  if (value === undefined || value === "") {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `\`upgrade ${verb}\` needs the argument ${name}`, verb });
  }
  return value;
}

/** One of `allowed`, or a clear error that lists them. */
export function oneOf<T extends string>(value: string | undefined, allowed: readonly T[], option: string, verb: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    const detail = `${option} must be one of ${allowed.join(", ")}${value === undefined ? "" : `, not "${value}"`}`;
    throw new DrydockError(ERRORS.ARGUMENT, { detail, verb });
  }
  return found;
}

/** A block number given in decimal or hex; undefined stays undefined. */
export function optionalBlock(value: string | undefined, verb: string): bigint | undefined {
  if (value === undefined) return undefined;
  if (!/^(\d+|0x[0-9a-fA-F]+)$/.test(value)) {
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `--block must be a block number, not "${value}"`, verb });
  }
  return BigInt(value);
}

/** `path` as the user meant it: from the folder in which the command was given. */
export function fromHere(path: string): string {
  return isAbsolute(path) ? path : join(process.cwd(), path);
}
