import { ERRORS, type ErrorDescriptor } from "./catalogue.js";

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The arguments that the placeholders in a descriptor's message and remedy require. */
export type ErrorArguments<D extends ErrorDescriptor> = Record<
  Placeholders<D["message"]> | Placeholders<D["remedy"]>,
  string | number | bigint
>;

/**
 * "Could not run": bad input, no RPC, a rule that failed to load. Ends a verb with exit status 2.
 *
 * @example throw new DrydockError(ERRORS.UNKNOWN_NAME, { name: "clearinghose", file: "deployments/1.json" });
 */
export class DrydockError<D extends ErrorDescriptor = ErrorDescriptor> extends Error {
  public readonly code: string;
  /** What happened, without code and remedy. */
  public readonly what: string;
  /** What to do about it. */
  public readonly remedy: string;

  constructor(descriptor: D, args: ErrorArguments<D>, options?: { cause?: unknown }) {
    const what = fill(descriptor.message, args);
    const remedy = fill(descriptor.remedy, args);
    super(`${descriptor.code}: ${what}. ${capitalize(remedy)}.`, options);
    this.name = "DrydockError";
    this.code = descriptor.code;
    this.what = what;
    this.remedy = remedy;
  }

  /** True for an error of this class, and, when given, with this descriptor's code. */
  static is(error: unknown, descriptor?: ErrorDescriptor): error is DrydockError {
    return error instanceof DrydockError && (descriptor === undefined || error.code === descriptor.code);
  }
}

/** The message of anything that was thrown, for use inside another sentence. */
export function reasonOf(error: unknown): string {
  if (error instanceof DrydockError) return error.what;
  return error instanceof Error ? error.message : String(error);
}

function fill(template: string, args: Record<string, string | number | bigint>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name]));
}

function capitalize(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

export { ERRORS };
