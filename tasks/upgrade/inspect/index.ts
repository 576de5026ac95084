import { verbTask } from "../shared/define.js";

export const inspectTask = verbTask("inspect", "What is on chain, and who can change it: how fast, with how many signatures")
  .addVariadicArgument({
    name: "addresses",
    description: "Proxies, by address or name; all proxies of deployments/<chainId>.json if left out",
    defaultValue: [],
  })
  .setAction(() => import("./action.js"))
  .build();
