import { Interface } from "ethers";
import type { PlanCall } from "../schema/plan.js";

/**
 * The entry points through which code changes. `upgradeAndCall` is ProxyAdmin v4 and v5; `upgradeToAndCall` UUPS and
 * transparent proxies; `upgradeTo` UUPS before OpenZeppelin 5 and every UpgradeableBeacon.
 */
export const UPGRADE_INTERFACE = new Interface([
  "function upgradeToAndCall(address newImplementation, bytes data)",
  "function upgradeTo(address newImplementation)",
  "function upgradeAndCall(address proxy, address implementation, bytes data)",
  "function upgrade(address proxy, address implementation)",
]);

export interface UpgradeTarget {
  kind: "uups" | "transparent" | "beacon";
  proxy: string;
  /** Transparent proxies only: the ProxyAdmin. */
  proxyAdmin?: string;
  /** What `UPGRADE_INTERFACE_VERSION()` answers; undefined before OpenZeppelin 5. */
  interfaceVersion?: string;
  newImplementation: string;
  /** Call data that the proxy delegates to the new implementation in the same call; `0x` for none. */
  initializer: string;
}

/**
 * The one call that puts a new implementation behind a proxy or beacon.
 *
 * Before OpenZeppelin 5, empty initializer data goes by the entry point without a call (`upgradeTo`, `upgrade`): the
 * old `…AndCall` functions always call. From 5.0.0 on only `…AndCall` is left, and empty data makes no call.
 *
 * @throws TypeError if a transparent proxy comes without its ProxyAdmin, or a beacon with an initializer.
 */
export function encodeUpgradeCall(target: UpgradeTarget): PlanCall {
  const { kind, proxy, proxyAdmin, newImplementation, initializer } = target;
  const isModern = target.interfaceVersion !== undefined;
  const encode = (name: string, args: readonly unknown[]) => UPGRADE_INTERFACE.encodeFunctionData(name, args);
  switch (kind) {
    case "beacon":
      if (initializer !== "0x") throw new TypeError("a beacon has no initializer call");
      return { target: proxy, value: "0", data: encode("upgradeTo", [newImplementation]) };
    case "uups":
      return !isModern && initializer === "0x"
        ? { target: proxy, value: "0", data: encode("upgradeTo", [newImplementation]) }
        : { target: proxy, value: "0", data: encode("upgradeToAndCall", [newImplementation, initializer]) };
    case "transparent":
      if (proxyAdmin === undefined) throw new TypeError("a transparent proxy is upgraded through its ProxyAdmin");
      return !isModern && initializer === "0x"
        ? { target: proxyAdmin, value: "0", data: encode("upgrade", [proxy, newImplementation]) }
        : { target: proxyAdmin, value: "0", data: encode("upgradeAndCall", [proxy, newImplementation, initializer]) };
  }
}
