import type { SafeService } from "../chain/safe-service.js";
import { safeHashes } from "../core/safe/hashes.js";
import { outstandingTransactions, unlisted } from "./outstanding.js";
import type { ChainPort } from "../chain/port.js";
import { gate, type Finding, type NotRun, type Verdict } from "../core/finding.js";
import type { DecodedCall } from "../core/decode/types.js";
import { deviceFormat, type DeviceHashes } from "../core/safe/device-format.js";
import { reviewSafeTransaction } from "../core/safe/review/review.js";
import type { ChainFacts, SafeTransactionInput } from "../core/safe/review/types.js";
import type { SafeTx } from "../core/safe/transaction.js";
import type { Trust } from "../core/schema/trust.js";
import { readChainFacts } from "./chain-facts.js";
import { reviewClaims } from "./claims.js";
import type { SafeTxFormat, SafeTxRequest } from "./input/types.js";

/** `full`: against the signer's own endpoint; `cassette`: against what the proposer recorded; `offline`: against nothing. */
export type ReviewScope = "full" | "cassette" | "offline";

/** What `review --safe-tx` answers, beside `schema` and `verb`. Plain data: it can be written as JSON as it is. */
export interface SafeTxAnswer {
  verdict: Verdict;
  scope: ReviewScope;
  format: SafeTxFormat;
  chainId: string;
  safe: string;
  version: string;
  transaction: Record<keyof SafeTx, string | number>;
  /** Null when the document leaves out what they depend on. */
  domainHash: string | null;
  messageHash: string | null;
  safeTxHash: string | null;
  device: DeviceHashes | null;
  decoded: DecodedCall;
  /** Transactions of other Safes that this one approves. */
  approved: { safe: string; domainHash: string; messageHash: string; safeTxHash: string; decoded: DecodedCall }[];
  /** Whose signatures came along. */
  signers: string[];
  /** What was filled in, because the document does not say it. */
  assumptions: string[];
  findings: Finding[];
  /** Checks that this scope asks for and that could not be made; with any, the verdict is never `pass`. */
  notRun: NotRun[];
  /** What this scope leaves out, and what nobody can check. */
  notChecked: NotRun[];
}

export interface SafeTxReviewOptions {
  trust?: Trust;
  /** The signer's own endpoint; without it the scope is `offline`. */
  chain?: { port: ChainPort; network: string };
  /** Where other owners' signatures may be; what it says is only listed. */
  service?: SafeService;
}

/** Reviews one Safe transaction of any origin. Offline the verdict rests on the offline checks alone, and says so. */
export async function reviewSafeTxRequest(
  request: SafeTxRequest,
  options: SafeTxReviewOptions = {},
): Promise<SafeTxAnswer> {
  const input = inputOf(request, options.trust);
  const isComplete = request.missing.length === 0;
  const chainFacts =
    options.chain && isComplete
      ? await readChainFacts(options.chain.port, input, { network: options.chain.network })
      : undefined;
  const approves = options.chain && isComplete ? await withFacts(input.approves ?? [], options.chain) : input.approves;
  const outstanding =
    chainFacts && options.service
      ? await outstandingTransactions(options.service, {
          ...request,
          nonce: chainFacts.safe?.nonce ?? 0n,
          except: safeHashes(request).safeTxHash,
        })
      : undefined;
  const review = reviewSafeTransaction({
    ...input,
    ...(approves ? { approves } : {}),
    ...(chainFacts ? { chainFacts: { ...chainFacts, ...(outstanding ? { outstanding } : {}) } } : {}),
  });
  const claims = isComplete ? reviewClaims(request, review.hashes, ownersOf(request.safe, chainFacts, options.trust)) : { findings: [], notRun: [], signers: [] };
  const noHashes = request.missing.map((what) => ({
    check: "the hashes",
    reason: `the document does not state ${what}`,
  }));
  const unchecked = [...review.notRun, ...claims.notRun];
  const scope = options.chain ? "full" : "offline";
  const { verdict, findings, notRun } = gate(
    "review",
    [...review.findings, ...claims.findings],
    [...noHashes, ...(scope === "full" ? unchecked : [])],
    options.trust?.policy,
  );
  return {
    verdict,
    scope,
    format: request.format,
    chainId: request.chainId.toString(),
    safe: request.safe,
    version: request.version,
    transaction: plainFields(request.tx),
    ...(isComplete ? review.hashes : { domainHash: null, messageHash: null, safeTxHash: null }),
    device: isComplete ? deviceFormat(review.hashes) : null,
    decoded: review.decoded,
    approved: review.approved.map(({ safe, hashes, decoded }) => ({ safe, ...hashes, decoded })),
    signers: claims.signers,
    assumptions: request.assumptions,
    findings,
    notRun,
    notChecked: [...(scope === "offline" ? unchecked : []), unlisted(options.service)],
  };
}

function inputOf(
  { chainId, safe, version, tx, abis, approves }: SafeTxRequest,
  trust: Trust | undefined,
): SafeTransactionInput {
  const flat = (requests: readonly SafeTxRequest[]): SafeTransactionInput[] =>
    requests.flatMap((request) => [inputOf(request, undefined), ...flat(request.approves)]);
  return { chainId, safe, version, tx, context: { abis }, approves: flat(approves), ...(trust ? { trust } : {}) };
}

/** The approved transactions, each with what the chain says about its Safe and its calls. */
function withFacts(
  approves: NonNullable<SafeTransactionInput["approves"]>,
  { port, network }: NonNullable<SafeTxReviewOptions["chain"]>,
): Promise<NonNullable<SafeTransactionInput["approves"]>> {
  return Promise.all(approves.map(async (each) => ({ ...each, chainFacts: await readChainFacts(port, each, { network }) })));
}

/** Who owns the Safe: the signer's own endpoint knows best, then the trust file. Undefined when neither does. */
export function ownersOf(safe: string, facts: ChainFacts | undefined, trust: Trust | undefined): readonly string[] | undefined {
  return facts?.safe?.owners ?? trust?.safes.find(({ address }) => address.toLowerCase() === safe.toLowerCase())?.owners;
}

function plainFields(tx: SafeTx): SafeTxAnswer["transaction"] {
  return {
    ...tx,
    value: tx.value.toString(),
    safeTxGas: tx.safeTxGas.toString(),
    baseGas: tx.baseGas.toString(),
    gasPrice: tx.gasPrice.toString(),
    nonce: tx.nonce.toString(),
  };
}
