import { concat, hexlify } from "ethers";
import { blockParameter, type BlockRef, type ChainPort } from "../chain/port.js";
import { getCode } from "../chain/reads.js";
import { create2Address, SINGLETON_FACTORY } from "../build/init-code.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";

/**
 * Replaces the factory's code for one `eth_call`: CREATE2 with the call data as `salt ++ initCode`, then return the code
 * of what was created, or the reason why nothing was. So the constructor runs at its true address and on the true state,
 * and immutables get the values that they will have.
 *
 * ```
 * CALLDATASIZE-32 → n; calldatacopy(0, 32, n); create2(0, 0, n, calldataload(0)) → a
 * if a == 0: returndatacopy, revert
 * extcodecopy(a, 0, 0, extcodesize(a)); return
 * ```
 */
const CREATE2_AND_RETURN_CODE = hexlify(
  Uint8Array.from([
    0x60, 0x20, 0x36, 0x03, // n = calldatasize - 32
    0x80, 0x60, 0x20, 0x5f, 0x37, // calldatacopy(0, 32, n)
    0x5f, 0x35, // salt
    0x90, 0x5f, 0x5f, 0xf5, // create2(0, 0, n, salt)
    0x80, 0x60, 0x1b, 0x57, // jumpi(ok, address)
    0x3d, 0x5f, 0x5f, 0x3e, 0x3d, 0x5f, 0xfd, // revert with the constructor's reason
    0xfe,
    0x5b, // ok: 0x1b
    0x80, 0x3b, 0x80, 0x5f, 0x5f, 0x84, 0x3c, // extcodecopy(a, 0, 0, size)
    0x5f, 0xf3, // return(0, size)
  ]),
);

/**
 * The runtime code that `initCode` has or will have at its CREATE2 address: the code on chain if it is deployed, else
 * what its constructor leaves when it runs on this block's state.
 *
 * @throws DrydockError CONSTRUCTOR_FAILED if the constructor reverts, or the endpoint takes no state override in `eth_call`.
 */
export async function runtimeCodeOf(
  chain: ChainPort,
  initCode: string,
  salt: string,
  block: BlockRef,
): Promise<{ address: string; code: string; deployed: boolean }> {
  const address = create2Address(initCode, salt);
  const live = await getCode(chain, address, block);
  if (live !== "0x") return { address, code: live, deployed: true };
  const transaction = { to: SINGLETON_FACTORY, data: concat([salt, initCode]), gas: "0xffffff" };
  const override = { [SINGLETON_FACTORY]: { code: CREATE2_AND_RETURN_CODE } };
  try {
    const params = [transaction, blockParameter(block), override];
    const code = (await chain.request({ method: "eth_call", params })) as string;
    if (code === "0x") throw new Error("the constructor leaves no code");
    return { address, code, deployed: false };
  } catch (error) {
    if (DrydockError.is(error)) throw error;
    throw new DrydockError(ERRORS.CONSTRUCTOR_FAILED, { address, reason: reasonOf(error) });
  }
}
