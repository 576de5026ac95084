import { positional, text, verbTask } from "../shared/define.js";

export const checkTask = verbTask("check", "Static and chain-state checks of a plan, or of contracts by pattern")
  .addPositionalArgument(positional("plan", "Plan file, or the folder that holds plan.ts"))
  .addOption(text("contracts", "Check the contracts whose source matches this pattern (`contracts/**/*.sol`) instead of a plan"))
  .setAction(() => import("./action.js"))
  .build();
