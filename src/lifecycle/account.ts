import { getAddress } from "ethers";
import type { ChainPort } from "../chain/port.js";
import { getReceipt, type Receipt } from "../chain/reads.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/** The configured accounts of a network: an EIP-1193 provider that can sign and send (Hardhat's own). */
export interface Accounts {
  provider: ChainPort;
  network: string;
  /** Checksummed, in the order of the config. */
  addresses: readonly string[];
}

/** Reads which accounts `provider` can sign for. */
export async function readAccounts(provider: ChainPort, network: string): Promise<Accounts> {
  const addresses = ((await provider.request({ method: "eth_accounts" })) as string[]).map((address) => getAddress(address));
  return { provider, network, addresses };
}

/**
 * The account to use: `wanted` if it is configured, else the first configured one that `fits`.
 *
 * @throws DrydockError NO_ACCOUNT.
 */
export function chooseAccount(
  accounts: Accounts,
  wanted: string | undefined,
  fits: (address: string) => boolean = () => true,
  need = "",
): string {
  const { network, addresses } = accounts;
  if (wanted !== undefined) {
    const address = getAddress(wanted);
    if (addresses.includes(address)) return address;
    throw new DrydockError(ERRORS.NO_ACCOUNT, { network, detail: ` with the address ${address}` });
  }
  const found = addresses.find(fits);
  if (found === undefined) throw new DrydockError(ERRORS.NO_ACCOUNT, { network, detail: need });
  return found;
}

export interface Sending {
  accounts: Accounts;
  from: string;
  /** What the transaction does, for errors and the journal. */
  what: string;
  to: string;
  data: string;
  /** Wei. */
  value?: bigint;
}

/** How long a sent transaction is waited for: one question every interval. */
export interface Patience {
  intervalMs: number;
  attempts: number;
}

export const DEFAULT_PATIENCE: Patience = { intervalMs: 1_000, attempts: 600 };

/**
 * Sends one transaction; `onSent` hears its hash before anything is waited for.
 *
 * @throws DrydockError TRANSACTION_FAILED if the node refuses it or it reverts; STEP_NOT_POSSIBLE when it is not mined in time.
 */
export async function send(
  chain: ChainPort,
  { accounts, from, what, to, data, value = 0n }: Sending,
  onSent: (hash: string) => Promise<void>,
  patience: Patience = DEFAULT_PATIENCE,
): Promise<Receipt> {
  const transaction = { from, to, data, value: `0x${value.toString(16)}` };
  let hash: string;
  try {
    hash = (await accounts.provider.request({ method: "eth_sendTransaction", params: [transaction] })) as string;
  } catch (error) {
    throw new DrydockError(ERRORS.TRANSACTION_FAILED, { hash: "not sent", what, reason: reasonOf(error) });
  }
  await onSent(hash);
  return waitFor(chain, hash, what, patience);
}

/** Waits until `hash` is mined. @throws DrydockError TRANSACTION_FAILED, STEP_NOT_POSSIBLE. */
export async function waitFor(chain: ChainPort, hash: string, what: string, patience: Patience = DEFAULT_PATIENCE): Promise<Receipt> {
  for (let attempt = 0; attempt < patience.attempts; attempt++) {
    const receipt = await getReceipt(chain, hash);
    if (receipt?.status === "reverted") throw new DrydockError(ERRORS.TRANSACTION_FAILED, { hash, what, reason: "it was mined and reverted" });
    if (receipt !== null) return receipt;
    await new Promise((resolve) => setTimeout(resolve, patience.intervalMs));
  }
  const detail = `${hash} (${what}) was sent but is not mined yet; run the step again later, nothing is sent twice`;
  throw new DrydockError(ERRORS.STEP_NOT_POSSIBLE, { step: what, detail });
}
