import { positional, text, verbTask } from "../shared/define.js";

export const signTask = verbTask("sign", "Sign one step of a proposal (EIP-712), after a full review that passes")
  .addPositionalArgument(positional("bundle", "Folder of the proposal bundle"))
  .addOption(text("step", "schedule, execute or cancel"))
  .addOption(text("account", "Configured owner account to sign with"))
  .addOption(text("import", "Signature that an owner made elsewhere over the safeTxHash (65 bytes of hex)"))
  .setAction(() => import("./action.js"))
  .build();
