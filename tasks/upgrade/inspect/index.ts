import { text, verbTask } from "../shared/define.js";

export const inspectTask = verbTask("inspect", "What is on chain, and who can change it: how fast, with how many signatures")
  .addVariadicArgument({
    name: "addresses",
    description: "Proxies, by address or name; all proxies of deployments/<chainId>.json if left out",
    defaultValue: [],
  })
  .addOption(text("write", "Write the state that was found as a trust file, to be read and committed by a person"))
  .addOption(text("check", "Compare the chain with this trust file; any difference blocks"))
  .addOption(text("svg", "Draw the authority graph into this file"))
  .setAction(() => import("./action.js"))
  .build();
