import { userEntries } from "../moves.js";
import { pauseSwitches, switchesAsked } from "../pause.js";
import type { Rule } from "../rule.js";

const CLOSES = /^(?:_|force|self|partial|batch|auto)*(?:close|decrease|reduce|liquidat|repay|settle|exit|unwind|deleverage)/i;

export const rule: Rule = {
  id: "D14",
  title: "pause also blocks closing and liquidation",
  severity: "medium",
  confidence: "high",
  source: "drydock",
  needs: ["A"],
  flags:
    "A function that closes, reduces, repays or liquidates asks the same pause switch as functions that take on risk.",
  why: "While the market moves nobody can leave and nobody can be liquidated: a pause meant to protect makes bad debt.",
  remedy: "give closing and liquidation a switch of their own, or none",
  references: { owasp: "SC03:2025 Logic Errors", ethtrust: "[Q] Protect users in emergencies" },
  *contract(view) {
    if (view.isAbstract) return;
    const switches = pauseSwitches(view);
    const entries = userEntries(view).map((trace) => ({ trace, asked: switchesAsked(trace).filter(({ key }) => switches.has(key)) }));
    const opening = new Set(entries.filter(({ trace }) => !CLOSES.test(trace.fn.name) && !/pause/i.test(trace.fn.name)).flatMap(({ asked }) => asked.map(({ part }) => part)));
    for (const { trace, asked } of entries) {
      if (!CLOSES.test(trace.fn.name)) continue;
      const shared = asked.find(({ part }) => opening.has(part));
      if (shared === undefined) continue;
      yield { view, fn: trace.fn, at: trace.fn, detail: `${trace.fn.name} is blocked by ${shared.key.replace(/^ns:/, "")}, which also stops opening` };
    }
  },
};
