import { defineUpgrade } from "hardhat-drydock/plan";

export default defineUpgrade({
  title: "Risk standard: maintenance margin derived from leverage",
  chainId: 20261,
  route: { safe: "governanceSafe", timelock: "timelock" },
  // One batch: a product of the old version asks the clearinghouse for functions that the new version no longer has.
  // Upgrades 0001 and 0002 come first: `from` refuses this plan until what they brought is live.
  changes: [
    { proxy: "clearinghouse", kind: "uups", contract: "ClearinghouseV3", from: "ClearinghouseV2" },
    { proxy: "perpExchange", kind: "uups", contract: "PerpExchangeV3", from: "PerpExchangeV2" },
    { proxy: "optionsMarket", kind: "uups", contract: "OptionsMarketV3", from: "OptionsMarketV2" },
  ],
});
