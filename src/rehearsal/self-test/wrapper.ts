/** What a wrapped implementation does for one selector instead of, or besides, what it did. */
export type Misbehaviour = "reverts" | "scales-up" | { writes: string } | { afterwards: string } | "takes-any-implementation";

const IMPLEMENTATION_SLOT = "360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";

/**
 * Runtime code for an implementation's address: everything is what `original` (the same code, at another address) does, by
 * DELEGATECALL, so that it runs in the proxy's storage and its immutables stay; only `selector` goes wrong.
 */
export function wrapped(original: string, selector: string, misbehaviour: Misbehaviour): string {
  const delegate = (at: number): string => {
    const ok = at + 42;
    return `365f5f375f5f365f73${original.slice(2).toLowerCase()}5af43d5f5f3e61${hex16(ok)}573d5ffd5b`;
  };
  const head = `5f3560e01c63${selector.slice(2)}14`;
  // The jump takes four bytes, the ordinary way 43 and three.
  const at = head.length / 2 + 4 + 43 + 3;
  return `0x${head}61${hex16(at)}57${delegate(head.length / 2 + 4)}3d5ff3${body(misbehaviour, at, delegate)}`;
}

function body(misbehaviour: Misbehaviour, at: number, delegate: (at: number) => string): string {
  if (misbehaviour === "reverts") return "5b5f5ffd";
  if (misbehaviour === "takes-any-implementation") return `5b6004357f${IMPLEMENTATION_SLOT}5500`;
  // 10^10: what 18 decimals instead of 8 make of an answer.
  if (misbehaviour === "scales-up") return `5b${delegate(at + 1)}5f516402540be400025f523d5ff3`;
  if ("writes" in misbehaviour) return `5b60017f${misbehaviour.writes.slice(2)}5500`;
  return `5b${delegate(at + 1)}60017f${misbehaviour.afterwards.slice(2)}553d5ff3`;
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
