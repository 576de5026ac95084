import { realpath } from "node:fs/promises";
import { openBundle } from "../bundle/open.js";
import { openSafeService, type SafeService } from "../chain/safe-service.js";
import type { ChainPort } from "../chain/port.js";
import { STEPS, type Step } from "../core/plan/route.js";
import type { Trust } from "../core/schema/trust.js";
import { visible } from "../core/visible.js";
import { DrydockError, ERRORS } from "../errors/drydock-error.js";
import { writeAtomically } from "../files/write-atomically.js";
import type { ReviewModel } from "../report/model.js";
import type { VerbResult } from "../report/run-verb.js";
import type { ReviewContext } from "./bundle/context.js";
import type { AbiSource } from "../core/decode/types.js";
import { readAbiFile } from "./input/read-abi.js";
import type { SafeTxRequest } from "./input/types.js";
import { readSafeTxFile } from "./input/read-safe-tx.js";
import { knownOf, type KnownArguments } from "./input/known.js";
import { openCassette } from "./bundle/cassette.js";
import { authorityOf } from "./authority.js";
import { nameBook, namesOrLabels } from "../stages/names.js";
import { modelOfBundle, modelOfSafeTx, namesOf } from "./model.js";
import { bundleParts } from "./review-answer.js";
import { reviewText } from "./review-text.js";
import { reviewBundle } from "./review.js";
import { safeTxText } from "./safe-tx-text.js";
import { reviewSafeTxRequest } from "./safe-tx.js";
import { findTrust } from "./trust-file.js";

/** `upgrade review` as a command line gives it; paths are absolute or relative to the working directory. */
export interface ReviewArguments extends KnownArguments {
  bundle?: string | undefined;
  safeTx?: string | undefined;
  step?: string | undefined;
  trust?: string | undefined;
  html?: string | undefined;
  /** File with ABIs of the signer's own. */
  abi?: string | undefined;
  /** Rerun the stages on the bundle's own cassette, without network. */
  replay?: boolean | undefined;
  /** API root of a Safe Transaction Service. */
  service?: string | undefined;
}

/** The signer's own side, by whichever way the command was started. */
export interface ReviewHome extends Pick<
  ReviewContext,
  "root" | "compilers" | "cacheFolder" | "baseline" | "adapter" | "today" | "onProgress"
> {
  /** Where the trust file is looked for when none is named. */
  trustFile: string;
  /** Opens the signer's own endpoint; undefined when offline. */
  open?: () => Promise<OpenChain>;
}

export type OpenChain = NonNullable<ReviewContext["chain"]> & Pick<ReviewContext, "names"> & { port: ChainPort };

/** Runs a review: of a bundle, or with `--safe-tx` of any Safe transaction. Writes the page if `html` asks for it. */
export async function runReview(args: ReviewArguments, home: ReviewHome): Promise<VerbResult> {
  if ((args.bundle === undefined) === (args.safeTx === undefined))
    throw new DrydockError(ERRORS.ARGUMENT, { detail: "give either a BUNDLE or --safe-tx FILE", verb: "review" });
  if (args.replay && args.safeTx !== undefined)
    throw new DrydockError(ERRORS.ARGUMENT, { detail: "--replay is for a BUNDLE: a single transaction brings no cassette", verb: "review" });
  const { result, model } =
    args.safeTx === undefined ? await ofBundle(args, args.bundle ?? "", home) : await ofSafeTx(args, args.safeTx, home);
  if (args.html !== undefined) {
    const [{ renderPage }, { loadPageScript }] = await Promise.all([
      import("../report/page/page.js"),
      import("../report/page/script.js"),
    ]);
    await writeAtomically(args.html, renderPage(await model(), await loadPageScript()));
  }
  return result;
}

async function ofSafeTx(
  args: ReviewArguments,
  safeTx: string,
  home: ReviewHome,
): Promise<{ result: VerbResult; model: () => ReviewModel | Promise<ReviewModel> }> {
  const abis = args.abi === undefined ? [] : await readAbiFile(args.abi);
  const request = withAbis(await readSafeTxFile(safeTx, knownOf(args)), abis);
  const trust = await findTrust(args.trust, home.trustFile, request.chainId);
  const chain = await home.open?.();
  const service = serviceOf(args, request.chainId);
  const answer = await reviewSafeTxRequest(request, {
    ...(trust ? { trust } : {}),
    ...(chain ? { chain } : {}),
    ...(service ? { service } : {}),
  });
  const { verdict, scope, findings, notRun, ...parts } = answer;
  return {
    result: { verdict, scope, findings, notRun, parts, text: `${safeTxText(answer, namesOf(undefined, trust))}\n\n${judgedBy(trust, args, home)}` },
    model: () => modelOfSafeTx(answer, request.abis, trust),
  };
}

/** The signer's ABIs, for the transaction and for those that it approves. */
function withAbis(request: SafeTxRequest, abis: readonly AbiSource[]): SafeTxRequest {
  return { ...request, abis: [...abis, ...request.abis], approves: request.approves.map((each) => withAbis(each, abis)) };
}

async function ofBundle(
  args: ReviewArguments,
  folder: string,
  home: ReviewHome,
): Promise<{ result: VerbResult; model: () => ReviewModel | Promise<ReviewModel> }> {
  await refuseWithin(folder);
  const step = stepOf(args.step);
  const bundle = await openBundle(folder);
  const trust = await findTrust(args.trust, home.trustFile, BigInt(bundle.plan.chainId));
  const { open, trustFile: _, ...own } = home;
  if (args.replay && open) throw new DrydockError(ERRORS.ARGUMENT, { detail: "--replay uses no endpoint: leave the endpoint out", verb: "review" });
  const opened = args.replay ? await openCassette(bundle, own) : await open?.();
  const service = opened && !args.replay && serviceOf(args, BigInt(bundle.plan.chainId));
  const context: ReviewContext = {
    ...own,
    ...(service ? { service } : {}),
    ...(args.abi === undefined ? {} : { abis: await readAbiFile(args.abi) }),
    bundle,
    step,
    ...(trust ? { trust } : {}),
    ...(opened ? { chain: opened, names: namesOrLabels(opened.names ?? nameBook("", {}), trust?.labels) } : {}),
  };
  const review = await reviewBundle(context);
  const { verdict, scope, findings, notRun } = review;
  return {
    result: { verdict, scope, findings, notRun, parts: bundleParts(review), text: `${reviewText(review, namesOf(opened?.names, trust))}\n\n${judgedBy(trust, args, home)}` },
    model: async () => ({ ...modelOfBundle(review, context), authority: await authorityOf(context, review.rehearsal) }),
  };
}

/** A trust file that was only found could be somebody else's: the answer says which one judged. */
function judgedBy(trust: Trust | undefined, args: ReviewArguments, home: ReviewHome): string {
  return trust ? `Judged by the trust file ${visible(args.trust ?? home.trustFile)}` : "Judged without a trust file: nothing says that this Safe is yours";
}

function serviceOf({ service: url }: ReviewArguments, chainId: bigint): SafeService | undefined {
  return url === undefined ? undefined : openSafeService({ chainId, url });
}

function stepOf(given: string | undefined): Step {
  const step = STEPS.find((candidate) => candidate === (given ?? "schedule"));
  if (!step)
    throw new DrydockError(ERRORS.ARGUMENT, { detail: `--step must be one of ${STEPS.join(", ")}`, verb: "review" });
  return step;
}

/** A bundle could bring a Hardhat config of its own: a review never runs from within it. */
async function refuseWithin(folder: string): Promise<void> {
  const [here, there] = await Promise.all([realpath(process.cwd()), realpath(folder).catch(() => folder)]);
  if (here === there || here.startsWith(`${there}/`)) throw new DrydockError(ERRORS.BUNDLE_IS_CWD, {});
}
