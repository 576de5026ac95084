import type { Interface, Result } from "ethers";
import type { RehearsalAdapter } from "../src/rehearsal/adapter.js";

export type Port = Parameters<RehearsalAdapter["venue"]>[0];

/** How many answers are remembered in decoded form. */
const REMEMBERED = 20_000;

/** Reads views of one chain. A rehearsal asks the same thing thousands of times: calldata and decoded answers are kept. */
export class Reader {
  private readonly encoded = new Map<string, string>();
  private readonly decoded = new Map<string, Result>();

  constructor(readonly chain: Port) {}

  async call(to: string, iface: Interface, name: string, args: readonly unknown[]): Promise<Result> {
    const key = `${name}(${args.join(",")})`;
    const data = this.encoded.get(key) ?? iface.encodeFunctionData(name, [...args]);
    this.encoded.set(key, data);
    const answer = (await this.chain.request({ method: "eth_call", params: [{ to, data }, "latest"] })) as string;
    const known = this.decoded.get(name + answer);
    if (known !== undefined) return known;
    const result = iface.decodeFunctionResult(name, answer);
    if (this.decoded.size < REMEMBERED) this.decoded.set(name + answer, result);
    return result;
  }
}
