import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import type { HardhatConfig } from "hardhat/types/config";
import type { HookManager } from "hardhat/types/hooks";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { packagedSoljson } from "./locate-compiler.js";

const done = new WeakSet<object>();
const planning = new AsyncLocalStorage<true>();

/**
 * Has Hardhat say which compiler jobs there are, in `work`, without loading the compilers: it would start each one, half a
 * second, only to ask for its long version, which goes into the names of build-infos that Drydock does not write.
 */
export function planJobs<T>(work: () => Promise<T>): Promise<T> {
  return planning.run(true, work);
}

/**
 * Keeps Hardhat's build system from downloading compilers while a verb runs: every compiler of the config that has no
 * `path` of its own gets that of the npm package which Drydock compiles with. Where there is no such package Hardhat is
 * told so little of the compiler that it can still say which sources want it; the compilation itself is Drydock's, and
 * ends with COMPILER_UNAVAILABLE. Changes `solidity` in place, for this process only.
 */
export function useNpmCompilers({ config, hooks }: { config: Pick<HardhatConfig, "solidity" | "paths">; hooks: HookManager }): void {
  if (done.has(config.solidity)) return;
  done.add(config.solidity);
  const { root } = config.paths;
  const missing = new Set<string>();
  for (const { compilers, overrides } of Object.values(config.solidity.profiles)) {
    for (const compiler of [...compilers, ...Object.values(overrides)]) {
      if (compiler.path !== undefined || (compiler.type !== undefined && compiler.type !== "solc")) continue;
      const path = packagedSoljson(compiler.version, root);
      compiler.path = path ?? join(root, "node_modules", `solc-${compiler.version}`, "soljson.js");
      if (path === undefined) missing.add(compiler.path);
    }
  }
  hooks.registerHandlers("solidity", {
    getCompiler: async (context, compiler, next) => {
      const { version, path } = compiler;
      const isPlanned = planning.getStore() === true && path?.endsWith(".js") === true;
      if (path === undefined || !(missing.has(path) || isPlanned)) return next(context, compiler);
      const compile = () => Promise.reject(new DrydockError(ERRORS.COMPILER_UNAVAILABLE, { version }));
      return { version, longVersion: version, compilerPath: path, isSolcJs: true, compile };
    },
  });
}
