import { join } from "node:path";
import { getAddress, isHexString } from "ethers";
import { access } from "node:fs/promises";
import { getBlock } from "../chain/reads.js";
import type { ChainPort } from "../chain/port.js";
import { deploymentsSchema, type Deployments } from "../core/schema/deployments.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import { readDocument } from "../files/read-document.js";

/** Names ↔ addresses of one chain. */
export interface NameBook {
  /** Shown in errors: which file the names come from. */
  readonly file: string;
  /** @throws DrydockError BAD_ADDRESS, UNKNOWN_NAME. */
  addressOf(nameOrAddress: string): string;
  /** The name of `address`, or undefined. */
  nameOf(address: string): string | undefined;
  /** All names, for looking contracts up that no plan mentions. */
  readonly entries: readonly (readonly [name: string, address: string])[];
}

/** Reads `deployments/<chainId>.json` below `root`; without the file only addresses are known. */
export async function readNameBook(root: string, chainId: bigint): Promise<{ names: NameBook; deployments?: Deployments }> {
  const file = join("deployments", `${chainId}.json`);
  const path = join(root, file);
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return { names: nameBook(`${file} (no such file)`, {}) };
  const deployments = await readDocument(path, deploymentsSchema, "deployments file");
  if (BigInt(deployments.chainId) !== chainId) {
    const detail = `it is for chain ${deployments.chainId}`;
    throw new DrydockError(ERRORS.FILE_MALFORMED, { path, what: `deployments file of chain ${chainId}`, detail });
  }
  return { names: nameBook(file, deployments.contracts), deployments };
}

/** A name book over `contracts`; `file` is only named in errors. */
export function nameBook(file: string, contracts: Readonly<Record<string, string>>): NameBook {
  const entries = Object.entries(contracts);
  const byAddress = new Map(entries.map(([name, address]) => [address, name]));
  return {
    file,
    entries,
    addressOf(nameOrAddress) {
      if (isHexString(nameOrAddress) || /^0x/i.test(nameOrAddress)) return checkedAddress(nameOrAddress);
      const address = Object.hasOwn(contracts, nameOrAddress) ? contracts[nameOrAddress] : undefined;
      if (address === undefined) throw new DrydockError(ERRORS.UNKNOWN_NAME, { name: nameOrAddress, file });
      return address;
    },
    nameOf: (address) => byAddress.get(getAddress(address)),
  };
}

/** The names of a signer who has no deployments file: the labels of their own trust file. */
export function namesOrLabels(names: NameBook, labels: Readonly<Record<string, string>> = {}): NameBook {
  if (names.entries.length > 0) return names;
  return nameBook("the trust file", Object.fromEntries(Object.entries(labels).map(([address, label]) => [label, getAddress(address)])));
}

/** An address as a person wrote it: a wrong EIP-55 checksum is a typing error, all-lower-case has none to check. */
export function checkedAddress(value: string): string {
  try {
    return getAddress(value);
  } catch (error) {
    throw new DrydockError(ERRORS.BAD_ADDRESS, { value, reason: reasonOf(error).replace(/ \(argument.*/, "") });
  }
}

/** @throws DrydockError GENESIS_MISMATCH if the endpoint serves another chain with the same id. */
export async function checkGenesis(chain: ChainPort, deployments: Deployments | undefined): Promise<void> {
  if (deployments?.genesisHash === undefined) return;
  const { hash } = await getBlock(chain, 0n);
  if (hash !== deployments.genesisHash) {
    throw new DrydockError(ERRORS.GENESIS_MISMATCH, {
      chainId: deployments.chainId,
      actual: hash,
      file: `deployments/${deployments.chainId}.json`,
      expected: deployments.genesisHash,
    });
  }
}
