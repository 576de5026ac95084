/** Gas of every transaction and call: the cap of EIP-7825, so that what passes here also fits on chain. */
export const GAS_LIMIT = 2 ** 24;
/** {@link GAS_LIMIT} as JSON-RPC writes it. */
export const GAS = `0x${GAS_LIMIT.toString(16)}`;
export const BLOCK_GAS_LIMIT = 60_000_000;
