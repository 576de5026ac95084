export interface Run {
  wallMs: number;
  requests: number;
  calls: number;
  peakMiB?: number;
}

export interface Results {
  latencyMs: number;
  node: string;
  /** Load averages of the machine, 1, 5 and 15 minutes. */
  load: number[];
  drydockPeakMiB: number;
  rows: { proxies: number; planHash: string; drydock: { cold: Run; warm: Run }; anvil: { cold: Run; warm: Run }; forge: { cold: Run; warm: Run } | null }[];
  /** `peakMiB` is that of the whole process up to there. */
  accounts: { accounts: number; coldMs: number; warmMs: number; requests: number; peakMiB: number }[];
}

/** The results as Markdown; the goals stand beside what was reached. */
export function resultsTable({ latencyMs, node, load, drydockPeakMiB, rows, accounts }: Results): string {
  const line = (proxies: number, who: string, { cold, warm }: { cold: Run; warm: Run }, peak: number): string =>
    `| ${proxies} | ${who} | ${cold.wallMs} | ${warm.wallMs} | ${cold.requests} | ${warm.requests} | ${peak} |`;
  const lines = rows.flatMap(({ proxies, drydock, anvil, forge }) => [
    line(proxies, "drydock, with the runs that must fail", drydock, drydockPeakMiB),
    line(proxies, "anvil and a script", anvil, Math.max(anvil.cold.peakMiB ?? 0, anvil.warm.peakMiB ?? 0)),
    ...(forge === null ? [] : [line(proxies, "forge script", forge, Math.max(forge.cold.peakMiB ?? 0, forge.warm.peakMiB ?? 0))]),
  ]);
  const ratios = rows.map(({ proxies, drydock, anvil, forge }) => {
    const best = (of: "cold" | "warm"): number => Math.min(anvil[of].wallMs, forge?.[of].wallMs ?? Infinity);
    const fewest = Math.min(anvil.cold.requests, forge?.cold.requests ?? Infinity);
    const ratio = (a: number, b: number): string => (a / b).toFixed(2);
    return `| ${proxies} | ${ratio(drydock.cold.wallMs, best("cold"))} | ${ratio(drydock.warm.wallMs, best("cold"))} | ${ratio(drydock.warm.wallMs, best("warm"))} | ${drydock.cold.requests} of ${fewest} |`;
  });
  return `# The rehearsal's route against anvil and forge

Written by \`node --import tsx benchmarks/rehearsal/run.ts\` with Node ${node}, on one upstream with ${latencyMs} ms added latency; load of the
machine at the end ${load.join(", ")}. Drydock's peak is that of its whole process, Node included, over all rows; anvil's is without the script.

| proxies | who | cold, ms | warm, ms | requests cold | requests warm | peak, MiB |
|---|---|---|---|---|---|---|
${lines.join("\n")}

Against the faster of the two others (goals: cold ≤ 1.00, warm ≤ 0.20 of their cold run, requests no more than theirs):

| proxies | cold / their cold | warm / their cold | warm / their warm | requests |
|---|---|---|---|---|
${ratios.join("\n")}

Scenarios S0 and S14 with every account sampled, next to the chain (no latency):

| accounts | cold, ms | warm, ms | requests cold | peak so far, MiB |
|---|---|---|---|---|
${accounts.map((one) => `| ${one.accounts} | ${one.coldMs} | ${one.warmMs} | ${one.requests} | ${one.peakMiB} |`).join("\n")}
`;
}
