import type { z } from "zod";
import { answerSchema, findingSchema, notRunSchema, verdictSchema } from "../../src/core/schema/answer.js";
import {
  buildSchema,
  findingsSchema,
  gateSchema,
  journalEntrySchema,
  manifestSchema,
  safeTransactionSchema,
  signaturesSchema,
  transactionsSchema,
} from "../../src/core/schema/bundle.js";
import { baselineSchema } from "../../src/core/schema/check-baseline.js";
import { checkAnswerSchema, flatFindingSchema, suppressedSchema } from "../../src/core/schema/check.js";
import { deploymentsSchema } from "../../src/core/schema/deployments.js";
import { expectationsSchema, expectedValueSchema } from "../../src/core/schema/expectations.js";
import { inspectSchema, readsSchema } from "../../src/core/schema/inspect.js";
import { planCoreSchema } from "../../src/core/schema/plan.js";
import { rehearsalFindingSchema, rehearsalSchema } from "../../src/core/schema/rehearsal.js";
import { trustSchema } from "../../src/core/schema/trust.js";
import {
  abiChangeSchema,
  layoutChangeSchema,
  openZeppelinOpinionSchema,
  placedRangeSchema,
  validateLivePartsSchema,
  validateManifestPartsSchema,
  validatePairPartsSchema,
} from "../../src/core/schema/validate.js";
import { schemaFields } from "./schema-table.js";

interface Section {
  title: string;
  file: string;
  text: string;
  schema: z.ZodTypeAny;
}

/** Parts that several documents have: each has a section of its own, and is named elsewhere. */
const PARTS: readonly (Section & { name: string })[] = [
  { name: "verdict", title: "verdict", file: "answer.ts", text: "`pass`, `blocked` or `not-run`: exit status 0, 1, 2.", schema: verdictSchema },
  { name: "[finding](#finding)", title: "finding", file: "answer.ts", text: "One thing that a person should know. Rules: [the checks](checks/README.md).", schema: findingSchema },
  { name: "[notRun](#notrun)", title: "notRun", file: "answer.ts", text: "A check that was asked for and could not be made. With any, a gate never passes.", schema: notRunSchema },
  { name: "[gate](#gate)", title: "gate", file: "bundle.ts", text: "A stage's verdict with what it rests on.", schema: gateSchema },
  { name: "[Safe transaction](#safe-transaction)", title: "Safe transaction", file: "bundle.ts", text: "All ten fields, none with a default.", schema: safeTransactionSchema },
  { name: "[flat finding](#flat-finding)", title: "flat finding", file: "check.ts", text: "A finding of `check`; what is not known is null.", schema: flatFindingSchema },
  { name: "[suppressed finding](#suppressed-finding)", title: "suppressed finding", file: "check.ts", text: "A finding that a comment or the baseline took out.", schema: suppressedSchema },
  { name: "[placed range](#placed-range)", title: "placed range", file: "validate.ts", text: "Bytes of a variable; `slot` is relative to the element's first slot where `within` is there.", schema: placedRangeSchema },
  { name: "[layout change](#layout-change)", title: "layout change", file: "validate.ts", text: "One byte range and its [fate](layout.md#fates).", schema: layoutChangeSchema },
  { name: "[ABI change](#abi-change)", title: "ABI change", file: "validate.ts", text: "A function, event or error that came, went or changed.", schema: abiChangeSchema },
  { name: "[OpenZeppelin's opinion](#openzeppelins-opinion)", title: "OpenZeppelin's opinion", file: "validate.ts", text: "What upgrades-core says about the same pair.", schema: openZeppelinOpinionSchema },
  { name: "[reads](#reads)", title: "reads", file: "inspect.ts", text: "What an answer rests on: [verified reads](verified-reads.md).", schema: readsSchema },
  { name: "[expected value](#expected-value)", title: "expected value", file: "expectations.ts", text: "An exact string, or one of these objects: `{ min, max }`, `{ withinBps }`, `{ any: true, reason }`.", schema: expectedValueSchema },
];

const ANSWERS: readonly Section[] = [
  { title: "Every answer", file: "answer.ts", text: "What every verb prints with `--json`, beside its own parts.", schema: answerSchema },
  { title: "inspect", file: "inspect.ts", text: "`drydock/inspect@1`.", schema: inspectSchema },
  { title: "validate PLAN", file: "validate.ts", text: "`drydock/validate@1`, scope `live`.", schema: validateLivePartsSchema },
  { title: "validate --from A --to B", file: "validate.ts", text: "`drydock/validate@1`, scope `sources`.", schema: validatePairPartsSchema },
  { title: "validate --manifest FILE", file: "validate.ts", text: "`drydock/validate@1`, scope `manifest`.", schema: validateManifestPartsSchema },
  { title: "check", file: "check.ts", text: "`drydock/check@1`. Each finding has the fields of a finding as well.", schema: checkAnswerSchema },
  { title: "rehearse", file: "rehearsal.ts", text: "The parts of the rehearsal report; `schema` is `drydock/rehearse@1` in the answer and `drydock/rehearsal@1` in a bundle. The answer adds `upstreamRequests`, `upstreamCalls`, and with `--suggest` `suggestion` and `draft` (the file that it was written to), with `--fresh` `drift`: `{block, verdict, changes: [{where, pinned, fresh}], upstreamRequests}`. Scenarios of the route have ids of their own: `orders`, `actions`, `traffic`.", schema: rehearsalSchema },
];

const DOCUMENTS: readonly Section[] = [
  { title: "deployments/<chainId>.json", file: "deployments.ts", text: "Names for addresses. A person writes it.", schema: deploymentsSchema },
  { title: "trust.json", file: "trust.ts", text: "What a signer holds to be true: [trust file](trust-file.md).", schema: trustSchema },
  { title: "drydock-baseline.json", file: "check-baseline.ts", text: "Accepted findings: [using the checks](checks/using.md#baseline).", schema: baselineSchema },
  { title: "manifest.json", file: "bundle.ts", text: "The seal of a [bundle](bundle.md).", schema: manifestSchema },
  { title: "plan.json", file: "plan.ts", text: "The plan core. keccak256 of its canonical JSON is the plan hash, which is the timelock salt.", schema: planCoreSchema },
  { title: "transactions.json", file: "bundle.ts", text: "The schedule transaction with its hashes, and the deployments.", schema: transactionsSchema },
  { title: "build/<n>-<role>-<name>.json", file: "bundle.ts", text: "One compiler job. `input` is the standard JSON input of solc.", schema: buildSchema },
  { title: "findings.json", file: "bundle.ts", text: "What the proposer's gates said; claims, to a reviewer.", schema: findingsSchema },
  { title: "expectations.json", file: "expectations.ts", text: "What `expectations.ts` exports: [rehearsal](rehearsal.md#the-state-diff).", schema: expectationsSchema },
  { title: "signatures/<step>.json", file: "bundle.ts", text: "Outside the seal.", schema: signaturesSchema },
  { title: "journal/<nnnn>.json", file: "bundle.ts", text: "One transaction that was sent. Outside the seal.", schema: journalEntrySchema },
];

/** `docs/json.md`: the fields of every document and answer, from the schemas that read and write them. */
export function jsonPage(): string {
  const known = new Map<z.ZodTypeAny, string>([
    ...PARTS.map(({ schema, name }) => [schema, name] as const),
    [rehearsalFindingSchema, "[finding](#finding)"],
  ]);
  const section = ({ title, file, text, schema }: Section): string[] => {
    const others = new Map([...known].filter(([part]) => part !== schema));
    const rows = schemaFields(schema, others).map(({ path, type, optional }) => `| \`${path}\` | ${type}${optional ? "; optional" : ""} |`);
    const table = rows.length === 0 ? [] : ["", "| field | type |", "|---|---|", ...rows];
    return [`### ${title}`, "", `${text} Schema: [\`src/core/schema/${file}\`](../src/core/schema/${file}).`, ...table, ""];
  };
  return [
    "# JSON documents",
    "",
    "Written from the schemas in `src/core/schema/` by `node --import tsx scripts/generate-json-docs.ts`; do not edit by hand. The",
    "schemas' comments say what a field means.",
    "",
    "**address**: 20 bytes with the EIP-55 checksum. **bytes**, **bytes32**: lower-case hex with `0x`. **integer**: a non-negative",
    "decimal number as a string, up to 256 bits. `a[]` are the elements of an array, `a.{key}` the members of an object with free keys.",
    "",
    "Sealed files are canonical JSON (RFC 8785): sorted keys, no white space, no floats. A document that holds anything",
    "else than its schema says is refused (DD111, in a bundle DD141); the schemas of answers allow further fields.",
    "",
    "## Answers",
    "",
    ...ANSWERS.flatMap(section),
    "The parts of the other verbs are in [cli.md](cli.md).",
    "",
    "## Files",
    "",
    ...DOCUMENTS.flatMap(section),
    "## Parts",
    "",
    ...PARTS.flatMap(section),
  ].join("\n");
}
