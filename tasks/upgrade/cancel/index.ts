import { positional, text, verbTask } from "../shared/define.js";

export const cancelTask = verbTask("cancel", "Cancel the scheduled operation through the Safe")
  .addPositionalArgument(positional("bundle", "Folder of the proposal bundle"))
  .addOption(text("account", "Configured account that pays for the transaction"))
  .setAction(() => import("./action.js"))
  .build();
