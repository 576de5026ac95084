import { Interface, keccak256, toUtf8Bytes } from "ethers";
import type { Action, Call } from "../src/rehearsal/adapter.js";
import type { Port, Reader } from "./venue-reader.js";

const ORDER = "tuple(address maker, uint256 marketId, bool isBuy, uint128 size, uint128 price, uint64 expiry, uint256 nonce, uint256 salt)";
const ORDERS = new Interface([
  `function fillOrder(${ORDER} order, bytes signature, uint128 size)`,
  "function minimumNonce(address maker) view returns (uint256)",
  "event OrderFilled(bytes32 indexed orderHash, address indexed maker, address indexed taker, uint256 size, uint256 price)",
]);
/** Beyond any expiry that a rehearsal waits for. */
const NEVER = 2n ** 40n;

interface RestingOrder {
  order: { maker: string; marketId: bigint; [name: string]: unknown };
  signature: string;
}

/** Order settlement as the rehearsal sees it: resting orders with their makers' real signatures, and fresh ones. */
export class OrdersPart {
  private resting: Promise<RestingOrder[]> | undefined;

  private readonly chain: Port;

  constructor(
    private readonly reader: Reader,
    private readonly at: string,
  ) {
    this.chain = reader.chain;
  }

  /** Fills an order that once was filled in part, as its maker signed it: its bytes stand in the earlier transaction. */
  async fill({ account, market, size }: Extract<Action, { kind: "fill" }>): Promise<Call | undefined> {
    this.resting ??= this.restingOrders();
    const found = (await this.resting).find(({ order }) => String(order.marketId) === market && order.maker !== account);
    if (found === undefined) return undefined;
    const { order, signature } = found;
    return { from: account, to: this.at, data: ORDERS.encodeFunctionData("fillOrder", [Object.values(order), signature, size]) };
  }

  /** A fresh order: `account` goes long for a size above zero. The maker agrees as a contract wallet would. */
  async signedFill({ account, maker, market, size }: Extract<Action, { kind: "signedFill" }>, price: bigint): Promise<Call> {
    const amount = size < 0n ? -size : size;
    const [nonce] = await this.reader.call(this.at, ORDERS, "minimumNonce", [maker]);
    const { timestamp } = (await this.chain.request({ method: "eth_getBlockByNumber", params: ["latest", false] })) as { timestamp: string };
    const salt = BigInt(keccak256(toUtf8Bytes(`rehearsal ${account} ${maker} ${BigInt(timestamp)}`)));
    const order = [maker, market, size < 0n, amount, price, NEVER, nonce, salt];
    return { from: account, to: this.at, data: ORDERS.encodeFunctionData("fillOrder", [order, "0x", amount]), signedBy: [maker] };
  }

  private async restingOrders(): Promise<RestingOrder[]> {
    const topics = [ORDERS.getEvent("OrderFilled")!.topicHash];
    const filter = { address: this.at, fromBlock: "0x0", toBlock: "latest", topics };
    const logs = (await this.chain.request({ method: "eth_getLogs", params: [filter] })) as { transactionHash: string }[];
    const orders: RestingOrder[] = [];
    for (const hash of new Set(logs.map(({ transactionHash }) => transactionHash))) {
      const transaction = (await this.chain.request({ method: "eth_getTransactionByHash", params: [hash] })) as { input: string } | null;
      const parsed = transaction === null ? null : ORDERS.parseTransaction({ data: transaction.input });
      if (parsed?.name !== "fillOrder") continue;
      orders.push({ order: parsed.args.getValue("order").toObject() as RestingOrder["order"], signature: parsed.args.getValue("signature") as string });
    }
    return orders;
  }
}
