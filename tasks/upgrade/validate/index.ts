import { positional, text, verbTask } from "../shared/define.js";

export const validateTask = verbTask("validate", "Storage layout: byte by byte against the live implementation, or between two contracts")
  .addPositionalArgument(positional("plan", "Plan file, or the folder that holds plan.ts"))
  .addOption(text("from", "Old contract, by name or path/File.sol:Name"))
  .addOption(text("fromRef", "Commit, tag or branch that holds the old source of --from (of --to when --from is not given)"))
  .addOption(text("to", "New contract, by name or path/File.sol:Name"))
  .addOption(text("manifest", "An OpenZeppelin manifest (.openzeppelin/*.json): every version against the next"))
  .addFlag({ name: "noReference", description: "Don't ask upgrades-core for a second opinion (saves its second compilation)" })
  .addOption(text("sarif", "Also write the findings as SARIF 2.1.0 to this file, each at its variable's line"))
  .addOption(text("svg", "Draw the slots whose bytes change into this file"))
  .setAction(() => import("./action.js"))
  .build();
