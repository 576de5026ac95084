import { Interface } from "ethers";
import { MARKETS } from "./deploy-venue.js";
import type { ChainSession } from "./session.js";

const FEED = new Interface(["function set(int256 answer)"]);

/**
 * Lets `seconds` pass on the embedded chain, then has the price feeds answer again, as their operators would have done
 * all the while.
 *
 * @param contracts names of the deployments file → addresses.
 */
export async function passTime(session: ChainSession, contracts: Readonly<Record<string, string>>, seconds: bigint): Promise<void> {
  await session.sync();
  await session.advance(seconds);
  await session.provider.send("evm_mine", []);
  for (const { name, answer } of MARKETS) {
    await session.send(session.deployer, { to: contracts[name] ?? "", data: FEED.encodeFunctionData("set", [answer]) });
  }
}
