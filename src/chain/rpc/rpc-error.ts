/**
 * An error that a JSON-RPC endpoint gave as its answer (execution reverted, invalid params …): the endpoint works,
 * asking again would give the same. `data` holds the revert data when there is any, as 0x-hex.
 */
export class RpcError extends Error {
  public readonly code: number;
  public readonly data: string | undefined;

  constructor(code: number, message: string, data?: string) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

/** The `error` member of a JSON-RPC answer as an {@link RpcError}; nested revert data (Hardhat, geth, Nethermind) is found. */
export function rpcErrorFrom(value: unknown): RpcError {
  const { code, message, data } = (value ?? {}) as { code?: unknown; message?: unknown; data?: unknown };
  return new RpcError(
    typeof code === "number" ? code : -32000,
    typeof message === "string" ? message : "error without a message",
    revertData(data),
  );
}

/**
 * Whether this thrown value is a call's revert: the contract was asked and refused. Also true for providers that throw
 * their own error classes (Hardhat's in-process provider).
 */
export function isRevert(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  if (code === 3) return true;
  if (revertData(data) !== undefined) return true;
  return typeof message === "string" && /revert|invalid opcode|out of gas|stack underflow|bad instruction/i.test(message);
}

/** What a call reverted with, `0x` for nothing; undefined where the provider does not tell. Hardhat's own errors count as well. */
export function revertDataOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "data" in error ? revertData(error.data) : undefined;
}

function revertData(data: unknown): string | undefined {
  if (typeof data === "string") return /0x(?:[0-9a-fA-F]{2})*$/.exec(data)?.[0];
  if (typeof data === "object" && data !== null && "data" in data) return revertData(data.data);
  return undefined;
}
