import { type Finding, gate, type NotRun, verdictOf } from "../../core/finding.js";
import { compareLayouts } from "../../core/layout/index.js";
import { manifestImplementations, type ManifestImplementation } from "../../core/layout/manifest.js";
import { openZeppelinManifestSchema, type OpenZeppelinManifest } from "../../core/schema/openzeppelin-manifest.js";
import type { ValidateManifestParts } from "../../core/schema/validate.js";
import { DrydockError, ERRORS, reasonOf } from "../../errors/drydock-error.js";

/** @throws DrydockError MANIFEST_MALFORMED */
export function parseManifest(text: string, path: string): OpenZeppelinManifest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new DrydockError(ERRORS.MANIFEST_MALFORMED, { path, detail: `it is not JSON (${reasonOf(error)})` });
  }
  const parsed = openZeppelinManifestSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DrydockError(ERRORS.MANIFEST_MALFORMED, { path, detail: `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` });
}

/**
 * Compares the implementations of each contract in a manifest, each with the next one of the same name. A layout that can't
 * be what was deployed is named in `integrity`, and its pairs are not run rather than guessed.
 */
export function validateManifest(manifest: OpenZeppelinManifest): ValidateManifestParts {
  const { implementations, integrity } = manifestImplementations(manifest);
  const findings: Finding[] = [];
  const notRun: NotRun[] = [];
  const pairs: ValidateManifestParts["pairs"] = [];
  for (const [contract, versions] of byContract(implementations)) {
    versions.slice(1).forEach((to, at) => {
      const from = versions[at];
      if (from === undefined) return;
      const pair = { from: from.address, to: to.address, contract };
      if (!from.sound || !to.sound) {
        notRun.push({ check: `${contract} ${from.address} → ${to.address}`, reason: "a stored layout is impossible, see the integrity check" });
        pairs.push({ ...pair, verdict: "not-run", changes: [] });
        return;
      }
      const comparison = compareLayouts(from.layout, to.layout);
      findings.push(...comparison.findings.map((finding) => ({ ...finding, where: { ...finding.where, address: to.address } })));
      pairs.push({ ...pair, verdict: comparison.verdict, changes: comparison.changes });
    });
  }
  const sum = gate("validate", findings, notRun);
  return {
    verdict: pairs.length === 0 ? "pass" : verdictOf([sum]),
    implementations: implementations.map(({ id, address, contract, layout, sound }) => ({
      id,
      address,
      contract: contract ?? null,
      variables: layout.regions.reduce((count, { variables }) => count + variables.length, 0),
      sound,
    })),
    pairs,
    integrity,
    findings: sum.findings,
    notRun,
  };
}

function byContract(implementations: ManifestImplementation[]): Map<string, ManifestImplementation[]> {
  const groups = new Map<string, ManifestImplementation[]>();
  for (const implementation of implementations) {
    if (implementation.contract === undefined) continue;
    groups.set(implementation.contract, [...(groups.get(implementation.contract) ?? []), implementation]);
  }
  return groups;
}
