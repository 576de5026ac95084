import { parseEther } from "ethers";
import { address, defineUpgrade } from "hardhat-drydock/plan";

/** 2026-03-02T08:00:00Z: compliance has until then to attest the accounts that trade today. */
const ENFORCED_FROM = 1772438400n;

export default defineUpgrade({
  title: "Compliance: attested accounts and position limits for orders",
  chainId: 20261,
  route: { safe: "governanceSafe", timelock: "timelock" },
  changes: [
    {
      proxy: "orderSettlement",
      kind: "uups",
      contract: "OrderSettlementV2",
      initializer: { function: "initializeV2", args: [address("complianceSafe"), ENFORCED_FROM] },
    },
  ],
  calls: [
    { target: "orderSettlement", function: "setPositionLimit", args: [0n, parseEther("500")] },
    { target: "orderSettlement", function: "setPositionLimit", args: [1n, parseEther("20")] },
  ],
});
