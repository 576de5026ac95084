import { factsOf } from "../flow/facts.js";
import { contains, textOf, type Term } from "../flow/term.js";
import { entriesOf, type PathEntry } from "../flow/trace.js";
import type { Rule } from "../rule.js";

export const rule: Rule = {
  id: "G3",
  title: "tx.origin decides who may do something",
  severity: "medium",
  confidence: "high",
  source: "solhint",
  needs: ["A"],
  flags:
    "A check compares `tx.origin` with something other than `msg.sender`, or looks it up in state. `tx.origin == msg.sender`, which only asks whether the caller is an account, is left alone.",
  why: "Whoever brings an entitled account to call any contract of theirs acts with that account's right.",
  remedy: "use `msg.sender`",
  references: {
    owasp: "SC01:2025 Access Control Vulnerabilities",
    ethtrust: "[S] No tx.origin",
    swc: "SWC-115",
  },
  translates: ["solhint:avoid-tx-origin"],
  *contract(view) {
    const seen = new Set<string>();
    for (const trace of factsOf(view).all) {
      const entries: PathEntry[] = trace.effects.flatMap(({ path }) => entriesOf(path));
      for (const { holds, node } of new Set([...entries, ...entriesOf(trace.exit)])) {
        if (seen.has(node.src) || !authorizes(holds)) continue;
        seen.add(node.src);
        yield { view, fn: trace.fn, at: node, detail: `${trace.fn.name || "fallback"} asks ${textOf(holds).slice(0, 120)}` };
      }
    }
  },
};

function authorizes(holds: Term): boolean {
  if (!contains(holds, isOrigin)) return false;
  return contains(holds, (term) => {
    if (term.op === "index") return contains(term.index, isOrigin);
    if (term.op === "call" && term.kind !== "builtin") return term.args.some((argument) => contains(argument, isOrigin));
    if (term.op !== "binary" || (term.operator !== "==" && term.operator !== "!=")) return false;
    const [mine, other] = contains(term.left, isOrigin) ? [term.left, term.right] : [term.right, term.left];
    return contains(mine, isOrigin) && other.op !== "caller" && !(other.op === "literal");
  });
}

function isOrigin(term: Term): boolean {
  return term.op === "environment" && term.name === "tx.origin";
}
