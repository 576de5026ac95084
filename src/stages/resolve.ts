import { keccak256, ZeroHash } from "ethers";
import { contractOf, create2Address, initCodeOf } from "../build/init-code.js";
import type { LiveBuild } from "../build/live-build.js";
import type { ChainPort } from "../chain/port.js";
import { readProxy, type ProxyState } from "../chain/proxy.js";
import { chainId, getCode } from "../chain/reads.js";
import { readSafe, type SafeState } from "../chain/safe.js";
import { readTimelock, type TimelockState } from "../chain/timelock.js";
import { allInOrder } from "../core/all-in-order.js";
import { planHash } from "../core/plan/plan-hash.js";
import { operationIdOf } from "../core/plan/route.js";
import { encodeUpgradeCall } from "../core/plan/upgrade-calls.js";
import type { PlanCall, PlanChange, PlanCore } from "../core/schema/plan.js";
import type { BuiltContract } from "../core/solc.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import type { UpgradeChange, UpgradeDefinition } from "../plan.js";
import { encodeCall, resolveArgument, type ReferenceResolver } from "./arguments.js";
import type { NameBook } from "./names.js";
import { runtimeCodeOf } from "./runtime-code.js";

/** EIP-170: the most bytes of runtime code. */
const MAX_CODE = 24_576;

/** Everything that a plan is resolved against. */
export interface ResolveContext {
  chain: ChainPort;
  /** The network's name, for errors. */
  network: string;
  /** Block that every read stands on. */
  block: bigint;
  names: NameBook;
  /** Builds a contract of the project with what goes on chain. */
  build(contract: string): Promise<BuiltContract>;
  /** Finds the build that live code comes from; `reference` is the plan's hint. */
  findLive(liveCode: string, reference: string | undefined): Promise<LiveBuild | undefined>;
}

/** One change with what it was resolved from. */
export interface ResolvedChange extends PlanChange {
  /** Name of the proxy, or its address. */
  name: string;
  /** The new implementation. */
  contract: string;
  built: BuiltContract;
  initCode: string;
  salt: string;
  /** Whether the new implementation has code at the block. */
  deployed: boolean;
  /** The live implementation's runtime code. */
  oldCode: string;
  /** What the new implementation's runtime code is or will be. */
  newCode: string;
  /** The proxy as it stands; for kind `pointer` of the contract that holds the pointer. */
  state: ProxyState;
  /** Call data of the initializer that the upgrade call carries, `0x` for none. */
  initializer: string;
  /** The build that the live implementation comes from; undefined when none at hand matches its code. */
  oldBuild: LiveBuild | undefined;
  /** Contract that the plan names as the live implementation's. */
  reference?: string;
}

export interface ResolvedPlan {
  title: string;
  core: PlanCore;
  /** The plan hash, which is the timelock salt. */
  hash: string;
  /** Id of the timelock operation. */
  operationId: string;
  block: bigint;
  changes: ResolvedChange[];
  safe: SafeState;
  timelock: TimelockState;
}

/**
 * Turns a plan's names into addresses, builds its implementations, reads what stands on chain, and encodes the batch.
 * The same plan on the same state gives the same core, byte for byte, whoever resolves it and whether or not the
 * implementations are deployed yet.
 *
 * @throws DrydockError for everything that makes the plan impossible: wrong chain, unknown names, addresses without
 * code, a Safe that may not propose, a delay below the timelock's minimum, functions or arguments that don't fit.
 */
export async function resolvePlan(definition: UpgradeDefinition, context: ResolveContext): Promise<ResolvedPlan> {
  const { chain, block, names, network } = context;
  const actual = await chainId(chain);
  if (actual !== BigInt(definition.chainId)) {
    throw new DrydockError(ERRORS.CHAIN_ID_MISMATCH, { expected: definition.chainId, network, actual });
  }
  const safeAddress = names.addressOf(definition.route.safe);
  const timelockAddress = names.addressOf(definition.route.timelock);
  await requireCode(context, safeAddress, "the route's Safe");
  await requireCode(context, timelockAddress, "the route's timelock");
  const [safe, timelock] = [await readSafe(chain, safeAddress, block), await readTimelock(chain, timelockAddress, block)];
  if (!timelock.proposers.includes(safe.address)) {
    throw new DrydockError(ERRORS.SAFE_NOT_PROPOSER, { safe: safe.address, timelock: timelock.address });
  }
  const delay = definition.delay === undefined ? timelock.minDelay : BigInt(definition.delay);
  if (delay < timelock.minDelay) throw new DrydockError(ERRORS.DELAY_TOO_SHORT, { delay, minimum: timelock.minDelay });

  const contracts = [...new Set(definition.changes.map(({ contract }) => contract))];
  const built = await allInOrder(contracts.map((contract) => context.build(contract)));
  const builds = new Map(built.map((contract, index) => [contracts[index] ?? "", contract]));
  const references = referenceResolver(definition, names, (change) => addressOfNew(change, builds, names));
  const changes: ResolvedChange[] = [];
  for (const change of definition.changes) changes.push(await resolveChange(change, context, builds, references));
  const calls = await resolveCalls(definition, changes, context, references);

  const core: PlanCore = {
    schema: "drydock/plan@1",
    chainId: actual.toString(),
    safe: safe.address,
    timelock: timelock.address,
    delay: delay.toString(),
    predecessor: (definition.predecessor ?? ZeroHash).toLowerCase(),
    attempt: String(definition.attempt ?? 1),
    changes: changes.map(({ proxy, kind, oldImplementation, oldCodeHash, newImplementation, newCodeHash, initCodeHash }) => ({
      proxy,
      kind,
      oldImplementation,
      oldCodeHash,
      newImplementation,
      newCodeHash,
      initCodeHash,
    })),
    calls,
  };
  const hash = planHash(core);
  return { title: definition.title, core, hash, operationId: operationIdOf(core), block, changes, safe, timelock };
}

async function resolveChange(
  change: UpgradeChange,
  context: ResolveContext,
  builds: ReadonlyMap<string, BuiltContract>,
  references: ReferenceResolver,
): Promise<ResolvedChange> {
  const { chain, block, names } = context;
  const proxy = names.addressOf(change.proxy);
  await requireCode(context, proxy, change.proxy);
  const state = await readProxy(chain, proxy, block);
  const oldImplementation = liveTarget(change, state, names);
  const oldCode = await requireCode(context, oldImplementation, `the live implementation of ${change.proxy}`);
  const built = builtOf(builds, change.contract);
  const salt = (change.salt ?? ZeroHash).toLowerCase();
  const initCode = newInitCode(change, built, references);
  const created = await runtimeCodeOf(chain, initCode, salt, block).catch((error: unknown) => {
    throw tooLarge(built) ?? error;
  });
  const initializer =
    change.initializer === undefined
      ? "0x"
      : encodeCall(
          contractOf(built).abi,
          change.contract,
          change.initializer.function,
          (change.initializer.args ?? []).map((argument) => resolveArgument(argument, references)),
        ).data;
  return {
    proxy,
    kind: change.kind,
    oldImplementation,
    oldCodeHash: keccak256(oldCode),
    newImplementation: created.address,
    newCodeHash: keccak256(created.code),
    initCodeHash: keccak256(initCode),
    name: change.proxy,
    contract: change.contract,
    built,
    initCode,
    salt,
    deployed: created.deployed,
    oldCode,
    newCode: created.code,
    state,
    initializer,
    oldBuild: await liveBuildOf(change, oldImplementation, oldCode, context),
    ...(change.reference === undefined ? {} : { reference: change.reference }),
  };
}

/** Why a contract can't be created, where it is its size: the chain itself gives no reason for that. */
function tooLarge(built: BuiltContract): DrydockError | undefined {
  const size = (contractOf(built).evm?.deployedBytecode?.object ?? "").length / 2;
  const over = size - MAX_CODE;
  return over > 0 ? new DrydockError(ERRORS.CODE_TOO_LARGE, { contract: built.name, size, over, limit: MAX_CODE }) : undefined;
}

/** The build behind the live code; refuses a plan that starts from another version than the one that runs. */
async function liveBuildOf(
  change: UpgradeChange,
  implementation: string,
  liveCode: string,
  context: ResolveContext,
): Promise<LiveBuild | undefined> {
  const found = await context.findLive(liveCode, change.from ?? change.reference);
  if (change.from === undefined || found?.origin === "reference") return found;
  throw new DrydockError(ERRORS.OTHER_VERSION_LIVE, {
    expected: change.from,
    proxy: change.proxy,
    live: found === undefined ? `code of unknown source at ${implementation}` : `${found.built.name} at ${implementation}`,
  });
}

async function resolveCalls(
  definition: UpgradeDefinition,
  changes: readonly ResolvedChange[],
  context: ResolveContext,
  references: ReferenceResolver,
): Promise<PlanCall[]> {
  const further: Record<"before" | "after", PlanCall[]> = { before: [], after: [] };
  for (const call of definition.calls ?? []) {
    const target = context.names.addressOf(call.target);
    await requireCode(context, target, call.target);
    const change = changes.find(({ proxy }) => proxy === target);
    const contract = call.contract ?? change?.contract;
    if (contract === undefined) {
      const detail = `the call of ${call.function} on ${call.target} needs \`contract\`, whose ABI has the function`;
      throw new DrydockError(ERRORS.PLAN_INVALID, { path: definition.title, detail });
    }
    const built = changes.find((known) => known.contract === contract)?.built ?? (await context.build(contract));
    const args = (call.args ?? []).map((argument) => resolveArgument(argument, references));
    const { data } = encodeCall(contractOf(built).abi, contract, call.function, args);
    further[call.when ?? "after"].push({ target, value: (call.value ?? 0n).toString(), data });
  }
  const upgrades = changes.flatMap(({ kind, proxy, state, newImplementation, initializer }) =>
    kind === "pointer"
      ? []
      : [
          encodeUpgradeCall({
            kind,
            proxy,
            newImplementation,
            initializer,
            ...(state.admin === undefined ? {} : { proxyAdmin: state.admin }),
            ...(state.upgradeInterfaceVersion === undefined ? {} : { interfaceVersion: state.upgradeInterfaceVersion }),
          }),
        ],
  );
  return [...further.before, ...upgrades, ...further.after];
}

/** What stands behind the proxy, beacon or pointer now. */
function liveTarget(change: UpgradeChange, state: ProxyState, names: NameBook): string {
  const refuse = (detail: string): never => {
    throw new DrydockError(ERRORS.NOT_UPGRADEABLE_THIS_WAY, { proxy: change.proxy, kind: change.kind, detail });
  };
  if (change.kind === "pointer") return names.addressOf(change.replaces ?? "");
  if (state.kind === "none") throw new DrydockError(ERRORS.NOT_A_PROXY, { address: state.address, what: change.proxy });
  if (state.kind !== change.kind && !(change.kind === "uups" && state.proxiable)) {
    refuse(state.kind === "beacon-proxy" ? `it is a beacon proxy; name its beacon ${state.beacon}` : `it is ${state.kind}`);
  }
  return state.implementation ?? refuse("it has no implementation");
}

function newInitCode(change: UpgradeChange, built: BuiltContract, references: ReferenceResolver): string {
  return initCodeOf(built, (change.constructorArgs ?? []).map((argument) => resolveArgument(argument, references)));
}

/** The CREATE2 address that a change's new implementation will have; its constructor may not refer to others' new code. */
function addressOfNew(change: UpgradeChange, builds: ReadonlyMap<string, BuiltContract>, names: NameBook): string {
  const onlyNames: ReferenceResolver = {
    addressOf: (name) => names.addressOf(name),
    implementationOf(of) {
      const detail = `the constructor of ${change.contract} refers to the new implementation of ${of}, which is not possible`;
      throw new DrydockError(ERRORS.PLAN_INVALID, { path: change.proxy, detail });
    },
  };
  const initCode = newInitCode(change, builtOf(builds, change.contract), onlyNames);
  return create2Address(initCode, (change.salt ?? ZeroHash).toLowerCase());
}

function referenceResolver(
  definition: UpgradeDefinition,
  names: NameBook,
  addressOfChange: (change: UpgradeChange) => string,
): ReferenceResolver {
  return {
    addressOf: (name) => names.addressOf(name),
    implementationOf(of) {
      const change = definition.changes.find(({ proxy, contract, kind }) => (kind === "pointer" ? contract : proxy) === of);
      if (change === undefined) {
        const detail = `implementation("${of}") names no change of this plan`;
        throw new DrydockError(ERRORS.PLAN_INVALID, { path: definition.title, detail });
      }
      return addressOfChange(change);
    },
  };
}

function builtOf(builds: ReadonlyMap<string, BuiltContract>, contract: string): BuiltContract {
  const built = builds.get(contract);
  if (built === undefined) throw new DrydockError(ERRORS.CONTRACT_NOT_FOUND, { contract, hint: "" });
  return built;
}

async function requireCode({ chain, block, names }: ResolveContext, address: string, what: string): Promise<string> {
  const code = await getCode(chain, address, block);
  if (code === "0x") {
    const name = names.nameOf(address);
    const described = name === undefined || name === what ? what : `${what}, ${name}`;
    throw new DrydockError(ERRORS.NO_CODE, { address, what: described, chainId: await chainId(chain), block });
  }
  return code;
}
