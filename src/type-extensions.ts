import "hardhat/types/config";
import type { DrydockConfig, DrydockUserConfig } from "./config/types.js";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    /** Settings of hardhat-drydock; docs/config.md explains each. */
    drydock?: DrydockUserConfig;
  }

  interface HardhatConfig {
    drydock: DrydockConfig;
  }
}
