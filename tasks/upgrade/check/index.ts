import { positional, text, verbTask } from "../shared/define.js";

export const checkTask = verbTask("check", "Static and chain-state checks of a plan, or of contracts by pattern")
  .addPositionalArgument(positional("plan", "Plan file, or the folder that holds plan.ts"))
  .addOption(text("contracts", "Check the contracts whose source matches this pattern (`contracts/**/*.sol`) instead of a plan"))
  .addOption(text("sarif", "Also write the answer as SARIF 2.1.0 to this file"))
  .addOption(text("import", "SARIF files of other tools, comma-separated; their findings count like Drydock's own"))
  .addFlag({ name: "withSlither", description: "Run the slither of the PATH, too" })
  .addOption(text("baseline", "File of accepted findings instead of the configured one"))
  .addOption(text("writeBaseline", "Accept the findings that block now for 90 days, in this file; needs --reason and --author"))
  .addOption(text("reason", "Why the findings are acceptable, for --write-baseline"))
  .addOption(text("author", "Who accepts them, for --write-baseline"))
  .setAction(() => import("./action.js"))
  .build();
