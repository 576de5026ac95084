import { hostile } from "./hostile-scenario.js";
import { crash, dead, depeg, stale, units } from "./price-scenarios.js";
import { queue } from "./queue-scenario.js";
import { needsSubject, type Scenario } from "./scenario.js";
import { expiry, funding } from "./time-scenarios.js";

const upgradeAlone: Scenario = {
  id: "S0",
  title: "only the upgrade",
  unmet: needsSubject,
  async play(world) {
    await world.observe("at once");
    return [];
  },
};

export const FIRST_WAVE: readonly Scenario[] = [upgradeAlone, units, crash, stale, dead, depeg, funding, expiry, hostile, queue];
