import { positional, text, verbTask } from "../shared/define.js";

export const reviewTask = verbTask(
  "review",
  "Decide alone: review a proposal bundle, or any Safe transaction, from nothing",
)
  .addPositionalArgument(positional("bundle", "Folder of the proposal bundle"))
  .addOption(
    text(
      "safeTx",
      "File with a Safe transaction instead: its fields, a transaction builder batch, a service answer, typed data or calldata",
    ),
  )
  .addFlag({ name: "offline", description: "Use no network; the answer says what it therefore could not check" })
  .addFlag({ name: "replay", description: "Use no network, and rerun every stage on what the proposer recorded: never a verdict to sign by" })
  .addOption(text("trust", "Your trust file (default: drydock.trustFile of your config)"))
  .addOption(text("abi", "ABIs of your own, for calls that are not known: a list, an artifact, or lists by address"))
  .addOption(text("step", "Which transaction of the proposal: schedule (default), execute or cancel"))
  .addOption(text("service", "API root of a Safe Transaction Service, for other signed transactions of the Safe"))
  .addOption(text("html", "Write the signer's page to this file"))
  .addOption(text("chainId", "Chain of the transaction, where the file does not state it"))
  .addOption(text("safe", "Safe of the transaction, where the file does not state it"))
  .addOption(text("safeVersion", "What VERSION() of the Safe answers, where the file does not state it"))
  .addOption(text("nonce", "Safe nonce of the transaction, where the file does not state it"))
  .setAction(() => import("./action.js"))
  .build();
