import { ZeroAddress } from "ethers";
import { delegationTarget, hasOpcode, minimalProxyTarget, OPCODE } from "../core/proxy/bytecode.js";
import { initializedFrom, type Initialized } from "../core/proxy/initialized.js";
import {
  ADMIN_SLOT,
  BEACON_SLOT,
  ERC1822_SLOT,
  IMPLEMENTATION_SLOT,
  INITIALIZABLE_SLOT,
  LEGACY_INITIALIZABLE_SLOT,
  ZOS_ADMIN_SLOT,
  ZOS_IMPLEMENTATION_SLOT,
} from "../core/proxy/slots.js";
import { proxyInterface } from "./interfaces.js";
import type { BlockRef, ChainPort } from "./port.js";
import { addressIn, getCode, getStorage, tryCallFunction } from "./reads.js";

export type ProxyKind =
  | "uups"
  | "transparent"
  | "beacon-proxy"
  | "beacon"
  | "minimal"
  | "diamond"
  /** Has code, and is no proxy. */
  | "none"
  /** Delegates somewhere, in a way that is not understood here. */
  | "unknown";

export type ProxyStandard = "eip1967" | "erc1822" | "zos" | "eip1167" | "eip2535";

/** What an address is as a proxy, from its code and storage. Addresses have their checksum. */
export interface ProxyState {
  address: string;
  kind: ProxyKind;
  /** Which standard's place it was found in. */
  standard?: ProxyStandard;
  /** What runs; for a beacon proxy what its beacon answers; the facets of a diamond are in `facets`. */
  implementation?: string;
  /** Transparent: the admin slot. */
  admin?: string;
  /** Transparent: `owner()` of the admin, if it is a ProxyAdmin. */
  adminOwner?: string;
  /** Beacon proxy: the beacon slot. */
  beacon?: string;
  /** Beacon, and beacon proxy: `owner()` of the beacon. */
  beaconOwner?: string;
  /** UUPS and diamonds: what the proxy's own `owner()` answers. */
  owner?: string;
  /** Diamond: EIP-2535 `facetAddresses()`. */
  facets?: string[];
  /** `UPGRADE_INTERFACE_VERSION()` of the ProxyAdmin or of the UUPS implementation; undefined before OpenZeppelin 5. */
  upgradeInterfaceVersion?: string;
  /** The implementation answers `proxiableUUID()`: it brings its own upgrade function, whatever else there is. */
  proxiable: boolean;
  /** No code at all. */
  empty: boolean;
}

/**
 * Finds out what `address` is: EIP-1967 slots first, then ERC-1822, ZeppelinOS, EIP-1167 code, EIP-2535 loupe, beacon.
 * Storage decides, calls only add names; a proxy whose implementation reverts on everything is still found.
 */
export async function readProxy(chain: ChainPort, address: string, block: BlockRef = "latest"): Promise<ProxyState> {
  const slot = async (at: string) => addressIn(await getStorage(chain, address, at, block)) ?? undefined;
  const [code, implementation, admin, beacon, erc1822, zosImplementation, zosAdmin] = await Promise.all([
    getCode(chain, address, block),
    slot(IMPLEMENTATION_SLOT),
    slot(ADMIN_SLOT),
    slot(BEACON_SLOT),
    slot(ERC1822_SLOT),
    slot(ZOS_IMPLEMENTATION_SLOT),
    slot(ZOS_ADMIN_SLOT),
  ]);
  const base = { address, proxiable: false, empty: code === "0x" };
  if (base.empty || delegationTarget(code) !== undefined) return { ...base, kind: "none" };

  if (beacon !== undefined && implementation === undefined) {
    const [target, beaconOwner] = await Promise.all([ask(beacon, "implementation"), ask(beacon, "owner")]);
    return { ...base, kind: "beacon-proxy", standard: "eip1967", beacon, ...defined({ implementation: target, beaconOwner }) };
  }
  const target = implementation ?? zosImplementation ?? erc1822;
  if (target !== undefined) return readSlotProxy(target);

  const minimal = minimalProxyTarget(code);
  if (minimal !== undefined) return { ...base, kind: "minimal", standard: "eip1167", implementation: minimal };

  const [facets, answered, owner] = await Promise.all([
    tryCallFunction(chain, proxyInterface, "facetAddresses", [], { to: address, block }),
    ask(address, "implementation"),
    ask(address, "owner"),
  ]);
  if (facets !== undefined && facets[0].length > 0) {
    return { ...base, kind: "diamond", standard: "eip2535", facets: [...facets[0]], ...defined({ owner }) };
  }
  const delegates = hasOpcode(code, OPCODE.DELEGATECALL);
  if (answered !== undefined && !delegates && (await getCode(chain, answered, block)) !== "0x") {
    return { ...base, kind: "beacon", implementation: answered, ...defined({ beaconOwner: owner }) };
  }
  // A contract that delegates and is small is a forwarder of some kind; libraries and multicalls delegate too, but are big.
  return { ...base, kind: delegates && code.length < FORWARDER_CODE_LIMIT ? "unknown" : "none", ...defined({ owner }) };

  async function readSlotProxy(target: string): Promise<ProxyState> {
    const slotAdmin = implementation === undefined ? zosAdmin : admin;
    const standard = implementation !== undefined ? "eip1967" : zosImplementation !== undefined ? "zos" : "erc1822";
    // An implementation that is a proxy itself reads its target from this proxy's storage, and so calls itself until the
    // gas is gone: there is nothing to ask it.
    const looped = target === address || addressIn(await getStorage(chain, target, IMPLEMENTATION_SLOT, block)) !== null;
    const [uuid, owner, adminOwner, version] = await Promise.all([
      looped ? undefined : tryCallFunction(chain, proxyInterface, "proxiableUUID", [], { to: target, block }),
      looped ? undefined : ask(address, "owner"),
      slotAdmin === undefined ? undefined : ask(slotAdmin, "owner"),
      looped && slotAdmin === undefined
        ? undefined
        : tryCallFunction(chain, proxyInterface, "UPGRADE_INTERFACE_VERSION", [], { to: slotAdmin ?? address, block }),
    ]);
    const proxiable = uuid !== undefined;
    return {
      ...base,
      kind: slotAdmin !== undefined ? "transparent" : proxiable || standard === "erc1822" ? "uups" : "unknown",
      standard,
      implementation: target,
      proxiable,
      ...defined({ admin: slotAdmin, adminOwner, owner, upgradeInterfaceVersion: version?.[0] as string | undefined }),
    };
  }

  async function ask(to: string, name: "owner" | "implementation"): Promise<string | undefined> {
    const answer = await tryCallFunction(chain, proxyInterface, name, [], { to, block });
    return answer === undefined || answer[0] === ZeroAddress ? undefined : (answer[0] as string);
  }
}

/** The Initializable state behind `proxy` (or of a bare implementation); see {@link initializedFrom} for what is a guess. */
export async function readInitialized(chain: ChainPort, proxy: string, block: BlockRef = "latest"): Promise<Initialized> {
  const [namespaced, first] = await Promise.all([
    getStorage(chain, proxy, INITIALIZABLE_SLOT, block),
    getStorage(chain, proxy, LEGACY_INITIALIZABLE_SLOT, block),
  ]);
  return initializedFrom(namespaced, first);
}

/** 2.5 kB of code, in hex digits. */
const FORWARDER_CODE_LIMIT = 5_000;

function defined<T extends Record<string, unknown>>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
