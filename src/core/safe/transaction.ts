import { ZeroAddress } from "ethers";

/** 0 is a call, 1 a delegatecall (Safe's `Enum.Operation`). */
export type Operation = 0 | 1;

/** The ten fields that a Safe's owners sign. Amounts in wei, gas in units, `data` 0x-prefixed hex. */
export interface SafeTx {
  to: string;
  value: bigint;
  data: string;
  operation: Operation;
  safeTxGas: bigint;
  /** `dataGas` before Safe 1.0.0. */
  baseGas: bigint;
  gasPrice: bigint;
  gasToken: string;
  refundReceiver: string;
  nonce: bigint;
}

/** A Safe transaction without gas refund: the five refund fields are zero, a plain call unless `operation` says otherwise. */
export function plainSafeTx(fields: {
  to: string;
  value?: bigint;
  data?: string;
  operation?: Operation;
  nonce: bigint;
}): SafeTx {
  return {
    to: fields.to,
    value: fields.value ?? 0n,
    data: fields.data ?? "0x",
    operation: fields.operation ?? 0,
    safeTxGas: 0n,
    baseGas: 0n,
    gasPrice: 0n,
    gasToken: ZeroAddress,
    refundReceiver: ZeroAddress,
    nonce: fields.nonce,
  };
}
