import { Ajv } from "ajv";
import { expect } from "chai";
import { findingsFromSarif } from "../../src/core/checks/sarif-import.js";
import { RULES } from "../../src/core/checks/registry.js";
import type { Finding } from "../../src/core/finding.js";
import { toSarif } from "../../src/report/sarif.js";

const message = { type: "object", required: ["text"], properties: { text: { type: "string", minLength: 1 } }, additionalProperties: false };
const level = { enum: ["none", "note", "warning", "error"] };

/**
 * What SARIF 2.1.0 (OASIS, section 3) demands of the parts that Drydock writes: required members, closed objects, value
 * ranges. Written from the standard; the whole schema is not part of this repository.
 */
const schema = {
  type: "object",
  required: ["version", "runs"],
  additionalProperties: false,
  properties: {
    $schema: { type: "string", format: "uri" },
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      items: {
        type: "object",
        required: ["tool"],
        additionalProperties: false,
        properties: {
          tool: {
            type: "object",
            required: ["driver"],
            additionalProperties: false,
            properties: {
              driver: {
                type: "object",
                required: ["name"],
                additionalProperties: false,
                properties: {
                  name: { type: "string" },
                  version: { type: "string" },
                  informationUri: { type: "string", format: "uri" },
                  rules: { type: "array", uniqueItems: true, items: { $ref: "#/definitions/rule" } },
                },
              },
            },
          },
          columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
          originalUriBaseIds: { type: "object" },
          results: { type: "array", items: { $ref: "#/definitions/result" } },
          invocations: {
            type: "array",
            items: {
              type: "object",
              required: ["executionSuccessful"],
              additionalProperties: false,
              properties: {
                executionSuccessful: { type: "boolean" },
                toolExecutionNotifications: { type: "array", items: { type: "object", required: ["message"], additionalProperties: false, properties: { level, message } } },
              },
            },
          },
        },
      },
    },
  },
  definitions: {
    rule: {
      type: "object",
      required: ["id"],
      additionalProperties: false,
      properties: {
        id: { type: "string" },
        name: { type: "string" },
        shortDescription: message,
        fullDescription: message,
        help: message,
        helpUri: { type: "string", format: "uri" },
        defaultConfiguration: { type: "object", additionalProperties: false, properties: { level } },
        properties: { type: "object", properties: { tags: { type: "array", uniqueItems: true, items: { type: "string" } } } },
      },
    },
    result: {
      type: "object",
      required: ["message"],
      additionalProperties: false,
      properties: {
        ruleId: { type: "string" },
        ruleIndex: { type: "integer", minimum: -1 },
        level,
        message,
        locations: {
          type: "array",
          items: {
            type: "object",
            additionalProperties: false,
            properties: {
              physicalLocation: {
                type: "object",
                additionalProperties: false,
                required: ["artifactLocation"],
                properties: {
                  artifactLocation: {
                    type: "object",
                    additionalProperties: false,
                    properties: { uri: { type: "string", format: "uri-reference", pattern: "^[^/]" }, uriBaseId: { type: "string" } },
                  },
                  region: {
                    type: "object",
                    additionalProperties: false,
                    properties: Object.fromEntries(["startLine", "startColumn", "endLine", "endColumn"].map((key) => [key, { type: "integer", minimum: 1 }])),
                  },
                },
              },
              logicalLocations: { type: "array", uniqueItems: true, items: { type: "object" } },
            },
          },
        },
        partialFingerprints: { type: "object", additionalProperties: { type: "string" } },
        suppressions: {
          type: "array",
          uniqueItems: true,
          items: { type: "object", required: ["kind"], additionalProperties: false, properties: { kind: { enum: ["inSource", "external"] }, justification: { type: "string" } } },
        },
        properties: { type: "object" },
      },
    },
  },
};

const ajv = new Ajv({
  allErrors: true,
  formats: { uri: (text: string) => URL.canParse(text), "uri-reference": (text: string) => URL.canParse(text, "file:///x/") && !/\s/.test(text) },
});
const validate = ajv.compile(schema);

const inFile: Finding = {
  rule: "G1",
  severity: "high",
  confidence: "high",
  title: "reentrancy",
  detail: "d",
  remedy: "r",
  where: { file: "project/contracts/My Vault.sol", line: 3, column: 5, endLine: 3, endColumn: 20, contract: "Vault", function: "f()" },
};
const onChain: Finding = { ...inFile, rule: "P9", where: { contract: "Vault", address: "0x0000000000000000000000000000000000000001" } };
const foreign: Finding = { ...inFile, rule: "slither/0-1-x", severity: "medium" };

describe("SARIF", () => {
  const log = toSarif([inFile, onChain, foreign], [{ finding: inFile, by: "comment", reason: "why", source: "A.sol:1" }], [{ check: "sources/B.sol", reason: "no solc" }], {
    version: "0.1.0",
    pathOf: (file) => file.replace(/^project\//, ""),
  });
  const [run] = log.runs;

  it("has the form that the standard demands", () => {
    expect(validate(log), JSON.stringify(validate.errors)).to.equal(true);
    expect(validate({ ...log, version: "2.0.0" })).to.equal(false);
  });

  it("describes every rule of the registry and every foreign rule that it names", () => {
    const ids = run?.tool.driver.rules.map(({ id }) => id) ?? [];
    expect(ids).to.include.members([...RULES.map(({ id }) => id), "slither/0-1-x"]);
    for (const result of run?.results ?? []) expect(run?.tool.driver.rules[result.ruleIndex]?.id).to.equal(result.ruleId);
  });

  it("names files relative to the repository, with both ends of the place", () => {
    const place = run?.results[0]?.locations[0]?.physicalLocation;
    expect(place?.artifactLocation).to.deep.equal({ uri: "contracts/My%20Vault.sol", uriBaseId: "%SRCROOT%" });
    expect(place?.region).to.deep.equal({ startLine: 3, startColumn: 5, endLine: 3, endColumn: 20 });
  });

  it("keeps the address of a finding about the chain, the reason of a suppression, and what did not run", () => {
    expect(run?.results[1]?.properties.address).to.equal(onChain.where.address);
    expect(run?.results[3]?.suppressions).to.deep.equal([{ kind: "inSource", justification: "why (A.sol:1)" }]);
    expect(run?.invocations[0]).to.deep.include({ executionSuccessful: false });
  });

  it("can be read back as another tool's report", () => {
    const [first] = findingsFromSarif("own.sarif", JSON.stringify(log));
    expect(first).to.deep.include({ rule: "drydock/G1", severity: "high", confidence: "high" });
    expect(first?.where.file).to.equal("contracts/My Vault.sol");
  });
});
