import { emptyTask } from "hardhat/config";
import type { NewTaskDefinition } from "hardhat/types/tasks";

/** Every verb of `npx hardhat upgrade`, in the order in which an upgrade meets them. Definitions only; actions load late. */
export const upgradeTasks: NewTaskDefinition[] = [];
void emptyTask;
