import { id } from "ethers";

/** Names that contracts give to role constants; a role is keccak256 of its name. */
const NAMES = [
  "UPGRADER_ROLE",
  "UPGRADE_ROLE",
  "PROXY_ADMIN_ROLE",
  "ADMIN_ROLE",
  "OWNER_ROLE",
  "GOVERNOR_ROLE",
  "GOVERNANCE_ROLE",
  "OPERATOR_ROLE",
  "MANAGER_ROLE",
  "GUARDIAN_ROLE",
  "PAUSER_ROLE",
  "KEEPER_ROLE",
  "MINTER_ROLE",
  "PROPOSER_ROLE",
  "EXECUTOR_ROLE",
  "CANCELLER_ROLE",
  "TIMELOCK_ADMIN_ROLE",
];

const BY_HASH = new Map<string, string>([
  [`0x${"0".repeat(64)}`, "DEFAULT_ADMIN_ROLE"],
  ...NAMES.map((name) => [id(name), name] as const),
]);

/** The usual name of an AccessControl role, or its first bytes. */
export function roleName(role: string): string {
  return BY_HASH.get(role.toLowerCase()) ?? `role ${role.slice(0, 10)}…`;
}
