import { defineExpectations } from "hardhat-drydock/expectations";

// What the desk quotes today, in its own numbers: strikes in dollars and implied volatilities in percent, for the expiry of
// 25 September 2026. Nothing here is taken from the plan.
const ETH_USD = "0x4554482d55534400000000000000000000000000000000000000000000000000";
const BTC_USD = "0x4254432d55534400000000000000000000000000000000000000000000000000";
const SEPTEMBER = "1790323200";
const EXPIRED_IN_JANUARY = "1768291200";

const SMILES = [
  { id: ETH_USD, strikes: ["1600", "2880", "3200", "4800"], percents: [80n, 59n, 55n, 63n] },
  { id: BTC_USD, strikes: ["47500", "85500", "95000", "142500"], percents: [70n, 49n, 45n, 53n] },
] as const;

const dollars = (value: string) => `${value}${"0".repeat(18)}`;

/** Total variance is volatility squared times the years to September: between 220 and 256 days when this is executed. */
const variance = (percent: bigint, days: bigint) => ((percent * percent * days * 10n ** 14n) / 365n).toString();

const market = (name: string, after: string | { min: string; max: string } | { any: true; reason: string }, before?: string) => ({
  contract: "optionsMarket",
  name: `drydock.venue.OptionsMarket:${name}`,
  after,
  ...(before === undefined ? {} : { before }),
});

/** Every smile of version 1 is emptied, the one that has expired too. */
const emptied = SMILES.flatMap(({ id, strikes, percents }) =>
  [SEPTEMBER, EXPIRED_IN_JANUARY].flatMap((expiry) => [
    market(`surface[${id}][${expiry}]`, "length 0", "length 4"),
    ...strikes.flatMap((strike, index) => [
      market(`surface[${id}][${expiry}][${index}].strike`, "0", dollars(strike)),
      market(`surface[${id}][${expiry}][${index}].volatility`, "0", `${percents.at(index)}${"0".repeat(16)}`),
    ]),
  ]),
);

/** Only September's come back, strike by strike, as variance. */
const converted = SMILES.flatMap(({ id, strikes, percents }) => [
  market(`variance[${id}][${SEPTEMBER}].quotedAt`, { any: true, reason: "the time of execution" }, "0"),
  market(`variance[${id}][${SEPTEMBER}].points`, "length 4", "length 0"),
  ...strikes.flatMap((strike, index) => [
    market(`variance[${id}][${SEPTEMBER}].points[${index}].strike`, dollars(strike), "0"),
    market(`variance[${id}][${SEPTEMBER}].points[${index}].totalVariance`, {
      min: variance(percents.at(index) ?? 0n, 220n),
      max: variance(percents.at(index) ?? 0n, 256n),
    }),
  ]),
]);

export default defineExpectations({
  storage: [
    { contract: "optionsMarket", name: "InitializableStorage._initialized", before: "1", after: "2" },
    ...emptied,
    ...converted,
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
    { scenario: "*", where: "*: market option:* mark", reason: "the same, or a tenth of a cent where there is next to no premium", withinBps: "10", within: "1000000000000000" },
    // A tenth of a percent of a premium is next to nothing of an account.
    { scenario: "*", where: "*: account * collateral", reason: "premiums paid and received", withinBps: "1" },
    { scenario: "*", where: "*: account * equity", reason: "premiums paid and received", withinBps: "1" },
    { scenario: "*", where: "*: totals liabilities", reason: "rounding of premiums", withinBps: "1" },
    { scenario: "*", where: "*: events", reason: "premiums in the events of options", withinBps: "10" },
    { scenario: "S0", where: "optionsMarket.surfaceOf(*", reason: "replaced by the getter of total variances" },
  ],
});
