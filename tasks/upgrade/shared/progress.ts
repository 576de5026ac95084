/** Says on stderr how far a long run is, when somebody is looking; quiet in CI and when stderr is not a terminal. */
export function progress(): (line: string) => void {
  const isWatched = process.stderr.isTTY === true && process.env.CI === undefined;
  return isWatched ? (line) => void process.stderr.write(`${line}\n`) : () => undefined;
}
