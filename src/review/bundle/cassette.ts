import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenBundle } from "../../bundle/open.js";
import { DrydockError, ERRORS } from "../../errors/drydock-error.js";
import { readNameBook } from "../../stages/names.js";
import type { OpenChain } from "../command.js";
import type { ReviewContext } from "./context.js";

/** Where a bundle keeps what its rehearsal read from the chain. */
const CASSETTE = "cassette.json";

/**
 * What the proposer recorded of the chain, as a chain to rerun the stages on. It answers nothing that was not recorded,
 * and what it answers is the proposer's data.
 *
 * @throws DrydockError BUNDLE_INVALID when the bundle has no cassette; FILE_MALFORMED, CHAIN_ID_MISMATCH.
 */
export async function openCassette(bundle: OpenBundle, { root, cacheFolder }: Pick<ReviewContext, "root" | "cacheFolder">): Promise<OpenChain> {
  const content = bundle.file(CASSETTE);
  if (content === undefined) throw new DrydockError(ERRORS.BUNDLE_INVALID, { path: bundle.folder, detail: "it brings no cassette to replay" });
  const { openUpstream } = await import("../../rehearsal/rehearse.js");
  const chainId = BigInt(bundle.plan.chainId);
  const network = "the bundle's cassette";
  const folder = await mkdtemp(join(tmpdir(), "drydock-cassette-"));
  try {
    // The sealed bytes that were checked, not the file, which may have changed since.
    const path = join(folder, CASSETTE);
    await writeFile(path, content);
    const upstream = await openUpstream({
      upstream: { urls: [], network },
      chainId,
      chainType: "l1",
      cacheDir: cacheFolder ?? folder,
      cassette: { mode: "replay", path },
    });
    const { names } = await readNameBook(root, chainId);
    return { port: upstream.port, network, urls: [], chainType: upstream.chainType ?? "l1", names, cassette: { block: upstream.block, upstream } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
