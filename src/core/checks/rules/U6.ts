import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "U6",
  title: "storage namespace is not where its annotation says",
  severity: "high",
  confidence: "high",
  source: "layout",
  needs: ["A", "2"],
  flags: "An ERC-7201 annotation and the slot that the code uses differ, a namespace was deleted or changed its struct, or two namespaces share a slot.",
  why: "Tools that read the annotation check a layout that does not exist; two structs on one slot overwrite each other.",
  remedy: "make the constant equal to the ERC-7201 formula of the annotated id, and keep ids unique and stable",
  references: { owasp: "SC03:2025 Logic Errors" },
};
