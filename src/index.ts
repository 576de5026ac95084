import { definePlugin } from "hardhat/plugins";
import "./type-extensions.js";
import { upgradeTasks } from "../tasks/upgrade/index.js";

const hardhatDrydock = definePlugin({
  id: "hardhat-drydock",
  npmPackage: "hardhat-drydock",
  hookHandlers: { config: () => import("./config/hooks.js") },
  tasks: upgradeTasks,
});

export default hardhatDrydock;
export type { DrydockConfig, DrydockUserConfig } from "./config/types.js";
