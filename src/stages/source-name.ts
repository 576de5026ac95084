/**
 * The name under which Hardhat's compiler job knows the file that another tool calls `path`: its own sources are
 * `project/contracts/A.sol`, a dependency's `npm/@scope/package@1.2.3/A.sol` where the tool sees `node_modules/@scope/package/A.sol`.
 *
 * @returns undefined if the job does not hold the file, or holds it under `path` itself.
 */
export function sourceNameOf(path: string, exists: (name: string) => boolean, names: () => Iterable<string>): string | undefined {
  const own = `project/${path}`;
  if (exists(own)) return own;
  const [, dependency] = /(?:^|\/)node_modules\/(.+)$/.exec(path) ?? [];
  if (dependency === undefined) return undefined;
  for (const name of names()) {
    if (name.replace(/^npm\/((?:@[^/]+\/)?[^/@]+)@[^/]+\//, "$1/") === dependency && name !== dependency) return name;
  }
  return undefined;
}
