/** Where a contract keeps its Initializable state: the ERC-7201 namespace (OpenZeppelin 5), or slot 0 (3 and 4). */
export type InitializedLocation = "erc7201" | "legacy" | "none";

export interface Initialized {
  /** `_initialized`: 0 never, 1 after `initializer`, n after `reinitializer(n)`; 2^64 − 1 (or 255) for ever disabled. */
  version: bigint;
  initializing: boolean;
  location: InitializedLocation;
}

/** `_disableInitializers()` of OpenZeppelin 5 writes this version. */
export const DISABLED_ERC7201 = 2n ** 64n - 1n;
/** `_disableInitializers()` of OpenZeppelin 4.6 to 4.9 writes this version. */
export const DISABLED_LEGACY = 255n;

/**
 * Reads both places. The legacy place is a guess, because slot 0 belongs to whatever contract comes first: it is taken
 * only when the second byte is a boolean and nothing but an address may follow (what packs behind it in practice).
 *
 * @param namespaced the word at INITIALIZABLE_SLOT
 * @param first the word at slot 0
 */
export function initializedFrom(namespaced: string, first: string): Initialized {
  const word = BigInt(namespaced);
  if (word !== 0n) {
    return { version: word & (2n ** 64n - 1n), initializing: ((word >> 64n) & 0xffn) !== 0n, location: "erc7201" };
  }
  const legacy = BigInt(first);
  const version = legacy & 0xffn;
  const flag = (legacy >> 8n) & 0xffn;
  const rest = legacy >> 16n;
  const plausible = version !== 0n && flag <= 1n && (rest === 0n || (version <= 16n && rest > 2n ** 100n && rest < 2n ** 160n));
  if (!plausible) return { version: 0n, initializing: false, location: "none" };
  return { version, initializing: flag === 1n, location: "legacy" };
}

/** Whether the version means that no initializer can ever run again. */
export function isDisabled({ version, location }: Initialized): boolean {
  return location === "erc7201" ? version === DISABLED_ERC7201 : location === "legacy" && version === DISABLED_LEGACY;
}
