import type { OpenBundle } from "../../bundle/open.js";
import type { SafeService } from "../../chain/safe-service.js";
import type { ChainPort } from "../../chain/port.js";
import type { ReadsReport } from "../../core/schema/inspect.js";
import type { AbiSource } from "../../core/decode/types.js";
import type { Step } from "../../core/plan/route.js";
import type { Baseline } from "../../core/schema/check-baseline.js";
import type { Trust } from "../../core/schema/trust.js";
import type { RehearsalAdapter } from "../../rehearsal/adapter.js";
import type { Upstream } from "../../rehearsal/upstream/upstream.js";
import type { NameBook } from "../../stages/names.js";

/** The signer's own side of a bundle review. Nothing in here comes from the bundle. */
export interface ReviewContext {
  bundle: OpenBundle;
  step: Step;
  trust?: Trust;
  /** The signer's own endpoint, at one block, or what the bundle's cassette recorded; without it the scope is `offline`. */
  chain?: {
    port: ChainPort;
    network: string;
    urls: readonly string[];
    chainType: string;
    /** What a verified port has to say about its endpoints, asked after the last read. */
    readsReport?: () => ReadsReport;
    /** Set when all of this is only the bundle's cassette: data of the proposer's, good for reruns and no verdict. */
    cassette?: { block: { number: bigint; hash: string }; upstream: Upstream };
  };
  /** Where other owners' signatures may be; what it says is only listed. */
  service?: SafeService;
  /** Folder from which compilers are found: the signer's own install. */
  root: string;
  compilers?: readonly { version: string; path?: string }[];
  /** Root of Drydock's caches in the signer's own project. */
  cacheFolder?: string;
  /** ABIs that the signer brought. */
  abis?: readonly AbiSource[];
  /** Names of the signer's own deployments file. */
  names?: NameBook;
  /** The venue's adapter and the baseline of accepted findings, from the signer's own checkout. */
  adapter?: RehearsalAdapter;
  baseline?: Baseline;
  /** ISO date, for what expires. */
  today?: string;
  onProgress?: (line: string) => void;
}
