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
import type { DownloadResult } from "./download_options.ts";
import type { DownloadSettings } from "./download_settings.ts";
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
import { type Offer, offerOf } from "./offer.ts";
import { Place } from "./place.ts";
import { streamContent } from "./stream.ts";

/** Tells somebody what happens. */
export type Tell = (event: DownloadEvent) => void;

/**
 * Downloads a file, and tells what happens as it happens; last of all that it is done.
 *
 * @param onDefect Is told what went wrong that is no fault of a server: it has to end the download.
 * @throws {MultiportError} If the file cannot be had.
 * @throws The reason of `signal`.
 */
export async function runDownload(
  named: DownloadSettings,
  onEvent: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
): Promise<DownloadResult> {
  using place = new Place(named);
  const sources = new Sources(onEvent);
  sources.failure.catch(onDefect);
  try {
    const described = await addSources(sources, named, signal);
    // Servers are being asked meanwhile. What is wrong with the place need not wait for them.
    const isFile = named.stream === undefined;
    const keep = () => {
      const { sha256 } = described;
      return keepComplete({ settings: { ...named, sha256 }, onEvent, sources, place }, signal);
    };
    if (isFile && place.isTaken) return await keep();
    if (isFile) await place.open(signal);
    const notice = tellOnce(onEvent);
    const votesUntil = await waitForAnswers(sources, named, described, onEvent, notice, signal);
    const settings = { ...named, sha256: described.sha256 };
    let used: PartFile | undefined;
    for (;;) {
      const agreement = new Agreement(sources, { sha256: settings.sha256, votesUntil, notice });
      place.learn(described.name ?? agreement.name);
      checkSize(agreement, settings.maxSize);
      if (isFile && place.isTaken) return await keep();
      // Where nobody publishes digests, there is nothing to compare with, now or later.
      const verify = settings.verify && sources.publishDigests;
      if (settings.verify && !verify) {
        notice("No server publishes digests of the file: what comes is not verified");
      }
      const shared = { settings: { ...settings, verify }, onEvent, sources, agreement };
      const { stream } = settings;
      if (stream) return await streamContent({ ...shared, stream }, signal);
      const part = await place.open(signal) as PartFile;
      // What this run has fetched so far may be right after all, though most have another file now.
      if (!settings.resume && part !== used) part.startOver();
      used = part;
      const attempt = new FileDownload({ ...shared, place, part });
      const result = await resultUnlessOutvoted(attempt, signal, notice);
      if (result) return result;
    }
  } finally {
    await sources.close();
  }
}

/**
 * Finds out what would be downloaded, and what each source has.
 *
 * @throws As {@linkcode runDownload}.
 */
export async function runInspection(
  settings: DownloadSettings,
  onEvent: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
): Promise<Offer> {
  using place = new Place(settings);
  const sources = new Sources(onEvent);
  sources.failure.catch(onDefect);
  try {
    const described = await addSources(sources, settings, signal);
    const notice = tellOnce(onEvent);
    const votesUntil = await waitForAnswers(sources, settings, described, onEvent, notice, signal);
    const { name, sha256 } = described;
    const agreement = new Agreement(sources, { sha256, votesUntil, notice });
    place.learn(name ?? agreement.name);
    return offerOf(sources, agreement, place);
  } finally {
    await sources.close();
  }
}

/** Waits for the sources; returns until when they may vote, in seconds. */
async function waitForAnswers(
  sources: Sources,
  { wait }: DownloadSettings,
  described: Described,
  onEvent: Tell,
  notice: TellNotice,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = now();
  const isTied = () => {
    const tie = findTie(sources, described.sha256);
    if (tie) notice(`${tie}; waiting for the other servers`, "tie");
    return tie !== undefined;
  };
  await waitForSources(sources, wait, onEvent, signal, isTied);
  return startedAt + (wait ?? DEFAULT_WAIT_S);
}

function checkSize({ name, size }: Agreement, maxSize: number): void {
  if (size <= maxSize) return;
  const why = `it has ${size} bytes, and more than ${maxSize} are refused`;
  throw new MultiportError("local", `Cannot download ${safeName(name)}: ${why}`);
}

/** Undefined if most servers turned out to have another file. */
async function resultUnlessOutvoted(
  attempt: FileDownload,
  signal: AbortSignal,
  notice: TellNotice,
): Promise<DownloadResult | undefined> {
  try {
    return await attempt.run(signal);
  } catch (error) {
    if (!(error instanceof OutvotedError)) throw error;
    notice(error.message, "outvoted");
    return undefined;
  }
}

/** Detaches a source from its fetcher, which is about to end, without counting that as a loss. */
function release(source: Source): void {
  if (!source.inUse) return;
  source.release();
  source.contentLost("the download begins anew", false, false);
}

/** Tells people every message once. */
function tellOnce(onEvent: Tell): TellNotice {
  const told = new Set<string>();
  return (message, about) => {
    const subject = about === undefined ? {} : { about };
    if (!told.has(message)) onEvent({ type: "notice", message, ...subject });
    told.add(message);
  };
}

/** What is known once the servers have answered and the part file is open. */
interface DownloadParts {
  readonly settings: DownloadSettings;
  readonly onEvent: Tell;
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly place: Place;
  readonly part: PartFile;
}

/** One download, from the open part file to the published output. */
class FileDownload {
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
    const { settings, onEvent, sources, agreement, part } = this.#parts = parts;
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
      hash: settings.verify,
      encrypted: sources.all.some(({ isEncrypted }) => isEncrypted),
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

  async run(signal: AbortSignal): Promise<DownloadResult> {
    const { settings, agreement, place, part } = this.#parts;
    try {
      await this.#fetch(signal);
      await this.#checkWhole(signal);
      await part.publish(place.mayReplace, settings.remoteTime ? agreement.modified : undefined);
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
    const sha256 = this.#pieces.manifest?.sha256 ?? settings.sha256 ?? null;
    this.#progressReporter.done(sha256);
    return { path: part.output, size: agreement.size, sha256 };
  }

  /** When it returns or throws, nothing of what it started is left. */
  async #fetch(signal: AbortSignal): Promise<void> {
    const { settings, onEvent, agreement, sources } = this.#parts;
    const over = new AbortController();
    const notice = (message: string) => onEvent({ type: "notice", message });
    const settled = settings.verify
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
      await Promise.all([this.#pool.close(), this.#recording, settled]);
    }
  }

  /** @param settled Resolves when pieces can be compared. */
  async #prepare(settled: Promise<void>, over: AbortSignal): Promise<void> {
    const { settings, agreement, part, onEvent } = this.#parts;
    await resume({
      part,
      agreement,
      pieces: this.#pieces,
      pool: this.#pool,
      verify: settings.verify,
      bringsBack: settings.resume,
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
    if (settings.interval > 0) {
      const tell = () => this.#progressReporter.progress(this.#transfer.missing, this.#pieces.map);
      this.#timer = setInterval(tell, settings.interval * 1_000);
    }
    this.#recording = this.#checkpointer.run(over).catch((error) => this.#transfer.fail(error));
  }

  /** A single source could claim any size: do not preallocate the file on its word alone. */
  get #isSizeVouchedFor(): boolean {
    const { settings, sources, agreement } = this.#parts;
    const witnesses = sources.all.filter((source) => agreement.accepts(source));
    return settings.sha256 !== undefined || witnesses.length > 1;
  }

  /** A digest that the person named is worth more than any manifest: the whole file has to have it. */
  async #checkWhole(signal: AbortSignal): Promise<void> {
    const { settings, part } = this.#parts;
    if (settings.sha256 === undefined) return;
    const sha256 = await part.digest(signal);
    if (sha256 === settings.sha256) return;
    part.discard();
    throw new MultiportError(
      "content",
      `Cannot accept ${part.output}: its SHA-256 is ${sha256}, not the ${settings.sha256} asked for`,
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
