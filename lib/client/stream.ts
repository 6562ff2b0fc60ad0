import { MultiportError } from "../multiport_error.ts";
import { PieceStore } from "../content/piece_store.ts";
import { type Agreement, OutvotedError } from "../sources/agreement.ts";
import { obtainManifest } from "../sources/seek_manifest.ts";
import type { Sources } from "../sources/sources.ts";
import { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import type { DownloadEvent } from "./download_event.ts";
import { Coordinator } from "./coordinator.ts";
import type { DownloadResult } from "./download_options.ts";
import type { DownloadSettings } from "./download_settings.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { StreamWindow } from "./stream_window.ts";
import type { Verification } from "./verification.ts";
import { checkDigest, sha256Of, type WantedDigest } from "./whole_digest.ts";

/** What a stream works with, once the servers have answered. */
export interface StreamParts {
  readonly settings: DownloadSettings;
  readonly onEvent: (event: DownloadEvent) => void;
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly verification: Verification;
  /** The digest that the whole file must have, as far as is known now. */
  readonly wanted: () => WantedDigest | undefined;
  /** Where the content goes; it is closed at the end. */
  readonly stream: WritableStream<Uint8Array>;
}

/**
 * Downloads a file for somebody who reads it as it comes: in order, each piece when it has been
 * verified, and never more ahead of the reader than a window of fixed length. Nothing is left on disk,
 * so nothing can be gone on with.
 *
 * @throws {MultiportError} If the file cannot be had, or nobody reads it any more.
 */
export async function streamContent(
  parts: StreamParts,
  signal: AbortSignal,
): Promise<DownloadResult> {
  const { settings, onEvent, sources, agreement, verification, stream } = parts;
  const { size } = agreement;
  const { pieceLength, hash, known } = verification;
  const wanted = parts.wanted();
  const pieces = new PieceStore(size, pieceLength);
  if (known) pieces.settle(known);
  const writer = stream.getWriter();
  const window = new StreamWindow(pieces, size, writer, wanted?.algorithm);
  const pool = new FetchWorkerPool({
    window: window.memory,
    size,
    pieceLength,
    hash,
    encrypted: sources.all.some(({ isEncrypted }) => isEncrypted),
    sources: sources.all.length,
    limitRate: settings.limitRate,
  }, settings.access?.idle);
  const coordinator = new Coordinator({ ...parts, pieces, pool, window });
  const portion = (index: number) => coordinator.portion(index);
  const reporter = new ProgressReporter(
    onEvent,
    sources,
    agreement,
    { output: "-", pieceLength },
    portion,
  );
  const over = new AbortController();
  let timer: ReturnType<typeof setInterval> | undefined;
  const prepare = () => {
    reporter.start(0);
    const tell = () => reporter.progress(coordinator.missing, pieces.map, coordinator.toCome);
    if (settings.interval > 0) timer = setInterval(tell, settings.interval * 1_000);
    return Promise.resolve();
  };
  let settled = Promise.resolve();
  if (verification.verify && !known) {
    settled = obtainManifest(
      agreement,
      over.signal,
      (message) => onEvent({ type: "notice", message }),
    )
      .then((manifest) => coordinator.verify(manifest), (error) => coordinator.fail(error));
  }
  try {
    await coordinator.run(prepare, signal);
    await untilStopped(window.drained, signal);
    // What was written cannot be taken back.
    if (wanted) checkDigest("Cannot vouch for what was written", window.digest ?? "", wanted);
    await untilStopped(window.close(), signal);
  } catch (error) {
    throw error instanceof OutvotedError ? cannotTakeBack(error) : error;
  } finally {
    writer.releaseLock();
    over.abort();
    await sources.close();
    clearInterval(timer);
    await Promise.all([pool.close(), settled]);
  }
  const sha256 = pieces.manifest?.sha256 ?? sha256Of(wanted);
  reporter.done(sha256);
  return { path: null, size, sha256 };
}

function cannotTakeBack(cause: OutvotedError): MultiportError {
  return new MultiportError("content", `Cannot go on writing: ${cause.message}`, { cause });
}

/** Waits, but not once it is to stop: a reader that has stalled must not hold up the end. */
async function untilStopped(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    if (signal.aborted) stop();
    await Promise.race([wait, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
