import { id } from "ethers";

/**
 * Runtime code of an account that, called for the first time in a transaction, calls `target` with `payload` and notes in
 * slot 0 whether that went through: a payee that re-enters. Needs transient storage (Cancun).
 */
export function reentrant(target: string, payload: string): string {
  const bytes = payload.slice(2);
  const size = hex16(bytes.length / 2);
  const code =
    "5f5c61003257" + // been here in this transaction: stop
    "60015f5d" +
    `61${size}6100345f39` + // the payload stands behind the code
    `5f5f61${size}5f5f73${address(target)}5af1` +
    "5f55" + // whether it went through
    "5b00";
  return `0x${code}${bytes}`;
}

/** Where {@link MARKING} writes: no contract has this slot. */
export const MARK = id("drydock rehearsal mark");

/** Runtime code that writes into the storage it runs on, whatever it is called with, and answers 1: what DELEGATECALL must never reach. */
export const MARKING = `0x60017f${MARK.slice(2)}5560015f5260205ff3`;

/**
 * Runtime code of a token that does what `original` does and then calls `payee` on every `transfer` and `transferFrom`, as
 * tokens with hooks (ERC-777) do. It keeps its own storage: the original is called by DELEGATECALL.
 */
export function hookedToken(original: string, payee: string): string {
  const code =
    "365f5f37" +
    `5f5f365f73${address(original)}5af4` +
    "3d5f5f3e" +
    "61002a573d5ffd" + // the original reverts: so does this
    "5b3d5f3560e01c8063a9059cbb149063" +
    "23b872dd141715" + // neither transfer nor transferFrom: no call
    "61006257" +
    `5f5f5f5f5f73${address(payee)}5af150` +
    "5b5ff3";
  return `0x${code}`;
}

function address(of: string): string {
  return of.slice(2).toLowerCase();
}

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
