import { toBeHex } from "ethers";
import type { Finding } from "../finding.js";
import type { LayoutChange } from "./changes.js";
import { isGap } from "./names.js";
import type { ContractLayout, LayoutNote, LayoutVariable } from "./types.js";

const TITLES: Record<string, string> = {
  U1: "the new layout reads other bytes than the old one wrote",
  U2: "a variable was removed",
  U3: "a variable became constant or immutable, or the reverse",
  U6: "a storage namespace does not hold what it says",
  U12: "an internal function pointer is in storage",
  U13: "a name, an annotation or a type hides a change of meaning",
};

const REMEDIES: Record<string, string> = {
  U1: "keep every existing variable at its slot and offset with its encoding; put new ones behind the last one, into a gap, or into an ERC-7201 namespace",
  U2: "keep the variable (renamed to `__deprecated_…` if you like), so that no later version reuses its bytes",
  U3: "set the new constant or immutable to the value that is live now, or set the new variable in the upgrade's own call",
  U6: "use the slot that the annotation's formula gives, and keep every namespace that live data is in",
  U12: "store a selector or an enum instead of an internal function pointer",
  U13: "make sure that unit, scale and meaning are the same, or migrate the stored values in the upgrade's own call",
};

/** Findings for the changes that need one. Variables that moved by the same distance make one finding. */
export function layoutFindings(from: ContractLayout, to: ContractLayout, changes: LayoutChange[], allowFlags: string[]): Finding[] {
  const findings: Finding[] = [];
  const moved = new Map<string, LayoutChange[]>();
  for (const change of changes) {
    if (change.severity === "info") continue;
    if (change.fate === "moved") {
      const key = `${change.severity}|${distance(change)}`;
      moved.set(key, [...(moved.get(key) ?? []), change]);
    } else findings.push(findingOf(change));
  }
  for (const group of moved.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const finding = findingOf(first);
    if (group.length === 1) findings.push(finding);
    else findings.push({ ...finding, detail: `${group.length} variables moved by the same distance: ${group.map(({ label }) => label).join(", ")}. ${first.reason}` });
  }
  findings.push(...gapFindings(from, to, changes), ...annotationFindings(from, to, changes, allowFlags), ...noteFindings(from, to), ...seedFindings(from, to));
  return findings;
}

function findingOf(change: LayoutChange): Finding {
  const rule = change.rule ?? "U1";
  return {
    rule,
    severity: change.severity,
    confidence: change.confidence,
    title: TITLES[rule] ?? "the storage layout changed",
    detail: `${change.label} (${change.fate}): ${change.reason}`,
    where: change.where,
    remedy: REMEDIES[rule] ?? "",
  };
}

/** U4: the room that a gap gave up is not the room that new variables took, and what lies behind it moved. */
function gapFindings(from: ContractLayout, to: ContractLayout, changes: LayoutChange[]): Finding[] {
  if (!changes.some(({ fate, rule }) => fate === "moved" && rule === "U1")) return [];
  const gaps = (layout: ContractLayout): LayoutVariable[] =>
    layout.regions.flatMap((region) => region.variables.filter((variable) => isGap(variable, layout.types[variable.type])));
  return gaps(from).flatMap((gap): Finding[] => {
    const now = gaps(to).find(({ contract, label }) => contract === gap.contract && label === gap.label);
    if (now === undefined) return [];
    const end = (variable: LayoutVariable, layout: ContractLayout): bigint => variable.slot + BigInt((layout.types[variable.type]?.bytes ?? 0) / 32);
    const difference = end(now, to) - end(gap, from);
    if (difference === 0n || startsTogether(gap, now)) return [];
    return [
      {
        rule: "U4",
        severity: "medium",
        confidence: "high",
        title: "a storage gap was changed by the wrong amount",
        detail: `${gap.label} of ${gap.contract} ended before slot ${end(gap, from)} and now ends before slot ${end(now, to)}: what follows it moves by ${difference} slot(s)`,
        where: { ...now.place, contract: to.contract, slot: toBeHex(now.slot, 32) },
        remedy: "shrink the gap by exactly the slots that the new variables of that contract take",
      },
    ];
  });
}

function startsTogether(a: LayoutVariable, b: LayoutVariable): boolean {
  return a.slot === b.slot && a.type === b.type;
}

/** U13: annotations and flags that silence the usual check although the bytes say otherwise. */
function annotationFindings(from: ContractLayout, to: ContractLayout, changes: LayoutChange[], allowFlags: string[]): Finding[] {
  const findings: Finding[] = [];
  const harmful = changes.filter(({ severity }) => severity === "high" || severity === "critical");
  const declared = (layout: ContractLayout): LayoutVariable[] => [
    ...layout.regions.flatMap(({ variables }) => variables),
    ...Object.values(layout.types).flatMap((type) => (type.kind === "struct" ? type.members : [])),
  ];
  for (const variable of declared(to)) {
    const { retypedFrom, renamedFrom } = variable;
    const hit = harmful.find(({ to: target }) => target !== null && lastLabel(target.label) === variable.label);
    if (retypedFrom !== undefined && hit !== undefined && hit.rule === "U1") {
      findings.push(hidden(variable, to, `the annotation oz-retyped-from ${retypedFrom} on ${variable.label} would silence this: ${hit.reason}`));
    }
    if (renamedFrom !== undefined && hit !== undefined && hit.rule === "U1") {
      findings.push(hidden(variable, to, `the annotation oz-renamed-from ${renamedFrom} on ${variable.label} would silence this: ${hit.reason}`));
    } else if (renamedFrom !== undefined && !declared(from).some(({ label }) => label === renamedFrom || label === variable.label)) {
      findings.push({ ...hidden(variable, to, `the annotation says that ${variable.label} was ${renamedFrom}, but the old version has no such variable`), severity: "low" });
    }
  }
  const [worst] = harmful;
  if (to.allowed !== undefined && worst !== undefined) {
    findings.push(hidden({ place: to.place }, to, `oz-upgrades-unsafe-allow ${to.allowed.join(", ")} switches checks of what is stored off, while ${harmful.length} change(s) corrupt live data; the first: ${worst.label}: ${worst.reason}`));
  }
  if (allowFlags.length > 0 && worst !== undefined) {
    findings.push({
      rule: "U13",
      severity: "high",
      confidence: "high",
      title: "a flag hides a real overlap",
      detail: `${allowFlags.join(", ")} would silence ${harmful.length} change(s) that corrupt live data; the first: ${worst.label}: ${worst.reason}`,
      where: worst.where,
      remedy: "remove the flag and mend the layout",
    });
  }
  return findings;
}

function hidden(variable: Pick<LayoutVariable, "place">, to: ContractLayout, detail: string): Finding {
  return {
    rule: "U13",
    severity: "medium",
    confidence: "high",
    title: "an annotation hides a real overlap",
    detail,
    where: { ...variable.place, contract: to.contract },
    remedy: "remove the annotation and mend the layout",
  };
}

/** U6, for what the new version's code does with its namespaces; what the old version did already is not this upgrade's. */
function noteFindings(from: ContractLayout, to: ContractLayout): Finding[] {
  return to.notes.flatMap((note): Finding[] => {
    if (note.kind === "slot-unresolved") return [unresolved(note, to)];
    if (note.kind !== "namespace-differs" && note.kind !== "namespace-collision") return [];
    const known = from.notes.some(({ kind, slot }) => kind === note.kind && slot === note.slot);
    return [
      {
        rule: "U6",
        // The live data is where the old code put it: the same wrong slot as before loses nothing.
        severity: known ? "low" : "high",
        confidence: "high",
        title: TITLES.U6 ?? "",
        detail: known ? `${note.detail}; the old version does the same` : note.detail,
        where: { ...note.place, contract: to.contract, ...(note.slot === undefined ? {} : { slot: toBeHex(note.slot, 32) }) },
        remedy: REMEDIES.U6 ?? "",
      },
    ];
  });
}

function unresolved({ detail, place }: LayoutNote, to: ContractLayout): Finding {
  return {
    rule: "slot-unresolved",
    severity: "info",
    confidence: "high",
    title: "storage at a slot that is not known before the code runs",
    detail,
    where: { ...place, contract: to.contract },
    remedy: "make sure that both versions compute the same slot, or point storage at a constant one",
  };
}

/** U1, for slots that code computes: the same code with another seed looks elsewhere. */
function seedFindings(from: ContractLayout, to: ContractLayout): Finding[] {
  const before = new Map((from.seeds ?? []).map((seed) => [seed.key, seed]));
  return (to.seeds ?? []).flatMap((seed): Finding[] => {
    const old = before.get(seed.key);
    if (old === undefined || old.value === seed.value) return [];
    const what = seed.name === undefined ? seed.key.replace("constant ", "") : `what ${seed.name} hashes`;
    return [
      {
        rule: "U1",
        severity: "high",
        confidence: "medium",
        title: TITLES.U1 ?? "",
        detail: `${what} changed from ${old.value} to ${seed.value}: the code computes slots from it, and finds nothing of what was stored under the old ones`,
        where: { ...seed.place, contract: to.contract },
        remedy: "keep every constant that goes into a slot",
      },
    ];
  });
}

function distance({ from, to }: LayoutChange): string {
  return from === null || to === null ? "" : `${BigInt(to.slot) - BigInt(from.slot)}:${to.offset - from.offset}`;
}

function lastLabel(path: string): string {
  return path.replace(/\[[^\]]*\]/g, "").split(".").pop() ?? path;
}
