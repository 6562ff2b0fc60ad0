import { Failure } from "../failure.ts";
import { type Manifest, pieceCount, pieceLengthFor } from "../manifest/manifest.ts";
import type { ByteRange } from "../plan/byte_range.ts";
import { PieceLedger } from "../plan/piece_ledger.ts";
import { Agreement } from "./agreement.ts";
import type { ClientEvent, SourceProgress } from "./client_event.ts";
import type { DownloadOptions } from "./download_options.ts";
import { checkFreeSpace } from "./free_space.ts";
import { gather } from "./gather.ts";
import { LanePool } from "./lane_pool.ts";
import { missingRanges } from "./missing_ranges.ts";
import { checkOutput, isFolder, outputPath } from "./output_path.ts";
import { PartFile } from "./part_file.ts";
import { PartFileError } from "./part_writer.ts";
import { Recorder } from "./recorder.ts";
import { type Kept, resume } from "./resume.ts";
import { Roster } from "./roster.ts";
import { seekManifest } from "./seek_manifest.ts";
import { Speed } from "./speed.ts";
import { Transfer, type Work } from "./transfer.ts";
import { Verification } from "./verification.ts";

/**
 * Downloads one file from many servers, each of which has a copy of its own.
 *
 * Everything that happens is told as it happens; the last event is `done`. Until then there is only
 * `OUTPUT.part` and its journal, from which the same call goes on after any failure or crash.
 *
 * @param options Which servers, where to, and how.
 * @param onEvent Is told what happens.
 * @param signal Ends the download early; what has arrived is kept.
 * @throws {Failure} If the file cannot be had: the kind says why, the message what to do.
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
  onEvent: (event: ClientEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { output: asked, force } = options;
  if (asked !== undefined && !isFolder(asked)) checkOutput(asked, force);
  const roster = new Roster(options.servers, onEvent, now());
  roster.run();
  try {
    await gather(roster, options.wait, onEvent, signal);
    const agreement = new Agreement(roster, options.sha256);
    const output = outputPath(asked, agreement.name);
    checkOutput(output, force);
    using part = PartFile.open(output);
    await new Download({ options, onEvent, roster, agreement, output, part }).run(signal);
  } finally {
    roster.stop();
  }
}

/** What is known once the servers have answered and the part file is open. */
interface DownloadParts {
  readonly options: DownloadOptions;
  readonly onEvent: (event: ClientEvent) => void;
  readonly roster: Roster;
  readonly agreement: Agreement;
  readonly output: string;
  readonly part: PartFile;
}

/** One download, from the open part file to the published output. */
class Download {
  readonly #parts: DownloadParts;
  readonly #pieceLength: number;
  readonly #ledger: PieceLedger;
  readonly #verification: Verification;
  readonly #recorder: Recorder;
  readonly #pool: LanePool;
  readonly #transfer: Transfer;
  readonly #startedAt = now();
  readonly #speed = new Speed(this.#startedAt);
  /** Bytes that were there before this run. */
  #kept = 0;

  constructor(parts: DownloadParts) {
    const { options, roster, agreement, part } = this.#parts = parts;
    const { size } = agreement;
    const pieceLength = this.#pieceLength = pieceLengthFor(size);
    const ledger = this.#ledger = new PieceLedger(size, pieceLength);
    const verification = this.#verification = new Verification(pieceCount(size, pieceLength));
    this.#recorder = new Recorder(part, verification.right, () => ({
      size,
      pieceLength,
      sha256: agreement.digest?.sha256 ?? null,
      etags: agreement.etags,
    }));
    const pool = this.#pool = new LanePool({
      path: part.path,
      size,
      pieceLength,
      hash: options.verify,
      sources: roster.members.length,
    });
    this.#transfer = new Transfer({ ...parts, pieceLength, ledger, verification, pool });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { options, part } = this.#parts;
    try {
      await this.#fetch(signal);
      await this.#checkWhole();
    } catch (error) {
      await this.#pool.close();
      // What cannot be recorded now is found by its digests later.
      await this.#recorder.record().catch(() => {});
      throw this.#inWords(error);
    }
    await this.#pool.close();
    await part.publish(options.force);
    this.#tellDone();
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    const { options, agreement } = this.#parts;
    const over = new AbortController();
    const manifest = options.verify ? seekManifest(agreement, over.signal) : undefined;
    manifest?.then((found) => this.#transfer.verify(found)).catch(() => {});
    let timer: number | undefined;
    const prepare = async () => {
      const work = await this.#prepare(manifest);
      if (options.interval > 0) {
        timer = setInterval(() => this.#tellProgress(), options.interval * 1_000);
      }
      this.#recorder.run(over.signal).catch((error) => this.#transfer.fail(error));
      return work;
    };
    try {
      await this.#transfer.run(prepare, signal);
    } finally {
      clearInterval(timer);
      over.abort();
    }
  }

  async #prepare(manifest: Promise<Manifest> | undefined): Promise<Work> {
    const { options, agreement, part } = this.#parts;
    const { name, size } = agreement;
    if (!options.resume) part.clear();
    const kept = await resume({
      part,
      agreement,
      ledger: this.#ledger,
      pieceLength: this.#pieceLength,
      pool: this.#pool,
      manifest,
      notice: (message) => this.#parts.onEvent({ type: "notice", message }),
    });
    const there = this.#keep(kept);
    part.reserve(size);
    checkFreeSpace(part.path, size - Math.max(this.#kept, part.allocated ?? 0));
    this.#tellStart(name);
    return { missing: missingRanges(size, there), unchecked: manifest ? kept.recorded : [] };
  }

  /** Counts what an earlier run left as delivered. */
  #keep({ recorded, pieces, beginnings }: Kept): ByteRange[] {
    const whole = [...recorded, ...pieces];
    for (const piece of whole) this.#verification.right.add(piece);
    const there = [...whole.map((piece) => this.#ledger.rangeOf(piece)), ...beginnings];
    for (const range of there) {
      this.#ledger.deliver(undefined, range);
      this.#kept += range.end - range.start;
    }
    return there;
  }

  /** A digest that the person named is worth more than any manifest: the whole file has to have it. */
  async #checkWhole(): Promise<void> {
    const { options, agreement, part, output } = this.#parts;
    if (options.sha256 === undefined) return;
    const all = { start: 0, end: agreement.size };
    const { sha256 } = await this.#pool.read(-1, all, false);
    if (sha256 === options.sha256) return;
    part.clear();
    throw new Failure(
      "content",
      `Cannot accept ${output}: its SHA-256 is ${sha256}, not the ${options.sha256} asked for`,
    );
  }

  #inWords(error: unknown): unknown {
    const { part, agreement } = this.#parts;
    if (error instanceof PartFileError) {
      return new Failure("local", `Cannot use ${part.path}: ${error.message}`);
    }
    const isResumable = error instanceof Failure && error.kind !== "content";
    if (!isResumable || this.#verification.right.size === 0) return error;
    const kept = `the same command goes on: ${part.path} keeps what has arrived`;
    const percent = Math.floor(100 * this.#completed / Math.max(1, agreement.size));
    return new Failure(error.kind, `${error.message}; ${kept} (${percent} %)`);
  }

  /** Bytes of the file that are on disk. */
  get #completed(): number {
    return this.#kept + this.#transfer.received;
  }

  get #servers(): SourceProgress[] {
    return this.#parts.roster.members.map((member) => member.progress());
  }

  #tellStart(name: string): void {
    const { roster, agreement, output, onEvent } = this.#parts;
    const servers = roster.members.map(({ index, source }) => ({ index, address: source.name }));
    onEvent({ type: "start", name, size: agreement.size, output, kept: this.#kept, servers });
  }

  #tellProgress(): void {
    const { received } = this.#transfer;
    const elapsed = now() - this.#startedAt;
    this.#speed.sample(received, now());
    const rate = Math.round(this.#speed.bytesPerSecond);
    const completed = Math.min(this.#completed, this.#parts.agreement.size);
    const eta = rate > 0 ? (this.#parts.agreement.size - completed) / rate : null;
    const servers = this.#servers;
    this.#parts.onEvent({ type: "progress", elapsed, received, completed, rate, eta, servers });
  }

  #tellDone(): void {
    const { agreement, options, onEvent } = this.#parts;
    const { received } = this.#transfer;
    const elapsed = now() - this.#startedAt;
    const sha256 = options.verify ? this.#verification.manifest?.sha256 ?? null : null;
    const rate = Math.round(received / Math.max(elapsed, 0.001));
    const servers = this.#servers;
    onEvent({ type: "done", size: agreement.size, received, elapsed, rate, sha256, servers });
  }
}

function now(): number {
  return performance.now() / 1_000;
}
