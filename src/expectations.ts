import { expectationsSchema, type Expectations } from "./core/schema/expectations.js";

/** What the author of `expectations.ts` writes; parts that are left out declare that nothing of their kind changes. */
export type ExpectationsDefinition = Partial<Omit<Expectations, "schema">>;

/**
 * Declares what an upgrade must change. The file that calls this must not import the plan or its config: a number that
 * is taken from what it shall check proves nothing (`rehearse` refuses such a file).
 *
 * @example
 * export default defineExpectations({
 *   storage: [{ contract: "perpExchange", name: "PerpExchangeStorage.version", after: "2" }],
 *   events: [{ contract: "perpExchange", event: "Upgraded(address)" }],
 * });
 * @throws ZodError for anything that is not an expectation.
 */
export function defineExpectations(definition: ExpectationsDefinition): Expectations {
  return expectationsSchema.parse({
    schema: "drydock/expectations@1",
    storage: definition.storage ?? [],
    accounts: definition.accounts ?? [],
    events: definition.events ?? [],
    ...(definition.authority === undefined ? {} : { authority: definition.authority }),
    differences: definition.differences ?? [],
  });
}
