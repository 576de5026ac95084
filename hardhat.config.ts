import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatEthersChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import { defineConfig } from "hardhat/config";
import hardhatDrydock from "./src/index.js";

const require = createRequire(import.meta.url);
// The compiler comes from npm, as WebAssembly: no download, the same bytes on every machine.
const solc = { version: "0.8.28", path: require.resolve("solc-0.8.28/soljson.js") };
const outputSelection = { "*": { "*": ["storageLayout", "transientStorageLayout"] } };

export default defineConfig({
  plugins: [hardhatEthers, hardhatEthersChaiMatchers, hardhatMocha, hardhatNetworkHelpers, hardhatDrydock],
  solidity: {
    profiles: {
      // Fast, for tests. What goes on a chain is built with `production`.
      default: {
        compilers: [{ ...solc, settings: { evmVersion: "cancun", optimizer: { enabled: false }, outputSelection } }],
      },
      production: {
        isolated: false,
        compilers: [
          { ...solc, settings: { evmVersion: "cancun", optimizer: { enabled: true, runs: 200 }, outputSelection } },
        ],
      },
    },
  },
  paths: {
    // Solidity below test/ is material for the checks and the incidents, some of it wrong on purpose: nothing to build.
    tests: { mocha: "test", solidity: "test/solidity" },
  },
  drydock: { adapter: "upgrades/venue-adapter.ts", selfTest: "test/fixtures/venue/self-test.ts", trustFile: process.env.DRYDOCK_TRUST ?? "trust.json" },
  networks: {
    // The chain that `npm run chain` starts. A network of your own takes exactly the same path.
    embedded: {
      type: "http",
      chainType: "l1",
      url: process.env.DRYDOCK_EMBEDDED_URL ?? "http://127.0.0.1:8545",
    },
  },
});
