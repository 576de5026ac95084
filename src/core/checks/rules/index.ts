import type { Rule } from "../rule.js";
import { rule as I2 } from "./I2.js";
import { rule as I3 } from "./I3.js";
import { rule as P5 } from "./P5.js";

/** Every rule of the first wave. This file is written by `scripts/generate-checks.ts`. */
export const RULES: readonly Rule[] = [
  I2,
  I3,
  P5,
];
