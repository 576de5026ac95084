import { positional, verbTask } from "../shared/define.js";

export const statusTask = verbTask("status", "Where each proposal stands, and pending operations that no bundle explains")
  .addPositionalArgument(positional("bundle", "Folder of one proposal bundle; all of the chain's if left out"))
  .setAction(() => import("./action.js"))
  .build();
