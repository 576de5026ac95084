import type { Rule } from "../rule.js";
import { rule as U1 } from "./U1.js";
import { rule as U2 } from "./U2.js";
import { rule as U3 } from "./U3.js";
import { rule as U4 } from "./U4.js";
import { rule as U5 } from "./U5.js";
import { rule as U6 } from "./U6.js";
import { rule as U7 } from "./U7.js";
import { rule as U8 } from "./U8.js";
import { rule as U9 } from "./U9.js";
import { rule as U10 } from "./U10.js";
import { rule as U11 } from "./U11.js";
import { rule as U12 } from "./U12.js";
import { rule as U13 } from "./U13.js";
import { rule as I1 } from "./I1.js";
import { rule as I2 } from "./I2.js";
import { rule as I3 } from "./I3.js";
import { rule as I4 } from "./I4.js";
import { rule as I5 } from "./I5.js";
import { rule as I6 } from "./I6.js";
import { rule as I7 } from "./I7.js";
import { rule as I8 } from "./I8.js";
import { rule as I9 } from "./I9.js";
import { rule as I10 } from "./I10.js";
import { rule as I11 } from "./I11.js";
import { rule as I12 } from "./I12.js";
import { rule as I13 } from "./I13.js";
import { rule as P1 } from "./P1.js";
import { rule as P2 } from "./P2.js";
import { rule as P3 } from "./P3.js";
import { rule as P4 } from "./P4.js";
import { rule as P5 } from "./P5.js";
import { rule as P6 } from "./P6.js";
import { rule as P7 } from "./P7.js";
import { rule as P8 } from "./P8.js";
import { rule as P9 } from "./P9.js";
import { rule as P10 } from "./P10.js";
import { rule as P11 } from "./P11.js";
import { rule as P12 } from "./P12.js";
import { rule as P13 } from "./P13.js";
import { rule as P14 } from "./P14.js";
import { rule as P15 } from "./P15.js";
import { rule as P16 } from "./P16.js";
import { rule as G1 } from "./G1.js";
import { rule as G2 } from "./G2.js";
import { rule as G3 } from "./G3.js";
import { rule as G14 } from "./G14.js";
import { rule as G15 } from "./G15.js";
import { rule as D1 } from "./D1.js";
import { rule as D2 } from "./D2.js";
import { rule as D3 } from "./D3.js";
import { rule as D4 } from "./D4.js";
import { rule as D5 } from "./D5.js";
import { rule as D7 } from "./D7.js";
import { rule as D11 } from "./D11.js";
import { rule as D12 } from "./D12.js";
import { rule as D13 } from "./D13.js";
import { rule as D14 } from "./D14.js";

/** Every rule of the first wave. This file is written by `scripts/generate-checks.ts`. */
export const RULES: readonly Rule[] = [
  U1,
  U2,
  U3,
  U4,
  U5,
  U6,
  U7,
  U8,
  U9,
  U10,
  U11,
  U12,
  U13,
  I1,
  I2,
  I3,
  I4,
  I5,
  I6,
  I7,
  I8,
  I9,
  I10,
  I11,
  I12,
  I13,
  P1,
  P2,
  P3,
  P4,
  P5,
  P6,
  P7,
  P8,
  P9,
  P10,
  P11,
  P12,
  P13,
  P14,
  P15,
  P16,
  G1,
  G2,
  G3,
  G14,
  G15,
  D1,
  D2,
  D3,
  D4,
  D5,
  D7,
  D11,
  D12,
  D13,
  D14,
];
