import { visible } from "../core/visible.js";

/** An address with the name that the signer knows it by. */
export function named(address: string | undefined, names: Readonly<Record<string, string>>): string {
  if (address === undefined) return "(target not stated)";
  const name = names[address.toLowerCase()];
  return name === undefined ? address : `${visible(name)} (${address})`;
}
