/** Where proxies and upgradeable contracts keep what decides about their code. Every slot has its preimage beside it. */

/** EIP-1967 implementation: keccak256("eip1967.proxy.implementation") − 1. */
export const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
/** EIP-1967 admin: keccak256("eip1967.proxy.admin") − 1. */
export const ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";
/** EIP-1967 beacon: keccak256("eip1967.proxy.beacon") − 1. */
export const BEACON_SLOT = "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50";
/** ERC-1967 rollback test of OpenZeppelin Contracts 4.x: keccak256("eip1967.proxy.rollback") − 1. */
export const ROLLBACK_SLOT = "0x4910fdfa16fed3260ed0e7147f7cc6da11a60208b5b9406d12a635614ffd9143";

/** ERC-1822 logic contract: keccak256("PROXIABLE"). */
export const ERC1822_SLOT = "0xc5f16f0fcc639fa48a6947836d9850f504798523bf8c9a3a87d5876cf622bcf7";

/** ZeppelinOS and OpenZeppelin SDK before 2.5, implementation: keccak256("org.zeppelinos.proxy.implementation"). */
export const ZOS_IMPLEMENTATION_SLOT = "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3";
/** ZeppelinOS and OpenZeppelin SDK before 2.5, admin: keccak256("org.zeppelinos.proxy.admin"). */
export const ZOS_ADMIN_SLOT = "0x10d6a54a4754c8869d6886b5f5d7fbfa5b4522237ea5c60d11bc4e7a1ff9390b";

/** EIP-2535 reference implementations' diamond storage: keccak256("diamond.standard.diamond.storage"). */
export const DIAMOND_STORAGE_SLOT = "0xc8fcad8db84d3cc18b4c41d551ea0ee66dd599cde068d998e57d5e09332c131c";

/**
 * OpenZeppelin Contracts 5 Initializable, ERC-7201 namespace `openzeppelin.storage.Initializable`:
 * keccak256(abi.encode(uint256(keccak256(id)) − 1)) & ~0xff. Bytes from the right: 0–7 `_initialized` (uint64), 8 `_initializing`.
 */
export const INITIALIZABLE_SLOT = "0xf0c57e16840df040f15088dc2f81fe391c3923bec73e23a9662efc9c229c6a00";
/**
 * OpenZeppelin Contracts 3 and 4 keep Initializable in the first declared slot, which is 0 when Initializable is the first
 * base: byte 0 `_initialized` (bool, uint8 from 4.6), byte 1 `_initializing`, the rest free for what follows.
 */
export const LEGACY_INITIALIZABLE_SLOT = `0x${"0".repeat(64)}`;

/** OpenZeppelin Contracts 5 Ownable, ERC-7201 namespace `openzeppelin.storage.Ownable`: `_owner`. */
export const OWNABLE_SLOT = "0x9016d09d72d40fdae2fd8ceac6b6234c7706214fd39c1cd1e609a0528c199300";
/** OpenZeppelin Contracts 5 AccessControl, ERC-7201 namespace `openzeppelin.storage.AccessControl`: `_roles`. */
export const ACCESS_CONTROL_SLOT = "0x02dd7bc7dec4dceedda775e58dd541e08a116c6c53815c0bd028192f7b626800";
/** OpenZeppelin Contracts 5 AccessManaged, ERC-7201 namespace `openzeppelin.storage.AccessManaged`: `_authority`. */
export const ACCESS_MANAGED_SLOT = "0xf3177357ab46d8af007ab3fdb9af81da189e1068fefdc0073dca88a2cab40a00";
/** OpenZeppelin Contracts 5 TimelockControllerUpgradeable, namespace `openzeppelin.storage.TimelockController`: `_timestamps`, `_minDelay`. */
export const TIMELOCK_SLOT = "0x9a37c2aa9d186a0969ff8a8267bf4e07e864c2f2768f5040949e28a624fb3600";

/** Safe from 1.3.0, transaction guard: keccak256("guard_manager.guard.address"). */
export const SAFE_GUARD_SLOT = "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8";
/** Safe from 1.1.0, fallback handler: keccak256("fallback_manager.handler.address"). */
export const SAFE_FALLBACK_HANDLER_SLOT = "0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5";
/** Safe from 1.5.0, module guard: keccak256("module_manager.module_guard.address"). */
export const SAFE_MODULE_GUARD_SLOT = "0xb104e0b93118902c651344349b610029d694cfdec91c589c91ebafbcd0289947";

/**
 * Slots that a proxy and its implementation share by a standard's design: a UUPS implementation writes the proxy's pointer,
 * a facet the diamond's table.
 */
export const SHARED_SLOTS: ReadonlySet<string> = new Set([IMPLEMENTATION_SLOT, ADMIN_SLOT, BEACON_SLOT, ROLLBACK_SLOT, ERC1822_SLOT, DIAMOND_STORAGE_SLOT, ZOS_ADMIN_SLOT, ZOS_IMPLEMENTATION_SLOT]);
