import { FunctionFragment, id, Interface } from "ethers";
import { getCode } from "../../chain/reads.js";
import type { PlanCore } from "../../core/schema/plan.js";
import { rehearsalAccount, RELAYER, STRANGER } from "../fork/accounts.js";
import type { Fork } from "../fork/fork.js";
import { argumentLists } from "../scenarios/argument-pool.js";
import type { KnownContract } from "../types.js";
import { wrapped, type Misbehaviour } from "./wrapper.js";

/** Something that goes wrong on purpose, so that a rehearsal shows that it would notice. */
export interface Fault {
  id: string;
  /** In one sentence. */
  what: string;
  /** The part of the rehearsal that has to notice. */
  stage: "state diff" | "post-checks" | "getters" | "probes" | "scenarios";
  when: "before-execution" | "after-execution";
  /** Makes it so on the fork; answers what exactly, or undefined where this upgrade offers no place for it. */
  inject(fork: Fork): Promise<string | undefined>;
}

const JUNK = id("drydock self-test");
const UUPS = new Interface(["function upgradeToAndCall(address newImplementation, bytes data) payable"]).getFunction("upgradeToAndCall")!;
const INITIALIZER = /^(re)?init(ialize)?/i;
const NOTHING = { addresses: [STRANGER], words: [JUNK], numbers: [1n], calls: [] };
/** Functions that only a market scenario calls, by the words that venues use for them. */
const MARKET = /^(withdraw|trade|close|sell|redeem|liquidate|fillOrder|swap|repay|borrow|exit|claim)/i;

/** Generic faults for a plan: mutations of what the proxies run, as far as their ABIs and kinds offer a place for them. */
export function genericFaults(plan: PlanCore, known: readonly KnownContract[], hasAdapter: boolean): Fault[] {
  const proxies = plan.changes.filter(({ kind }) => kind !== "pointer");
  const contractOf = (proxy: string): KnownContract | undefined => known.find(({ address }) => address.toLowerCase() === proxy.toLowerCase());
  /** Tries `place` for every changed proxy until one offers a function to spoil. */
  const spoil =
    (misbehaviour: Misbehaviour, place: (fork: Fork, contract: KnownContract) => Promise<FunctionFragment | undefined>) =>
    async (fork: Fork): Promise<string | undefined> => {
      for (const { proxy, newImplementation } of proxies) {
        const contract = contractOf(proxy);
        const fragment = contract?.abi === undefined ? undefined : await place(fork, contract);
        if (contract === undefined || fragment === undefined) continue;
        await wrap(fork, newImplementation, fragment.selector, misbehaviour);
        return `${contract.name}.${fragment.format("sighash")}`;
      }
      return undefined;
    };
  const after = (fault: Omit<Fault, "when">): Fault => ({ ...fault, when: "after-execution" });
  return [
    {
      id: "undeclared-write",
      what: "the execution writes a storage word that nobody declared",
      stage: "state diff",
      when: "before-execution",
      async inject(fork) {
        // The upgrade runs in the old implementation's code: that is where a write can be slipped in.
        const change = proxies.find(({ kind }) => kind === "uups");
        if (change === undefined) return undefined;
        await wrap(fork, change.oldImplementation, UUPS.selector, { afterwards: JUNK });
        return `${contractOf(change.proxy)?.name ?? change.proxy}, slot ${JUNK}`;
      },
    },
    {
      id: "other-code",
      what: "what stands at the planned address is other code than planned",
      stage: "post-checks",
      when: "before-execution",
      async inject(fork) {
        const [change] = proxies;
        if (change === undefined) return undefined;
        await fork.setCode(change.newImplementation, `${await getCode(fork.port, change.newImplementation)}00`);
        return change.newImplementation;
      },
    },
    after({ id: "getter-units", what: "a getter answers ten orders of magnitude too much", stage: "getters", inject: spoil("scales-up", (fork, contract) => answeringGetter(fork, contract, true)) }),
    after({ id: "getter-reverts", what: "a getter that answered before reverts", stage: "getters", inject: spoil("reverts", (fork, contract) => answeringGetter(fork, contract, false)) }),
    after({ id: "guard-dropped", what: "a function that refused strangers lets them write", stage: "probes", inject: spoil({ writes: JUNK }, refusingFunction) }),
    after({
      id: "initializer-open",
      what: "an initializer can be called by anybody",
      stage: "probes",
      inject: spoil({ writes: JUNK }, async (_fork, contract) => functionsOf(contract).find(({ name }) => INITIALIZER.test(name))),
    }),
    after({ id: "upgrade-open", what: "anybody may upgrade", stage: "probes", inject: spoil("takes-any-implementation", upgradeFunction) }),
    after({ id: "upgrade-stuck", what: "nobody can upgrade any more", stage: "probes", inject: spoil("reverts", upgradeFunction) }),
    ...(hasAdapter
      ? [after({ id: "market-stops", what: "a function that users need reverts", stage: "scenarios", inject: spoil("reverts", async (_fork, contract) => functionsOf(contract).find(({ name }) => MARKET.test(name))) })]
      : []),
  ];
}

async function wrap(fork: Fork, implementation: string, selector: string, misbehaviour: Misbehaviour): Promise<void> {
  const original = rehearsalAccount(`code of ${implementation}`);
  await fork.setCode(original, await getCode(fork.port, implementation));
  await fork.setCode(implementation, wrapped(original, selector, misbehaviour));
}

function functionsOf({ abi }: KnownContract): FunctionFragment[] {
  return new Interface((abi ?? []) as never[]).fragments.filter((fragment) => fragment instanceof FunctionFragment).filter(({ constant }) => !constant);
}

async function upgradeFunction(_fork: Fork, contract: KnownContract): Promise<FunctionFragment | undefined> {
  return functionsOf(contract).find(({ selector }) => selector === UUPS.selector);
}

/** A view without arguments that answers one word, not zero, on the old and on the new version. */
async function answeringGetter(fork: Fork, { address, abi, oldAbi }: KnownContract, number: boolean): Promise<FunctionFragment | undefined> {
  const iface = new Interface((abi ?? []) as never[]);
  const old = new Interface((oldAbi ?? abi ?? []) as never[]);
  for (const fragment of iface.fragments) {
    if (!(fragment instanceof FunctionFragment) || !fragment.constant || fragment.inputs.length > 0) continue;
    // What UUPS itself asks for has probes of its own.
    if (fragment.name === "proxiableUUID" || old.getFunction(fragment.selector) === null) continue;
    if (number && !(fragment.outputs.length === 1 && /^uint(256|128)$/.test(fragment.outputs[0]?.type ?? ""))) continue;
    const outcome = await fork.call({ from: RELAYER, to: address, data: fragment.selector });
    if (outcome.succeeded && outcome.data.length >= 66 && BigInt(outcome.data.slice(0, 66)) !== 0n) return fragment;
  }
  return undefined;
}

/** A function that refuses a stranger now, and did before. */
async function refusingFunction(fork: Fork, contract: KnownContract): Promise<FunctionFragment | undefined> {
  const iface = new Interface((contract.abi ?? []) as never[]);
  const old = new Interface((contract.oldAbi ?? contract.abi ?? []) as never[]);
  for (const fragment of functionsOf(contract)) {
    if (INITIALIZER.test(fragment.name) || fragment.selector === UUPS.selector || old.getFunction(fragment.selector) === null) continue;
    const [list] = argumentLists(fragment, NOTHING, 1, STRANGER);
    if (list === undefined) continue;
    const outcome = await fork.call({ from: STRANGER, to: contract.address, data: iface.encodeFunctionData(fragment, list) });
    // Access control speaks by name; other refusals may depend on the arguments.
    if (!outcome.succeeded && /^0x(e2517d3f|118cdaa7|08c379a0)/.test(outcome.data)) return fragment;
  }
  return undefined;
}
