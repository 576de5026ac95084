import { positional, text, verbTask } from "../shared/define.js";

export const rehearseTask = verbTask("rehearse", "Run the upgrade on a fork of the live chain: the exact Safe bytes, the real delay")
  .addPositionalArgument(positional("plan", "Plan file, or the folder that holds plan.ts"))
  .addOption(text("block", "Block to fork at; past the chain's safe depth if left out"))
  .addOption(text("record", "Write every upstream answer to this cassette file"))
  .addOption(text("replay", "Answer every upstream read from this cassette file, without network"))
  .addOption(text("scenarios", "Ids of the scenarios to run, comma-separated; `none` for the route alone"))
  .addOption(text("seed", "Seed of every random choice"))
  .addOption(text("accounts", "How many real accounts are sampled at most; 16 if left out"))
  .addOption(text("junit", "Write the result as JUnit XML to this file"))
  .addOption(text("html", "Write the result as one HTML page, with a chart per market scenario, to this file"))
  .addOption(text("traffic", "Replay the last N transactions that touched a proxy, on old and new"))
  .addFlag({ name: "selfTest", description: "Put in known faults one by one, and show which stage notices each" })
  .addFlag({ name: "fresh", description: "Rehearse once more at the chain's head, and report what drifted" })
  .addFlag({ name: "suggest", description: "Print a first draft of expectations.ts from what was seen, for a person to confirm" })
  .setAction(() => import("./action.js"))
  .build();
