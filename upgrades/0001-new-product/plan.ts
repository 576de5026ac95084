import { encodeBytes32String, parseEther } from "ethers";
import { address, defineUpgrade } from "hardhat-drydock/plan";

const ETH_USD = encodeBytes32String("ETH-USD");
const MAJORS = encodeBytes32String("MAJORS");
/** 2026-06-26T08:00:00Z, the last Friday of the quarter. */
const JUNE_2026 = 1782460800n;

export default defineUpgrade({
  title: "New product: dated futures, and ether as a second collateral",
  chainId: 20261,
  route: { safe: "governanceSafe", timelock: "timelock" },
  changes: [
    {
      proxy: "clearinghouse",
      kind: "uups",
      contract: "ClearinghouseV2",
      initializer: {
        function: "initializeV2",
        args: [address("priceOracle"), address("weth"), ETH_USD, 1500n, parseEther("5000")],
      },
    },
    {
      proxy: "perpExchange",
      kind: "uups",
      contract: "PerpExchangeV2",
      initializer: { function: "initializeV2", args: [400n * 86_400n, 3_600n] },
    },
  ],
  calls: [
    {
      target: "perpExchange",
      function: "createDatedMarket",
      args: [
        {
          priceId: ETH_USD,
          riskClass: MAJORS,
          bandBps: 500n,
          takerFeeBps: 5n,
          maxFundingBpsPerDay: 0n,
          skewScale: parseEther("100000"),
          openInterestCap: parseEther("2000"),
        },
        JUNE_2026,
      ],
    },
  ],
});
