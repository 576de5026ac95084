import { FunctionFragment } from "ethers";
import { BUILTIN_ABIS } from "./builtin-abi.js";
import type { AbiSource, Provenance } from "./types.js";

/** One function that a selector may stand for. */
export interface KnownFunction {
  fragment: FunctionFragment;
  signature: string;
  contract: string;
  provenance: Provenance;
  /** Lower-case; undefined where the function is looked for at any address. */
  address?: string;
}

/**
 * Functions by selector, and by selector and address where the source is for one address only: a thousand addresses with
 * the same function must not make each look-up go through all of them.
 */
export type FunctionTable = ReadonlyMap<string, readonly KnownFunction[]>;

let builtins: FunctionTable | undefined;

/** The built-in functions, parsed on first use. */
export function builtinFunctions(): FunctionTable {
  builtins ??= tableOf(
    BUILTIN_ABIS.map(({ contract, fragments }) => ({
      contract,
      provenance: "built-in",
      fragments: fragments.map((fragment) => `function ${fragment}`),
    })),
  );
  return builtins;
}

/** The functions of `sources` by selector. Entries that are not functions, or not valid, are left out. */
export function tableOf(sources: readonly AbiSource[]): FunctionTable {
  const table = new Map<string, KnownFunction[]>();
  for (const { contract, provenance, address, fragments } of sources)
    for (const entry of fragments) {
      const fragment = parse(entry);
      if (!fragment) continue;
      const known: KnownFunction = { fragment, signature: fragment.format("sighash"), contract, provenance };
      if (address !== undefined) known.address = address.toLowerCase();
      // Rebuilt source is looked for at other addresses, too.
      const isLocal = known.address !== undefined && provenance !== "rebuilt source";
      const key = isLocal ? keyAt(fragment.selector, known.address ?? "") : fragment.selector;
      const same = table.get(key);
      if (same) same.push(known);
      else table.set(key, [known]);
    }
  return table;
}

/**
 * What `selector` may mean at any of `addresses` (the target, or the code that runs there), best first: source that was
 * rebuilt for that address, the signer's own ABI of that address, what is built in, other rebuilt source, the signer's
 * ABIs of no address, what was claimed for that address, other claims.
 */
export function candidates(table: FunctionTable, selector: string, addresses: readonly string[]): KnownFunction[] {
  const local = [...new Set(addresses)].flatMap((address) => table.get(keyAt(selector, address)) ?? []);
  const given = [...local, ...(table.get(selector) ?? [])];
  const here = ({ address }: KnownFunction): boolean => address !== undefined && addresses.includes(address);
  const rebuilt = given.filter(({ provenance }) => provenance === "rebuilt source");
  const own = given.filter(({ provenance }) => provenance === "your ABI");
  const claimed = given.filter(({ provenance }) => provenance === "claimed");
  return [
    ...rebuilt.filter(here),
    ...own.filter(here),
    ...given.filter(({ provenance }) => provenance === "built-in"),
    ...(builtinFunctions().get(selector) ?? []),
    ...rebuilt.filter((known) => !here(known)),
    ...own.filter(({ address }) => address === undefined),
    ...claimed.filter(here),
    ...claimed.filter((known) => !here(known) && known.address === undefined),
  ];
}

function keyAt(selector: string, address: string): string {
  return `${selector} ${address}`;
}

function parse(entry: unknown): FunctionFragment | undefined {
  try {
    return FunctionFragment.from(entry);
  } catch {
    return undefined;
  }
}
