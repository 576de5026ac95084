/**
 * The known address that `address` could be taken for: all but at most two of its forty digits are equal, or the first
 * and last four are. Undefined if it is known itself, or like none.
 */
export function lookAlikeOf(address: string, known: Iterable<string>): string | undefined {
  const digits = address.slice(2).toLowerCase();
  let like: string | undefined;
  for (const other of known) {
    const theirs = other.slice(2).toLowerCase();
    if (theirs === digits) return undefined;
    if (like === undefined && isSimilar(digits, theirs)) like = other;
  }
  return like;
}

function isSimilar(a: string, b: string): boolean {
  // Precompiles, sentinels and test addresses are mostly zeros; they are no look-alikes of each other.
  if (/^0{24}/.test(a) || /^0{24}/.test(b)) return false;
  if (a.slice(0, 4) === b.slice(0, 4) && a.slice(-4) === b.slice(-4)) return true;
  let different = 0;
  for (let index = 0; index < 40 && different < 3; index++) if (a[index] !== b[index]) different++;
  return different < 3;
}
