import { join } from "node:path";
import type { OpenBundle } from "../bundle/open.js";
import { writeAtomically } from "../files/write-atomically.js";
import { rehearsalText } from "../report/rehearsal-text.js";
import { findingsText } from "../report/findings-text.js";
import { rehearsalSchema } from "../core/schema/rehearsal.js";
import type { ResolvedPlan } from "../stages/resolve.js";

/** Writes the proposer's reports beside the seal: Markdown for people, JSON for programs. Signers render their own. */
export async function writeReports(bundle: OpenBundle, resolved: ResolvedPlan): Promise<void> {
  const rehearsal = rehearsalSchema.parse(bundle.json("rehearsal.json"));
  const { gates, suppressed } = bundle.findings;
  const { transaction, ...hashes } = bundle.transactions.schedule;
  const markdown = [
    `# ${bundle.manifest.title}`,
    "",
    "Written by the proposer. A signer decides by a review of their own, not by this page.",
    "",
    "| | |",
    "|---|---|",
    `| chain | ${bundle.plan.chainId} |`,
    `| plan hash (timelock salt) | \`${bundle.planHash}\` |`,
    `| evidence root | \`${bundle.evidenceRoot}\` |`,
    `| timelock operation | \`${resolved.operationId}\` |`,
    `| Safe | \`${bundle.plan.safe}\`, nonce ${transaction.nonce} |`,
    `| safeTxHash (schedule) | \`${hashes.safeTxHash}\` |`,
    `| domain hash | \`${hashes.domainHash}\` |`,
    `| message hash | \`${hashes.messageHash}\` |`,
    "",
    "## What changes",
    "",
    "| proxy | kind | from | to |",
    "|---|---|---|---|",
    ...resolved.changes.map(({ name, kind, oldImplementation, newImplementation, contract }) => `| ${name} | ${kind} | \`${oldImplementation}\` | ${contract} \`${newImplementation}\` |`),
    "",
    "## Gates",
    "",
    ...gates.map(({ stage, verdict, findings }) => `- **${stage}**: ${verdict}, ${findings.length} finding(s)`),
    "",
    "```",
    findingsText(gates.flatMap(({ findings }) => findings)) || "no findings",
    "```",
    ...(suppressed.length === 0 ? [] : ["", "## Suppressed by the author", "", ...suppressed.map(({ rule, title, reason }) => `- ${rule} ${title}: ${reason}`)]),
    "",
    "## Rehearsal",
    "",
    "```",
    rehearsalText(rehearsal),
    "```",
    "",
  ].join("\n");
  await writeAtomically(join(bundle.folder, "reports", "report.md"), markdown);
  const json = { manifest: bundle.manifest, evidenceRoot: bundle.evidenceRoot, plan: bundle.plan, transactions: bundle.transactions, findings: bundle.findings, rehearsal };
  await writeAtomically(join(bundle.folder, "reports", "report.json"), `${JSON.stringify(json, null, 2)}\n`);
}
