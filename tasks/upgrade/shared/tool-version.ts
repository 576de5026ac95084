import { readFile } from "node:fs/promises";

/** `hardhat-drydock@0.1.0`, as the package that this file belongs to says. */
export async function toolVersion(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(new URL("../../../package.json", import.meta.url), "utf8")) as {
    name: string;
    version: string;
  };
  return `${name}@${version}`;
}
