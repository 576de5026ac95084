import { ERRORS, type ErrorDescriptor } from "../../src/errors/catalogue.js";

/** `docs/errors.md`: one section per code, in the order of the codes. */
export function errorPage(errors: Readonly<Record<string, ErrorDescriptor>> = ERRORS): string {
  const entries = Object.entries(errors).sort(([, a], [, b]) => (a.code < b.code ? -1 : 1));
  return [
    "# Errors",
    "",
    "Written from `src/errors/catalogue.ts` by `node --import tsx scripts/generate-error-docs.ts`; do not edit by hand.",
    "",
    "An error says that no verdict could be reached: the verb ends with exit status 2 and leaves no half-written file. A finding is",
    "something else: it is part of a verdict, and blocks with exit status 1.",
    "",
    "The message goes to stderr as `CODE: what happened. What to do.`; with `--json` the answer on stdout carries",
    "`error: { code, message, remedy }` and the verdict `not-run`. Words in *italics* are filled in. DD000 is no entry of the",
    "catalogue: it marks an exception that Drydock did not foresee, which is a defect; please report it.",
    "",
    ...entries.flatMap(([name, { code, message, remedy }]) => [
      `## ${code}`,
      "",
      `\`${name}\``,
      "",
      `**What:** ${filled(message)}.`,
      "",
      `**Do:** ${filled(remedy)}.`,
      "",
    ]),
  ].join("\n");
}

/** Placeholders outside of code in italics; inside of code they stay as they are. */
function filled(template: string): string {
  return template
    .split("`")
    .map((part, index) => (index % 2 === 1 ? `\`${part}\`` : part.replace(/[<>*_]/g, String.raw`\$&`).replace(/\{(\w+)\}/g, "*$1*")))
    .join("");
}
