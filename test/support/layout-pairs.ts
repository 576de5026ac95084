import type { BuiltContract } from "../../src/core/solc.js";
import { layoutOf, validatePair } from "../../src/stages/validate.js";
import type { ValidatePairParts } from "../../src/core/schema/validate.js";
import { BAD_PAIRS } from "../fixtures/layout/bad.js";
import { GOOD_PAIRS } from "../fixtures/layout/good.js";
import { OPENZEPPELIN_PAIRS } from "../fixtures/layout/openzeppelin.js";
import { SLOT_PAIRS } from "../fixtures/layout/slots.js";
import type { LayoutPair } from "../fixtures/layout/pair.js";
import { compileSource, solc } from "./solc.js";

export const LAYOUT_PAIRS: LayoutPair[] = [...BAD_PAIRS, ...GOOD_PAIRS, ...OPENZEPPELIN_PAIRS, ...SLOT_PAIRS];

/** `contract C` of one source text, as the stages take it. */
export function build(source: string, version = "0.8.28"): BuiltContract {
  return { solcVersion: `${version}+commit.00000000`, ...compileSource(source, version), file: "C.sol", name: "C" };
}

/** Runs a pair through the stage, with upgrades-core beside when asked. */
export async function validateLayoutPair(pair: LayoutPair, secondOpinion: boolean): Promise<ValidatePairParts> {
  const version = pair.version ?? "0.8.28";
  const history = pair.before === undefined ? [] : [{ name: "version 1", layout: layoutOf(build(pair.before, version)) }];
  return validatePair(build(pair.from, version), build(pair.to, version), {
    secondOpinion,
    history,
    compile: async (_, input) => JSON.parse(solc(version).compile(JSON.stringify(input))) as BuiltContract["output"],
  });
}
