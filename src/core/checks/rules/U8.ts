import type { VariableDeclaration } from "solidity-ast";
import type { ContractView } from "../ast/contract-view.js";
import { factsOf } from "../flow/facts.js";
import { isAuthorized } from "../flow/guards.js";
import type { Rule } from "../rule.js";
import { initializersOf, type Initializer } from "../upgradeable.js";
import { upgradePath } from "../upgrade-path.js";

export const rule: Rule = {
  id: "U8",
  title: "new variable that the upgrade never sets",
  severity: "medium",
  confidence: "high",
  source: "drydock",
  needs: ["2", "F"],
  flags:
    "The new version adds a state variable whose value it reads, and neither a reinitializer nor the function that the upgrade calls sets it. Mappings, arrays and sums that start at zero by nature are left out.",
  why: "On a live proxy the first initializer has long run: the variable stays zero, although it is set in every fresh deployment and every test.",
  remedy: "set it in a reinitializer, and let the upgrade call that reinitializer",
  references: { owasp: "SC03:2025 Logic Errors" },
  *pair(pair) {
    const { previous, next } = pair;
    const old = new Set(previous.variables.map(({ name }) => name));
    const path = upgradePath(pair);
    const written = new Set(path.flatMap((trace) => trace.effects.flatMap((effect) => (effect.kind === "write" ? [effect.storage.key] : []))));
    const initializers = initializersOf(next);
    for (const { key, declaration } of newScalars(next, previous, old)) {
      if (written.has(key) || declaration.value) continue;
      const use = meaningfulUse(next, key, initializers);
      if (use === undefined || use === "sum") continue;
      yield {
        view: next,
        at: declaration,
        confidence: use.settable ? "medium" : "high",
        detail: `${key.replace(/^ns:/, "")} is new and stays zero after the upgrade${use.settable ? " until somebody calls its setter" : ""}; ${use.reader} reads it${use.initializer === undefined ? "" : `, and only ${use.initializer} sets it, which this upgrade does not run`}`,
      };
    }
  },
};

function newScalars(next: ContractView, previous: ContractView, old: ReadonlySet<string>): { key: string; declaration: VariableDeclaration }[] {
  const isScalar = ({ typeDescriptions }: VariableDeclaration): boolean =>
    /^(?:u?int\d*|bytes\d+|address(?: payable)?|contract \S+|enum \S+)$/.test(typeDescriptions.typeString ?? "");
  const plain = next.variables.filter((variable) => !old.has(variable.name) && isScalar(variable));
  const before = new Set(namespaceFields(previous).map(({ key }) => key));
  const fields = namespaceFields(next).filter(({ key, declaration }) => !before.has(key) && isScalar(declaration));
  return [...plain.map((declaration) => ({ key: declaration.name, declaration })), ...fields];
}

/** Members of ERC-7201 structs. */
function namespaceFields(view: ContractView): { key: string; declaration: VariableDeclaration }[] {
  return view.bases.flatMap((base) =>
    base.nodes.flatMap((node) =>
      node.nodeType === "StructDefinition" && /Storage$/.test(node.name)
        ? node.members.map((declaration) => ({ key: `ns:${node.name}.${declaration.name}`, declaration }))
        : [],
    ),
  );
}

type Use = { reader: string; settable: boolean; initializer?: string };

function meaningfulUse(view: ContractView, key: string, initializers: readonly Initializer[]): Use | "sum" | undefined {
  const facts = factsOf(view);
  const initial = new Set(initializers.map(({ fn }) => fn.id));
  const writers = (facts.writes.get(key) ?? []).filter(({ entry }) => !initial.has(entry.id));
  // What ordinary use writes starts from zero by design.
  const byUsers = writers.some(({ trace, effect }) => !isAuthorized(trace, effect, facts));
  if (byUsers || writers.some(({ effect }) => /^[+-]=$/.test(effect.operator))) return "sum";
  const reader = (facts.reads.get(key) ?? []).find(
    ({ entry, trace }) => entry.name !== key.split(".").at(-1) && !initial.has(entry.id) && !isPlainGetter(trace.effects.length, trace.returns.length),
  );
  if (reader === undefined) return undefined;
  const initializer = initializers.find(({ trace }) => trace.effects.some((effect) => effect.kind === "write" && effect.storage.key === key));
  return { reader: reader.entry.name, settable: writers.length > 0, ...(initializer && { initializer: initializer.fn.name }) };
}

/** One read, one result: it shows the value and decides nothing. */
function isPlainGetter(effects: number, returns: number): boolean {
  return effects <= 1 && returns === 1;
}

