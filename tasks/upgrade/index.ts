import { emptyTask } from "hardhat/config";
import type { TaskDefinition } from "hardhat/types/tasks";
import { cancelTask } from "./cancel/index.js";
import { checkTask } from "./check/index.js";
import { executeTask } from "./execute/index.js";
import { inspectTask } from "./inspect/index.js";
import { proposeTask } from "./propose/index.js";
import { rehearseTask } from "./rehearse/index.js";
import { reviewTask } from "./review/index.js";
import { scheduleTask } from "./schedule/index.js";
import { signTask } from "./sign/index.js";
import { statusTask } from "./status/index.js";
import { validateTask } from "./validate/index.js";

/** Every verb of `npx hardhat upgrade`, in the order in which an upgrade meets them. Definitions only; actions load late. */
export const upgradeTasks: TaskDefinition[] = [
  emptyTask("upgrade", "Carry a proxy upgrade from a plan to an executed, verified change").build(),
  inspectTask,
  validateTask,
  checkTask,
  rehearseTask,
  proposeTask,
  reviewTask,
  signTask,
  scheduleTask,
  executeTask,
  cancelTask,
  statusTask,
];
