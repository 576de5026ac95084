import { positional, text, verbTask } from "../shared/define.js";

export const executeTask = verbTask("execute", "Execute the operation once its delay has passed, and verify what changed")
  .addPositionalArgument(positional("bundle", "Folder of the proposal bundle"))
  .addOption(text("account", "Configured account that pays for the transaction"))
  .setAction(() => import("./action.js"))
  .build();
