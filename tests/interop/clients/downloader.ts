import { type PeerEnd, PeerProcess } from "../peer_process.ts";
import type { Peer } from "../peers.ts";

/**
 * What becomes of a download whose server is terminated: it gets the rest from the other ports by
 * itself; or it fails, and the next one keeps what is there, or begins anew. `may resume` does the
 * first or the second.
 */
export type AfterLoss = "carries on" | "may resume" | "resumes" | "restarts";

/** How other people's programs download one file from several ports of `mpserver`. */
export interface Downloader {
  readonly peer: Peer;
  /** Whether it takes parts of the file from all URLs, or the whole file from the first. */
  readonly usesAll: boolean;
  readonly afterLoss: AfterLoss;
  /**
   * The arguments that fetch a file.
   *
   * @param urls Where copies of it are.
   * @param output The file to be made, in the folder in which it runs; the URLs' last segment.
   */
  args(urls: readonly string[], output: string): readonly string[];
  /** Whether it tells that it has not got all; by default, whether its exit code does. */
  tellsLoss?(end: PeerEnd): boolean;
}

/** Starts a download. */
export function download(
  downloader: Downloader,
  urls: readonly string[],
  output: string,
  folder: string,
): PeerProcess {
  const used = downloader.usesAll ? urls : urls.slice(0, 1);
  return new PeerProcess(downloader.peer, downloader.args(used, output), { cwd: folder });
}
