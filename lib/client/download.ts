import { now } from "../clock.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import { pieceLengthFor } from "../content/manifest.ts";
import { byteLength } from "../byte_range.ts";
import { PieceStore } from "../content/piece_store.ts";
import { addSources, type Described } from "./add_sources.ts";
import { Agreement, findTie, OutvotedError } from "../sources/agreement.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadOptions } from "./download_options.ts";
import { checkFreeSpace } from "../storage/free_space.ts";
import { DEFAULT_WAIT_S, MANIFEST_PATIENCE_MS } from "../sources/limits.ts";
import { waitForSources } from "../sources/wait_for_sources.ts";
import { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import { safeName } from "../storage/safe_name.ts";
import type { PartFile } from "../storage/part_file.ts";
import { PartFileError } from "../storage/part_writer.ts";
import { Checkpointer } from "../storage/checkpointer.ts";
import { resume } from "./resume.ts";
import type { Source } from "../sources/source.ts";
import type { TellNotice } from "../sources/source_event.ts";
import { Sources } from "../sources/sources.ts";
import { obtainManifest } from "../sources/seek_manifest.ts";
import { Coordinator } from "./coordinator.ts";
import { keepComplete } from "./keep_complete.ts";
import { offerOf } from "./offer.ts";
import { Place } from "./place.ts";
import { streamContent } from "./stream.ts";

/**
 * Downloads one file from many servers, each of which has a copy of its own.
 *
 * Everything that happens is told as it happens; the last event is `done`. Until then there is only
 * `OUTPUT.part` and its checkpoint, from which the same call goes on after any failure or crash.
 *
 * @param options Which servers, where to, and how.
 * @param onEvent Is told what happens.
 * @param signal Ends the download early; what has arrived is kept.
 * @throws {MultiportError} If the file cannot be had: the kind says why, the message what to do.
 *
 * @example
 * ```ts
 * const servers = [60000, 60002].map((port) => ({ host: "127.0.0.1", port }));
 * const options = { ...DOWNLOAD_DEFAULTS, output: "film.mp4", servers };
 * await download(options, (event) => console.log(event.type), AbortSignal.timeout(60_000));
 * ```
 */
export async function download(
  options: DownloadOptions,
  onEvent: (event: DownloadEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const defect = new AbortController();
  /** A listener that throws ends the download, and is told nothing more. */
  const tell = (event: DownloadEvent) => {
    if (defect.signal.aborted) return;
    try {
      onEvent(event);
    } catch (error) {
      defect.abort(error);
    }
  };
  try {
    await run(options, tell, AbortSignal.any([signal, defect.signal]), defect);
  } catch (error) {
    throw defect.signal.aborted ? defect.signal.reason : error;
  }
  defect.signal.throwIfAborted();
}

async function run(
  named: DownloadOptions,
  onEvent: (event: DownloadEvent) => void,
  signal: AbortSignal,
  defect: AbortController,
): Promise<void> {
  using place = new Place(named);
  const sources = new Sources(onEvent);
  sources.failure.catch((error) => defect.abort(error));
  try {
    const described = await addSources(sources, named, signal);
    // Servers are being asked meanwhile. What is wrong with the place need not wait for them.
    const isFile = !named.dryRun && !named.sink;
    if (isFile && place.isTaken) {
      const options = withDigest(named, described);
      return await keepComplete({ options, onEvent, sources, place }, signal);
    }
    if (isFile) await place.open(signal);
    const startedAt = now();
    const notice = tellOnce(onEvent);
    const isTied = () => {
      const tie = findTie(sources, described.sha256);
      if (tie) notice(`${tie}; waiting for the other servers`, "tie");
      return tie !== undefined;
    };
    await waitForSources(sources, named.wait, onEvent, signal, isTied);
    const options = withDigest(named, described);
    const votesUntil = startedAt + (options.wait ?? DEFAULT_WAIT_S);
    let used: PartFile | undefined;
    for (let isDone = false; !isDone;) {
      const agreement = new Agreement(sources, { sha256: options.sha256, votesUntil, notice });
      place.learn(described.name ?? agreement.name);
      if (options.dryRun) return onEvent(offerOf(sources, agreement, place));
      checkSize(agreement, options.maxSize);
      if (isFile && place.isTaken) {
        return await keepComplete({ options, onEvent, sources, place }, signal);
      }
      // Where nobody publishes digests, there is nothing to compare with, now or later.
      const verify = options.verify && sources.publishDigests;
      if (options.verify && !verify) {
        notice("No server publishes digests of the file: what comes is not verified");
      }
      const shared = { options: { ...options, verify }, onEvent, sources, agreement };
      const { sink } = options;
      if (sink) return await streamContent({ ...shared, sink }, signal);
      const part = await place.open(signal) as PartFile;
      // What this run has fetched so far may be right after all, though most have another file now.
      if (!options.resume && part !== used) part.startOver();
      used = part;
      isDone = await isDoneUnlessOutvoted(new Download({ ...shared, place, part }), signal, notice);
    }
  } finally {
    await sources.close();
  }
}

function withDigest(options: DownloadOptions, { sha256 }: Described): DownloadOptions {
  return sha256 === undefined ? options : { ...options, sha256 };
}

function checkSize({ name, size }: Agreement, maxSize = Infinity): void {
  if (size <= maxSize) return;
  const why = `it has ${size} bytes, and more than ${maxSize} are refused`;
  throw new MultiportError("local", `Cannot download ${safeName(name)}: ${why}`);
}

/** Answers whether a download has ended; if not, most servers turned out to have another file. */
async function isDoneUnlessOutvoted(
  download: Download,
  signal: AbortSignal,
  notice: TellNotice,
): Promise<boolean> {
  try {
    await download.run(signal);
    return true;
  } catch (error) {
    if (!(error instanceof OutvotedError)) throw error;
    notice(error.message, "outvoted");
    return false;
  }
}

/** Its fetcher ends with the others, and what became of the source stays as it is. */
function release(source: Source): void {
  if (!source.inUse) return;
  source.release();
  source.contentLost("the download begins anew", false, false);
}

/** Tells people every message once. */
function tellOnce(onEvent: (event: DownloadEvent) => void): TellNotice {
  const told = new Set<string>();
  return (message, about) => {
    const subject = about === undefined ? {} : { about };
    if (!told.has(message)) onEvent({ type: "notice", message, ...subject });
    told.add(message);
  };
}

/** What is known once the servers have answered and the part file is open. */
interface DownloadParts {
  readonly options: DownloadOptions;
  readonly onEvent: (event: DownloadEvent) => void;
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly place: Place;
  readonly part: PartFile;
}

/** One download, from the open part file to the published output. */
class Download {
  readonly #parts: DownloadParts;
  readonly #pieces: PieceStore;
  readonly #checkpointer: Checkpointer;
  readonly #pool: FetchWorkerPool;
  readonly #transfer: Coordinator;
  readonly #progressReporter: ProgressReporter;
  /** What runs beside the transfer: the progress events, and the checkpoint that is kept. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #recording = Promise.resolve();

  constructor(parts: DownloadParts) {
    const { options, onEvent, sources, agreement, part } = this.#parts = parts;
    const { size } = agreement;
    const pieceLength = pieceLengthFor(size);
    const pieces = this.#pieces = new PieceStore(size, pieceLength);
    this.#checkpointer = new Checkpointer(part, pieces, () => ({
      size,
      pieceLength,
      sha256: agreement.digest?.sha256 ?? null,
      etags: agreement.etags,
    }));
    const pool = this.#pool = new FetchWorkerPool({
      path: part.path,
      file: part.identity,
      size,
      pieceLength,
      hash: options.verify,
      sources: sources.all.length,
    });
    this.#transfer = new Coordinator({ ...parts, pieces, pool });
    this.#progressReporter = new ProgressReporter(
      onEvent,
      sources,
      agreement,
      part.output,
      (index) => this.#transfer.portion(index),
    );
  }

  async run(signal: AbortSignal): Promise<void> {
    const { options, agreement, place, part } = this.#parts;
    try {
      await this.#fetch(signal);
      await this.#checkWhole(signal);
      await part.publish(place.mayReplace, options.remoteTime ? agreement.modified : undefined);
    } catch (error) {
      const isOutvoted = error instanceof OutvotedError;
      const isWorth = this.#transfer.missing < agreement.size;
      // What cannot be recorded now is found by its digests later.
      if (isWorth || !isOutvoted) await this.#checkpointer.record().catch(() => {});
      if (!isOutvoted) throw this.#leave(error);
      part.rewind(isWorth);
      throw error;
    }
    place.dropOthers();
    this.#progressReporter.done(this.#pieces.manifest?.sha256 ?? options.sha256 ?? null);
  }

  /** When it returns or throws, nothing of what it started is left. */
  async #fetch(signal: AbortSignal): Promise<void> {
    const { options, onEvent, agreement, sources } = this.#parts;
    const over = new AbortController();
    const notice = (message: string) => onEvent({ type: "notice", message });
    const settled = options.verify
      ? obtainManifest(agreement, over.signal, notice)
        .then((found) => this.#transfer.verify(found), (error) => this.#transfer.fail(error))
      : Promise.resolve();
    let isOutvoted = false;
    try {
      await this.#transfer.run(() => this.#prepare(settled, over.signal), signal);
    } catch (error) {
      isOutvoted = error instanceof OutvotedError;
      throw error;
    } finally {
      over.abort();
      // They are asked again for other content.
      if (isOutvoted) sources.all.forEach(release);
      else await sources.close();
      clearInterval(this.#timer);
      await this.#pool.close();
      await this.#recording;
    }
  }

  /** @param settled Resolves when pieces can be compared. */
  async #prepare(settled: Promise<void>, over: AbortSignal): Promise<void> {
    const { options, agreement, part, onEvent } = this.#parts;
    await resume({
      part,
      agreement,
      pieces: this.#pieces,
      pool: this.#pool,
      verify: options.verify,
      bringsBack: options.resume,
      notice: (message) => onEvent({ type: "notice", message }),
    });
    // Digests that are there already soon tell what of it is right.
    const isSoonKnown = agreement.digest && this.#pieces.in("unverified").size > 0;
    if (isSoonKnown) await Promise.race([settled, delay(MANIFEST_PATIENCE_MS, over)]);
    // Nobody would stop any more what is started from here on.
    over.throwIfAborted();
    const length = agreement.size - byteLength(this.#pieces.missing);
    checkFreeSpace(part.path, agreement.size - Math.max(length, part.allocated ?? 0));
    this.#checkpointer.begin(this.#isSizeVouchedFor);
    if (part.isLockless) {
      const message =
        `The file system of ${part.path} has no locks: let no other download write it`;
      onEvent({ type: "notice", message });
    }
    this.#progressReporter.start(length);
    if (options.interval > 0) {
      const tell = () => this.#progressReporter.progress(this.#transfer.missing, this.#pieces.map);
      this.#timer = setInterval(tell, options.interval * 1_000);
    }
    this.#recording = this.#checkpointer.run(over).catch((error) => this.#transfer.fail(error));
  }

  /** One source alone may say any size: what it says makes no file of that size at once. */
  get #isSizeVouchedFor(): boolean {
    const { options, sources, agreement } = this.#parts;
    const witnesses = sources.all.filter((source) => agreement.accepts(source));
    return options.sha256 !== undefined || witnesses.length > 1;
  }

  /** A digest that the person named is worth more than any manifest: the whole file has to have it. */
  async #checkWhole(signal: AbortSignal): Promise<void> {
    const { options, part } = this.#parts;
    if (options.sha256 === undefined) return;
    const sha256 = await part.digest(signal);
    if (sha256 === options.sha256) return;
    part.discard();
    throw new MultiportError(
      "content",
      `Cannot accept ${part.output}: its SHA-256 is ${sha256}, not the ${options.sha256} asked for`,
    );
  }

  /** Leaves the part file to the next run, and says what that will find. */
  #leave(error: unknown): unknown {
    const { part, agreement, onEvent } = this.#parts;
    const completed = agreement.size - this.#transfer.missing;
    const isKept = part.leave(completed > 0);
    if (error instanceof PartFileError) {
      const message = `Cannot use ${part.path}: ${error.message}`;
      return new MultiportError("local", message, { cause: error });
    }
    if (isKept && completed > 0) {
      onEvent({ type: "kept", path: part.path, completed, size: agreement.size });
    }
    return error;
  }
}
