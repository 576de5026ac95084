import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { httpChain } from "../chain/rpc/http-chain.js";
import { chainId } from "../chain/reads.js";
import { DrydockError, ERRORS, reasonOf } from "../errors/drydock-error.js";
import { runVerb } from "../report/run-verb.js";
import { readNameBook } from "../stages/names.js";
import { runReview, type OpenChain, type ReviewArguments } from "./command.js";

const USAGE = `hardhat-drydock review BUNDLE | --safe-tx FILE

  Decides alone about a proposal bundle or any Safe transaction, without a Hardhat project.

  --offline            use no network; the answer says what it therefore could not check
  --replay             use no network, and rerun layout, checks and rehearsal on what the proposer recorded of the chain:
                       consistent with the proposer's data at best, which is no verdict
  --rpc URL            your own endpoint (again for more); without it the review is offline
  --trust FILE         your trust file (default: trust.json in this folder)
  --step STEP          schedule (default), execute or cancel
  --abi FILE           ABIs of your own for calls that are not known: a list, an artifact, or {"0x…": list}
  --service URL        a Safe Transaction Service, for other signed transactions of the Safe
  --html FILE          write the signer's page
  --json               one JSON document on stdout
  --chain-id, --safe, --safe-version, --nonce   what the file of --safe-tx does not state
  --chain-type TYPE    l1 (default) or op, for the rehearsal

  Exit status: 0 every check passed, 1 do not sign, 2 no verdict.`;

const text = { type: "string" } as const;
const OPTIONS = {
  offline: { type: "boolean" },
  replay: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  rpc: { type: "string", multiple: true },
  trust: text,
  abi: text,
  step: text,
  service: text,
  html: text,
  "safe-tx": text,
  "chain-id": text,
  safe: text,
  "safe-version": text,
  nonce: text,
  "chain-type": text,
} as const;

/** The standalone command, which needs no Hardhat project. Sets `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  const json = argv.includes("--json");
  if (argv.length === 0 || argv.includes("--help") || argv.includes("-h")) {
    process.stdout.write(`${USAGE}\n`);
    // Without a command nothing was reviewed, which must not read as a pass.
    if (argv.length === 0) process.exitCode = 2;
    return;
  }
  await runVerb("review", { json }, async () => {
    const { values, positionals } = parse(argv);
    if ([values.offline, values.replay, values.rpc].filter((given) => given).length > 1)
      throw badArgument("--offline, --replay and --rpc exclude each other");
    const path = (given: string | undefined): string | undefined => (given === undefined ? undefined : resolve(given));
    const args: ReviewArguments = {
      bundle: path(positionals[1]),
      safeTx: path(values["safe-tx"]),
      step: values.step,
      trust: path(values.trust),
      html: path(values.html),
      abi: path(values.abi),
      replay: values.replay,
      service: values.service,
      chainId: values["chain-id"],
      safe: values.safe,
      safeVersion: values["safe-version"],
      nonce: values.nonce,
    };
    const { rpc } = values;
    return runReview(args, {
      root: process.cwd(),
      cacheFolder: join(homedir(), ".cache", "hardhat-drydock"),
      trustFile: resolve("trust.json"),
      today: new Date().toISOString().slice(0, 10),
      ...(rpc ? { open: () => openChain(rpc, values["chain-type"] ?? "l1") } : {}),
    });
  });
}

function parse(argv: readonly string[]) {
  try {
    const parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true });
    if (parsed.positionals[0] !== "review" || parsed.positionals.length > 2) throw new Error("the command is `review BUNDLE`");
    return parsed;
  } catch (error) {
    throw badArgument(reasonOf(error));
  }
}

async function openChain(urls: readonly string[], chainType: string): Promise<OpenChain> {
  const wrong = urls.find((url) => !/^https?:\/\/./.test(url) || !URL.canParse(url));
  if (wrong !== undefined) throw badArgument("--rpc must be an http or https url");
  const port = httpChain({ urls: [...urls], network: "--rpc" });
  const { names } = await readNameBook(process.cwd(), await chainId(port));
  return { port, network: "--rpc", urls, chainType, names };
}

function badArgument(detail: string): DrydockError {
  return new DrydockError(ERRORS.STANDALONE_ARGUMENT, { detail: detail.replace(/\. To specify a positional[\s\S]*$/, "") });
}
