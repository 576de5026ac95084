import type { ReadsReport } from "../../core/schema/inspect.js";
import type { ChainPort } from "../port.js";

/** One endpoint, asked by itself. The label is shown, so it holds no key. */
export interface Witness {
  label: string;
  chain: ChainPort;
}

type Role = ReadsReport["endpoints"][number]["role"];
export type Lie = ReadsReport["evidence"][number];

/** What is known about each endpoint while a chain is read: who may be asked, who lied and the proof of it. */
export interface WitnessBook {
  /** Endpoints that may still be asked, in the order given. */
  usable(): Witness[];
  /** Those of {@link usable} that have not refused a proof yet. */
  provers(): Witness[];
  /** Puts an endpoint aside for a reason that is no lie. */
  demote(witness: Witness, role: Exclude<Role, "honest" | "lying">, detail: string): void;
  /** Puts an endpoint aside for a lie, with what proves it. */
  accuse(witness: Witness, lie: Omit<Lie, "endpoint">): void;
  /** Something that was believed without a proof. */
  believe(what: string): void;
  /** Words of state that were proven so far. */
  proven(words: number): void;
  report(quorum: number): ReadsReport;
}

/** A book over `witnesses`, all of them taken for honest. */
export function witnessBook(witnesses: readonly Witness[]): WitnessBook {
  const roles = new Map<Witness, { role: Role; detail: string }>(witnesses.map((witness) => [witness, { role: "honest", detail: "" }]));
  const evidence: Lie[] = [];
  const believed = new Set<string>();
  let provenWords = 0;
  const roleOf = (witness: Witness) => roles.get(witness)!.role;

  return {
    usable: () => witnesses.filter((witness) => roleOf(witness) === "honest" || roleOf(witness) === "no-proofs"),
    provers: () => witnesses.filter((witness) => roleOf(witness) === "honest"),
    demote(witness, role, detail) {
      if (roleOf(witness) !== "lying") roles.set(witness, { role, detail });
    },
    accuse(witness, lie) {
      const detail = `${lie.what}: said ${lie.said}, proven is ${lie.proven}`;
      if (roleOf(witness) !== "lying") roles.set(witness, { role: "lying", detail });
      if (evidence.length < EVIDENCE_LIMIT) evidence.push({ endpoint: witness.label, ...lie });
    },
    believe(what) {
      believed.add(what);
    },
    proven(words) {
      provenWords += words;
    },
    report(quorum) {
      const unproven = [...believed].sort();
      return {
        confidence: quorum < 2 || provenWords === 0 ? "trusted" : unproven.length === 0 ? "proven" : "partly",
        endpoints: witnesses.map((witness) => ({ endpoint: witness.label, ...roles.get(witness)! })),
        quorum,
        provenWords,
        unproven,
        evidence,
      };
    },
  };
}

const EVIDENCE_LIMIT = 50;
