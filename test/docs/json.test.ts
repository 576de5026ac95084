import { readFileSync } from "node:fs";
import { expect } from "chai";
import { z } from "zod";
import { jsonPage } from "../../scripts/docs/json-page.js";
import { schemaFields } from "../../scripts/docs/schema-table.js";
import { address } from "../../src/core/schema/values.js";

describe("docs/json.md", () => {
  it("is what the schemas say", () => {
    const page = readFileSync(new URL("../../docs/json.md", import.meta.url), "utf8");
    expect(page, "out of date: node --import tsx scripts/generate-json-docs.ts").to.equal(jsonPage());
  });

  it("lists the fields below arrays, records, unions and refinements", () => {
    const schema = z
      .object({
        list: z.array(z.object({ owner: address.nullable() })),
        byName: z.record(z.object({ count: z.number() })).optional(),
        either: z.union([z.string(), z.object({ min: z.string() })]),
      })
      .refine(() => true);
    expect(schemaFields(schema)).to.deep.equal([
      { path: "list", type: "array of object", optional: false },
      { path: "list[].owner", type: "address or null", optional: false },
      { path: "byName", type: "object of object", optional: true },
      { path: "byName.{key}.count", type: "number", optional: false },
      { path: "either", type: "string or object", optional: false },
      { path: "either.min", type: "string", optional: false },
    ]);
  });

  it("refuses a kind of schema that it can't describe", () => {
    expect(() => schemaFields(z.object({ when: z.date() }))).to.throw(TypeError, "ZodDate");
  });
});
