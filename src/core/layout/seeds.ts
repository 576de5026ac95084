import { toBeHex } from "ethers";
import { type AstIndex, type AstNode, isNode, node, walk } from "./ast.js";
import { constantWord, type Overrides } from "./constant.js";
import { type FunctionFacts, localScope, yulDeclaration, yulWord } from "./functions.js";
import type { SlotSeed } from "./types.js";

/** Constants of other uses, that stand beside hashed slots in one assembly block: signatures, typed data, errors. */
const OTHER_USE = /TYPE_?HASH|SIGNATURE|SELECTOR|ERROR|EVENT|DOMAIN|VERSION|(NAME|ROLE)_?HASH/i;
const SLOT_USE = /SLOT|SEED|POSITION|LOCATION|STORAGE|NAMESPACE|PREFIX|BASE|KEY/i;

/**
 * What goes into slots that are computed at run time, as in `mstore(0x0c, BALANCE_SEED) … sload(keccak256(0x0c, 0x20))` or
 * `keccak256(abi.encode(user, SEED))`: the slots themselves are not known here, but the same code with another seed finds
 * other slots.
 */
export function slotSeeds(index: AstIndex, functions: readonly FunctionFacts[], overrides: Overrides): SlotSeed[] {
  const seeds = new Map<string, SlotSeed>();
  const constant = (id: number): void => {
    const definition = index.get(id);
    if (definition?.constant !== true || OTHER_USE.test(String(definition.name))) return;
    const value = constantWord(index, node(definition.value), undefined, overrides);
    const place = index.placeOf(definition.src);
    if (value !== undefined) seeds.set(`constant ${String(definition.name)}`, { key: `constant ${String(definition.name)}`, value: toBeHex(value, 32), ...(place === undefined ? {} : { place }) });
  };
  for (const facts of functions) {
    for (const { root, references } of facts.hashed) {
      const shape = shapeOf(root);
      for (const id of references.values()) if (shape.plain || SLOT_USE.test(String(index.get(id)?.name))) constant(id);
      const name = `${String(index.ownerOf(facts.definition.id)?.name ?? "")}.${String(facts.definition.name)}`;
      const place = index.placeOf(facts.definition.src);
      const key = `${name}|${shape.skeleton}`;
      if (shape.plain && shape.stored.length > 0) seeds.set(key, { key, value: shape.stored.join(", "), name, ...(place === undefined ? {} : { place }) });
    }
    if (pointsAtComputedSlot(index, facts, overrides)) for (const id of hashedConstants(facts)) constant(id);
  }
  return [...seeds.values()];
}

/** An assembly block without its literals, the literals that it puts into memory, and whether it does nothing but storage. */
function shapeOf(root: AstNode): { skeleton: string; stored: string[]; plain: boolean } {
  const parts: string[] = [];
  const stored: string[] = [];
  let plain = true;
  walk(root, (current) => {
    if (current.nodeType === "YulLiteral") parts.push("_");
    else parts.push(`${current.nodeType}:${String(current.name ?? "")}`);
    if (current.nodeType !== "YulFunctionCall") return;
    const called = String(node(current.functionName)?.name);
    if (/^(revert|log[0-4]|call|staticcall)$/.test(called)) plain = false;
    const [, value] = Array.isArray(current.arguments) ? (current.arguments as unknown[]) : [];
    if (called === "mstore" && isNode(value) && value.nodeType === "YulLiteral") stored.push(String(value.value));
  });
  return { skeleton: parts.join(" "), stored, plain };
}

function pointsAtComputedSlot(index: AstIndex, facts: FunctionFacts, overrides: Overrides): boolean {
  if (facts.slotUses.length === 0) return false;
  const scope = localScope(index, facts, overrides);
  return facts.slotUses.some((use) => yulDeclaration(use) !== undefined && yulWord(index, use, scope) === undefined);
}

/** Constants among the arguments of `keccak256` in a function. */
function hashedConstants({ calls }: FunctionFacts): number[] {
  const found: number[] = [];
  for (const call of calls) {
    if (node(call.expression)?.name !== "keccak256") continue;
    walk(call, ({ referencedDeclaration }) => {
      if (typeof referencedDeclaration === "number") found.push(referencedDeclaration);
    });
  }
  return found;
}
