import { defineExpectations } from "hardhat-drydock/expectations";

/**
 * What upgrade 0002 changes: the pricer, and each stored surface from volatility to total variance.
 * Written from the README's promises and confirmed against a rehearsal; nothing here is taken from the plan.
 */
export default defineExpectations({
  storage: [
    { contract: "optionsMarket", name: "InitializableStorage._initialized", before: "1", after: "2" },
    {
      contract: "optionsMarket",
      name: "drydock.venue.OptionsMarket:surface[*",
      after: { any: true, reason: "every volatility surface is converted and then cleared" },
    },
    {
      contract: "optionsMarket",
      name: "drydock.venue.OptionsMarket:variance[*",
      after: { any: true, reason: "σ² times the time left at the execution; that premiums stay is declared below, with its tolerance" },
    },
  ],
  events: [
    { contract: "optionsMarket", event: "PricerSet(address)" },
    { contract: "optionsMarket", event: "SurfaceConverted(bytes32,uint64)", count: 2 },
    { contract: "optionsMarket", event: "Initialized(uint64)" },
  ],
  differences: [
    { scenario: "S0", where: "optionsMarket.version()", reason: "the new version" },
    { scenario: "S0", where: "optionsMarket.pricer()", reason: "the cheaper pricer takes over" },
    { scenario: "S0", where: "optionsMarket.premiumOf(*", reason: "a cheaper normal distribution: at most a tenth of a percent", withinBps: "10" },
    { scenario: "S0", where: "optionsMarket.surfaceOf(*", reason: "replaced by the getter of total variances" },
  ],
});
