import { byteLength } from "../byte_range.ts";
import { PieceStore } from "../content/piece_store.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import { type Agreement, DisprovedError, OutvotedError } from "../sources/agreement.ts";
import { MANIFEST_PATIENCE_MS } from "../sources/limits.ts";
import { obtainManifest } from "../sources/seek_manifest.ts";
import type { Source } from "../sources/source.ts";
import type { Sources } from "../sources/sources.ts";
import { Checkpointer } from "../storage/checkpointer.ts";
import { checkFreeSpace } from "../storage/free_space.ts";
import type { PartFile } from "../storage/part_file.ts";
import { PartFileError } from "../storage/part_writer.ts";
import { FetchWorkerPool } from "../transfer/fetch_worker_pool.ts";
import { Coordinator } from "./coordinator.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadResult } from "./download_options.ts";
import type { DownloadSettings } from "./download_settings.ts";
import type { Place } from "./place.ts";
import { ProgressReporter } from "./progress_reporter.ts";
import { resume } from "./resume.ts";
import { digestLabel } from "../content/digest.ts";
import { SourceMarks } from "./source_marks.ts";
import type { Verification } from "./verification.ts";
import { checkDigest, sha256Of, type WantedDigest } from "./whole_digest.ts";

/** What is known once the servers have answered and the part file is open. */
export interface FileDownloadParts {
  readonly settings: DownloadSettings;
  readonly onEvent: (event: DownloadEvent) => void;
  readonly sources: Sources;
  readonly agreement: Agreement;
  readonly verification: Verification;
  /** The digest that the whole file must have, as far as is known now. */
  readonly wanted: () => WantedDigest | undefined;
  readonly place: Place;
  readonly part: PartFile;
  /** Whether another copy is tried if this one has not the digest that was named. */
  readonly mayTryAgain: boolean;
  /** Seconds on the clock of `now()`: until when it does not end without those that have not answered. */
  readonly awaitedUntil: number;
}

/** One download, from the open part file to the published output. */
export class FileDownload {
  readonly #parts: FileDownloadParts;
  readonly #pieces: PieceStore;
  readonly #marks: SourceMarks;
  readonly #checkpointer: Checkpointer;
  readonly #pool: FetchWorkerPool;
  readonly #transfer: Coordinator;
  readonly #progressReporter: ProgressReporter;
  /** What runs beside the transfer: the progress events, and the checkpoint that is kept. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #recording = Promise.resolve();
  /** Bytes that an earlier run had fetched. */
  #kept = 0;

  constructor(parts: FileDownloadParts) {
    const { settings, onEvent, sources, agreement, part, verification } = this.#parts = parts;
    const { size } = agreement;
    const { pieceLength, hash, known, twice } = verification;
    const pieces = this.#pieces = new PieceStore(size, pieceLength);
    const marks = this.#marks = new SourceMarks(sources, pieces);
    if (known) pieces.settle(known);
    this.#checkpointer = new Checkpointer(part, pieces, () => ({
      size,
      pieceLength,
      sha256: agreement.digest?.sha256 ?? null,
      etags: agreement.etags,
      sources: marks.toCheckpoint(twice),
      ...twice ? { twice } : {},
    }));
    const pool = this.#pool = new FetchWorkerPool({
      path: part.path,
      file: part.identity,
      size,
      pieceLength,
      hash,
      encrypted: sources.all.some(({ isEncrypted }) => isEncrypted),
      sources: sources.all.length,
      limitRate: settings.limitRate,
    }, settings.access?.idle);
    this.#transfer = new Coordinator({ ...parts, pieces, pool, marks });
    this.#progressReporter = new ProgressReporter(
      onEvent,
      sources,
      agreement,
      { output: part.output, pieceLength },
      (index) => this.#transfer.portion(index),
    );
  }

  async run(signal: AbortSignal): Promise<DownloadResult> {
    const { settings, sources, agreement, place, part } = this.#parts;
    try {
      await this.#fetch(signal);
      await this.#checkWhole(signal);
      await part.publish(place.mayReplace, settings.remoteTime ? agreement.modified : undefined);
    } catch (error) {
      const isOutvoted = error instanceof OutvotedError;
      // What has come so far is of another copy than the right one.
      if (isOutvoted || error instanceof DisprovedError) {
        sources.all.forEach(({ figures }) => figures.dismiss());
      }
      if (error instanceof DisprovedError) throw error;
      const isWorthKeeping = this.#completed > 0;
      // What cannot be recorded now is found by its digests later.
      if (isWorthKeeping || !isOutvoted) await this.#checkpointer.record().catch(() => {});
      if (!isOutvoted) throw this.#leave(error);
      part.rewind(isWorthKeeping);
      throw error;
    }
    place.dropOthers();
    const sha256 = this.#pieces.manifest?.sha256 ?? sha256Of(this.#parts.wanted());
    this.#progressReporter.done(sha256);
    return { path: part.output, size: agreement.size, sha256 };
  }

  /** When it returns or throws, nothing of what it started is left. */
  async #fetch(signal: AbortSignal): Promise<void> {
    const { onEvent, agreement, sources, verification } = this.#parts;
    const over = new AbortController();
    const notice = (message: string) => onEvent({ type: "notice", message });
    const settled = verification.verify && !verification.known
      ? obtainManifest(agreement, over.signal, notice)
        .then((found) => this.#transfer.verify(found), (error) => this.#transfer.fail(error))
      : Promise.resolve();
    let mayBeginAnew = false;
    try {
      await this.#transfer.run(() => this.#prepare(settled, over.signal), signal);
      mayBeginAnew = this.#hasAlternative;
    } catch (error) {
      mayBeginAnew = error instanceof OutvotedError;
      throw error;
    } finally {
      over.abort();
      // They are asked again for other content.
      if (mayBeginAnew) sources.all.forEach(release);
      else await sources.close();
      clearInterval(this.#timer);
      await Promise.all([this.#pool.close(), this.#recording, settled]);
    }
  }

  /** @param settled Resolves when pieces can be compared. */
  async #prepare(settled: Promise<void>, over: AbortSignal): Promise<void> {
    const { settings, sources, agreement, part, onEvent } = this.#parts;
    await resume({
      part,
      sources,
      agreement,
      marks: this.#marks,
      signal: over,
      idle: settings.access?.idle,
      pieces: this.#pieces,
      pool: this.#pool,
      verify: settings.verify,
      twice: settings.twice,
      bringsBack: settings.resume,
      notice: (message) => onEvent({ type: "notice", message }),
    });
    // Digests that are ready come in moments: waited for, so that only right pieces count as kept.
    const isSoonKnown = agreement.digest && this.#pieces.in("unverified").size > 0;
    if (isSoonKnown) await Promise.race([settled, delay(MANIFEST_PATIENCE_MS, over)]);
    // What is started after the end would never be stopped.
    over.throwIfAborted();
    const length = this.#kept = agreement.size - byteLength(this.#pieces.missing);
    checkFreeSpace(part.path, agreement.size - Math.max(length, part.allocated ?? 0));
    this.#checkpointer.begin(this.#isSizeVouchedFor);
    if (part.isLockless) {
      const message =
        `The file system of ${part.path} has no locks: let no other download write it`;
      onEvent({ type: "notice", message });
    }
    this.#progressReporter.start(length);
    if (settings.interval > 0) {
      const tell = () => {
        const { missing, toCome } = this.#transfer;
        this.#progressReporter.progress(missing, this.#pieces.map, toCome);
      };
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

  async #checkWhole(signal: AbortSignal): Promise<void> {
    const { part } = this.#parts;
    const wanted = this.#parts.wanted();
    if (!wanted) return;
    const found = await part.digest(signal, wanted.algorithm);
    if (found !== wanted.digest && this.#hasAlternative) this.#beginAnew(found, wanted);
    if (found !== wanted.digest) part.discard();
    checkDigest(`Cannot accept ${part.output}`, found, wanted);
  }

  /** Whether another copy may have the digest that was named, and what has come is of this one alone. */
  get #hasAlternative(): boolean {
    const { mayTryAgain, agreement } = this.#parts;
    return mayTryAgain && this.#kept === 0 && agreement.hasAlternative;
  }

  /** @throws {DisprovedError} */
  #beginAnew(found: string, { algorithm, digest }: WantedDigest): never {
    const { agreement, part } = this.#parts;
    const label = digestLabel(algorithm);
    agreement.disprove(`the file it has a copy of has not the ${label} asked for`);
    part.startOver();
    part.rewind(false);
    const message = `The ${label} of what has come is ${found}, not the ${digest} asked for: ` +
      "trying the copy of the others";
    throw new DisprovedError(message);
  }

  /** Bytes that the next run can use. */
  get #completed(): number {
    return this.#transfer.isOnTrial ? 0 : this.#parts.agreement.size - this.#transfer.missing;
  }

  /** Leaves the part file to the next run, and says what that will find. */
  #leave(error: unknown): unknown {
    const { part, agreement, onEvent } = this.#parts;
    const completed = this.#completed;
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

/** Detaches a source from its fetcher, which is about to end, without counting that as a loss. */
function release(source: Source): void {
  if (!source.inUse) return;
  source.release();
  source.contentLost("the download begins anew", false, false);
}
