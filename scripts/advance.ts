/** `npx tsx scripts/advance.ts SECONDS`: lets time pass on the chain that `npm run chain` started; two days if left out. */
import { fileURLToPath } from "node:url";
import { deploymentsSchema } from "../src/core/schema/deployments.js";
import { readDocument } from "../src/files/read-document.js";
import { TIMELOCK_DELAY } from "./chain/deploy-venue.js";
import { passTime } from "./chain/pass-time.js";
import { ChainSession } from "./chain/session.js";
import { EMBEDDED_CHAIN_ID } from "./chain/start-node.js";

const seconds = BigInt(process.argv[2] ?? TIMELOCK_DELAY);
const file = fileURLToPath(new URL(`../deployments/${EMBEDDED_CHAIN_ID}.json`, import.meta.url));
const { contracts } = await readDocument(file, deploymentsSchema, "deployments file of the embedded chain");
const session = await ChainSession.open(process.env.DRYDOCK_EMBEDDED_URL ?? "http://127.0.0.1:8545");
await passTime(session, contracts, seconds);
process.stdout.write(`${seconds} s later: ${new Date(Number(session.now) * 1000).toISOString()} on the chain, feeds fresh\n`);
session.close();
