import { now } from "../clock.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Wants } from "../content/consensus.ts";
import type { MetalinkFile } from "../content/metalink.ts";
import { byteLength } from "../byte_range.ts";
import { PieceStore } from "../content/piece_store.ts";
import { addSources, type Described, leftOutOf } from "./add_sources.ts";
import { downloadFiles } from "./download_files.ts";
import { checkTwoAreNamed, checkTwoAreThere, isSecondAwaited } from "./second_source.ts";
import { SourceMarks } from "./source_marks.ts";
import { planVerification, remarksOn, type Verification } from "./verification.ts";
import { checkDigest, sha256Of, type WantedDigest, wantedDigest } from "./whole_digest.ts";
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
  named: DownloadSettings & { readonly listed?: MetalinkFile },
  onEvent: Tell,
  signal: AbortSignal,
  onDefect: (error: unknown) => void,
): Promise<DownloadResult> {
  using place = new Place(named);
  const sources = new Sources(onEvent);
  sources.failure.catch(onDefect);
  try {
    const described = await addSources(sources, named, signal);
    if (described.files) {
      place.checkHoldsSeveral(described.files.length);
      return await downloadFiles(
        described.files,
        onEvent,
        signal,
        (listed) => runDownload({ ...named, listed }, onEvent, signal, onDefect),
      );
    }
    if (named.twice) checkTwoAreNamed(sources);
    // Servers are being asked meanwhile. What is wrong with the place need not wait for them.
    const isFile = named.stream === undefined;
    const keep = () => {
      const { sha256 } = wantsOf(named, described);
      return keepComplete({ settings: { ...named, sha256 }, onEvent, sources, place }, signal);
    };
    if (isFile && place.isTaken) return await keep();
    if (isFile) await place.open(signal);
    const notice = tellOnce(onEvent);
    const votesUntil = await waitForAnswers(sources, named, described, onEvent, notice, signal);
    // An address that has answered only now may have led to more.
    const { file, name } = described;
    const wants = wantsOf(named, described);
    const settings = { ...named, sha256: wants.sha256 };
    if (name !== undefined && file) leftOutOf(file).forEach((message) => notice(message));
    let used: PartFile | undefined;
    for (;;) {
      const agreement = new Agreement(sources, { ...wants, votesUntil, notice });
      place.learn(name ?? agreement.name);
      checkSize(agreement, settings.maxSize);
      if (isFile && place.isTaken) return await keep();
      const { size } = agreement;
      const means = {
        settings,
        size,
        isPublished: sources.publishDigests,
        listed: file?.pieces,
        sha256: file?.digests["sha-256"],
      };
      const verification = planVerification(means);
      const { verify, twice } = verification;
      if (twice) checkTwoAreThere(sources, agreement);
      const sayings = { sha256: named.sha256, file, agreement, verify: settings.verify };
      const wanted = () => wantedDigest(sayings, verification);
      for (const remark of remarksOn(verification, means, wanted())) notice(remark);
      const shared = {
        settings: { ...settings, verify, twice },
        onEvent,
        sources,
        agreement,
        verification,
        wanted,
      };
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
    if (described.files) throw severalFiles(described.files);
    const wants = wantsOf(settings, described);
    const agreement = new Agreement(sources, { ...wants, votesUntil, notice });
    place.learn(described.name ?? agreement.name);
    return offerOf(sources, agreement, place);
  } finally {
    await sources.close();
  }
}

/** What the file must have, as far as a person or a Metalink has said. */
function wantsOf({ sha256 }: DownloadSettings, { file }: Described): Wants {
  return { sha256: sha256 ?? file?.digests["sha-256"], size: file?.size };
}

function severalFiles(files: readonly MetalinkFile[]): MultiportError {
  const message = `Cannot inspect ${files.length} files at once: the Metalink lists several`;
  return new MultiportError("usage", message);
}

/** Waits for the sources; returns until when they may vote, in seconds. */
async function waitForAnswers(
  sources: Sources,
  settings: DownloadSettings,
  described: Described,
  onEvent: Tell,
  notice: TellNotice,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = now();
  const isTied = () => {
    const tie = findTie(sources, wantsOf(settings, described));
    if (tie) notice(`${tie}; waiting for the other servers`, "tie");
    return tie !== undefined || settings.twice && isSecondAwaited(sources);
  };
  const { wait } = settings;
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
  readonly verification: Verification;
  /** The digest that the whole file must have, as far as is known now. */
  readonly wanted: () => WantedDigest | undefined;
  readonly place: Place;
  readonly part: PartFile;
}

/** One download, from the open part file to the published output. */
class FileDownload {
  readonly #parts: DownloadParts;
  readonly #pieces: PieceStore;
  readonly #marks: SourceMarks;
  readonly #checkpointer: Checkpointer;
  readonly #pool: FetchWorkerPool;
  readonly #transfer: Coordinator;
  readonly #progressReporter: ProgressReporter;
  /** What runs beside the transfer: the progress events, and the checkpoint that is kept. */
  #timer: ReturnType<typeof setInterval> | undefined;
  #recording = Promise.resolve();

  constructor(parts: DownloadParts) {
    const { onEvent, sources, agreement, part, verification } = this.#parts = parts;
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
    });
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
    const { settings, sources, agreement, part, onEvent } = this.#parts;
    await resume({
      part,
      sources,
      agreement,
      marks: this.#marks,
      signal: over,
      pieces: this.#pieces,
      pool: this.#pool,
      verify: settings.verify,
      twice: settings.twice,
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
    if (found !== wanted.digest) part.discard();
    checkDigest(`Cannot accept ${part.output}`, found, wanted);
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
