import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT } from "./cli.js";

/** A bank that pays before it writes, and one contract that nothing is wrong with. */
export const BANK = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

contract Bank {
    mapping(address => uint256) public balances;

    function deposit() external payable {
        balances[msg.sender] += msg.value;
    }

    function withdraw() external {
        uint256 amount = balances[msg.sender];
        (bool success, ) = msg.sender.call{value: amount}("");
        require(success);
        balances[msg.sender] = 0;
    }
}
`;

export const CALM = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

contract Calm {
    uint256 public total;

    function add(uint256 amount) external {
        total += amount;
    }
}
`;

/**
 * Writes a Hardhat project of its own below this repository's cache folder, so that it finds the installed packages.
 *
 * @param files by path inside the project. @param drydock what its config says under \`drydock\`, as source text.
 * @returns the project's folder.
 */
export async function writeCheckProject(name: string, files: Record<string, string>, drydock = "{}"): Promise<string> {
  const folder = join(ROOT, "cache", "check-projects", name);
  await rm(folder, { recursive: true, force: true });
  const config = `import { createRequire } from "node:module";
import { defineConfig } from "hardhat/config";
import hardhatDrydock from "../../../src/index.js";

const pathOf = (version) => createRequire(import.meta.url).resolve(\`solc-\${version}/soljson.js\`);
const compilers = [
  { version: "0.8.28", path: pathOf("0.8.28"), settings: { evmVersion: "cancun" } },
  { version: "0.7.6", path: pathOf("0.7.6") },
];

export default defineConfig({
  plugins: [hardhatDrydock],
  solidity: { profiles: { default: { compilers }, production: { compilers } } },
  drydock: ${drydock},
  networks: { embedded: { type: "http", chainType: "l1", url: process.env.DRYDOCK_EMBEDDED_URL ?? "http://127.0.0.1:8545" } },
});
`;
  const all = { "package.json": '{ "name": "checked", "private": true, "type": "module" }\n', "hardhat.config.ts": config, ...files };
  for (const [path, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
