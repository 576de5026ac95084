import { positional, text, verbTask } from "../shared/define.js";

export const proposeTask = verbTask("propose", "Run every gate, deploy the implementations, seal the proposal bundle")
  .addPositionalArgument(positional("plan", "Plan file, or the folder that holds plan.ts"))
  .addOption(text("out", "Folder of the bundle (default: <proposals>/<name of the plan's folder>)"))
  .addOption(text("account", "Configured account that pays for the deployments"))
  .addOption(text("nonce", "Safe nonce of the schedule transaction (default: the Safe's current one)"))
  .addFlag({ name: "renonce", description: "Seal the standing proposal again for another nonce; same plan hash" })
  .addFlag({ name: "again", description: "Propose anew although a bundle of the same plan stands there" })
  .setAction(() => import("./action.js"))
  .build();
