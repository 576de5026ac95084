import { id, Interface, Signature, ZeroHash, type HDNodeWallet } from "ethers";
import { encodeExecTransaction } from "../../src/core/safe/calldata.js";
import { packSignatures } from "../../src/core/safe/signatures.js";
import { plainSafeTx } from "../../src/core/safe/transaction.js";
import { safeHashes } from "../../src/core/safe/hashes.js";
import { encodeExecuteBatch, encodeScheduleBatch, type TimelockCall } from "../../src/core/timelock/operation.js";
import type { ChainSession } from "./session.js";

const NONCE = new Interface(["function nonce() view returns (uint256)"]);

export interface Governance {
  safe: string;
  timelock: string;
  /** Enough owners to reach the Safe's threshold. */
  signers: readonly HDNodeWallet[];
  /** Seconds. */
  delay: bigint;
}

/** Has the Safe call `to` with `data`, signed by its owners' keys. */
export async function safeCall(session: ChainSession, { safe, signers }: Governance, to: string, data: string): Promise<void> {
  const answer = await session.provider.call({ to: safe, data: NONCE.encodeFunctionData("nonce") });
  const tx = plainSafeTx({ to, data, nonce: BigInt(answer) });
  const { chainId } = await session.provider.getNetwork();
  const { safeTxHash } = safeHashes({ chainId, safe, version: "1.4.1", tx });
  const signatures = signers.map((owner) => ({
    owner: owner.address,
    signature: Signature.from(owner.signingKey.sign(safeTxHash)).serialized,
  }));
  await session.send(session.deployer, { to: safe, data: encodeExecTransaction(tx, packSignatures(signatures)) });
}

/** Carries `calls` out by Safe and timelock, with the real delay in between. */
export async function throughTimelock(
  session: ChainSession,
  governance: Governance,
  calls: readonly TimelockCall[],
  label: string,
): Promise<void> {
  const operation = { calls: [...calls], predecessor: ZeroHash, salt: id(label) };
  const { delay, timelock } = governance;
  await safeCall(session, governance, timelock, encodeScheduleBatch({ ...operation, delay }));
  await session.advance(delay);
  await session.provider.send("evm_mine", []);
  await safeCall(session, governance, timelock, encodeExecuteBatch(operation));
}
