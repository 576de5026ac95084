import { defineUpgrade, implementation } from "hardhat-drydock/plan";

export default defineUpgrade({
  title: "Pricing model: the surface as total variance, and a cheaper Black–Scholes",
  chainId: 20261,
  route: { safe: "governanceSafe", timelock: "timelock" },
  changes: [
    { proxy: "optionsMarket", kind: "pointer", contract: "SurfacePricerV2", replaces: "surfacePricer" },
    {
      proxy: "optionsMarket",
      kind: "uups",
      contract: "OptionsMarketV2",
      // The pointer moves inside the initializer, together with the conversion: no block sees one without the other.
      initializer: { function: "initializeV2", args: [implementation("SurfacePricerV2")] },
    },
  ],
});
