import { concat, getCreate2Address, Interface, keccak256, ZeroHash } from "ethers";
import type { AbiItem, BuiltContract, SolcContract } from "../core/solc.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** The Safe singleton factory (https://github.com/safe-global/safe-singleton-factory): `salt ++ initCode` deploys by CREATE2. */
export const SINGLETON_FACTORY = "0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7";

/** The compiled contract itself, out of the compilation that it comes from. */
export function contractOf(built: BuiltContract): SolcContract {
  const contract = built.output.contracts?.[built.file]?.[built.name];
  if (contract === undefined) {
    throw new DrydockError(ERRORS.CONTRACT_NOT_FOUND, { contract: `${built.file}:${built.name}`, hint: "" });
  }
  return contract;
}

/**
 * Creation code with its ABI-encoded constructor arguments, lower-case hex.
 *
 * @throws DrydockError ABI_MISMATCH if the arguments don't fit; COMPILE_FAILED for an abstract or unlinked contract.
 */
export function initCodeOf(built: BuiltContract, constructorArguments: readonly unknown[] = []): string {
  const { abi, evm } = contractOf(built);
  const code = evm?.bytecode?.object ?? "";
  const fail = (detail: string): never => {
    throw new DrydockError(ERRORS.COMPILE_FAILED, { contract: built.name, version: built.solcVersion, detail });
  };
  if (code === "") fail("it has no code of its own (abstract contract or interface)");
  if (code.includes("__$")) fail("it needs an external library to be linked; inline the library (internal functions)");
  try {
    return concat([`0x${code}`, new Interface(abi).encodeDeploy(constructorArguments)]);
  } catch (error) {
    throw new DrydockError(ERRORS.ABI_MISMATCH, {
      contract: built.name,
      call: `constructor(${constructorTypes(abi)})`,
      detail: reasonOf(error),
    });
  }
}

/** Where the singleton factory puts `initCode`: EIP-1014. */
export function create2Address(initCode: string, salt: string = ZeroHash): string {
  return getCreate2Address(SINGLETON_FACTORY, salt, keccak256(initCode));
}

function constructorTypes(abi: readonly AbiItem[]): string {
  return (abi.find(({ type }) => type === "constructor")?.inputs ?? []).map(({ type }) => type).join(",");
}
