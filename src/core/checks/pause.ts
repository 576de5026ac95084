import type { ContractView } from "./ast/contract-view.js";
import { factsOf } from "./flow/facts.js";
import { isAuthorized } from "./flow/guards.js";
import { storageIn, storagePath, textOf, visit, type Term } from "./flow/term.js";
import { entriesOf, type Trace } from "./flow/trace.js";

const NAME = /paus|halt|frozen|freeze|stopped|shutdown|emergency/i;
/** Switches that are on while the protocol works. */
const LIVE = /^(?:ns:\w+\.)?_?(?:is)?(?:active|enabled|live|running|operational|(?:trading|market|system|protocol)(?:Active|Enabled|Open|Live))$/i;

/** Keys of the switches whose being off (or on, if they are named so) a run demands: `require(!paused)`. */
export function pausesAsked(trace: Trace): Set<string> {
  return new Set(switchesAsked(trace).map(({ key }) => key));
}

const LIVE_MEMBER = /\.(?:Live|Active|Normal|Running|Operational|Enabled|Open)$/i;

/** A switch that a run asks, and which part of it: the bit, or the element. */
export interface AskedSwitch {
  key: string;
  part: string;
}

export function switchesAsked(trace: Trace): AskedSwitch[] {
  const found = new Map<string, AskedSwitch>();
  const look = (holds: Term): void => {
    for (const key of storageIn(holds)) {
      const part = partAsked(holds, key);
      if (part !== undefined) found.set(`${key} ${part}`, { key, part });
    }
  };
  for (const { holds, kind } of entriesOf(trace.exit)) if (kind === "check") look(holds);
  for (const effect of trace.effects) if (effect.kind === "check" && entriesOf(effect.path).every(({ kind }) => kind === "check")) look(effect.holds);
  return [...found.values()];
}

/** What a condition wants to be off, if the key is a switch and the condition wants that. */
function partAsked(holds: Term, key: string): string | undefined {
  let asked: Term | undefined;
  const isPause = NAME.test(key);
  const isLive = LIVE.test(key);
  if (isLive && storagePath(holds)?.key === key) return textOf(holds);
  visit(holds, (term) => {
    if (term.op === "not" && isPause && storageIn(term.of).has(key)) asked = term.of;
    if (term.op !== "binary" || (term.operator !== "==" && term.operator !== "!=")) return;
    const [mine, other] = storageIn(term.left).has(key) ? [term.left, term.right] : [term.right, term.left];
    if (!storageIn(mine).has(key)) return;
    const isOff = other.op === "literal" && (other.text === "false" || other.text === "0");
    if (isPause && (term.operator === "==") === isOff) asked = mine;
    const isOn = other.op === "literal" && other.text === "true";
    if (isLive && (term.operator === "==") === isOn && (isOn || isOff)) asked = mine;
    if (isEnum(mine) && (term.operator === "==" ? LIVE_MEMBER : NAME).test(textOf(other))) asked = mine;
  });
  return asked === undefined ? undefined : textOf(asked);
}

function isEnum(term: Term): boolean {
  return term.op === "state" && /^enum /.test(term.declaration?.typeDescriptions.typeString ?? "");
}

/** Switches that some function turns on and off; an enum counts where somebody in charge chooses it, or sets it to such a member. */
export function pauseSwitches(view: ContractView): ReadonlySet<string> {
  let known = switchesKnown.get(view);
  if (known === undefined) {
    known = findSwitches(view);
    switchesKnown.set(view, known);
  }
  return known;
}

const switchesKnown = new WeakMap<ContractView, Set<string>>();

function findSwitches(view: ContractView): Set<string> {
  const facts = factsOf(view);
  const named = [...facts.writes.keys()].filter((key) => NAME.test(key) || LIVE.test(key));
  const asked = new Set(facts.mutating.flatMap((trace) => [...pausesAsked(trace)]));
  const chosen = [...asked].filter((key) =>
    facts.writes.get(key)?.some(({ trace, effect }) => isAuthorized(trace, effect, facts) && (effect.value.op === "parameter" || NAME.test(textOf(effect.value)))),
  );
  return new Set([...named, ...chosen]);
}
