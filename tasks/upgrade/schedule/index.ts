import { positional, text, verbTask } from "../shared/define.js";

export const scheduleTask = verbTask("schedule", "Send the signed schedule transaction, after reviewing again")
  .addPositionalArgument(positional("bundle", "Folder of the proposal bundle"))
  .addOption(text("account", "Configured account that pays for the transaction"))
  .setAction(() => import("./action.js"))
  .build();
