import type { Agreement } from "../sources/agreement.ts";
import type { PieceMap } from "../content/piece_map.ts";
import { byteLength, type ByteRange } from "../byte_range.ts";
import type { DownloadEvent, SourceFigures } from "./download_event.ts";
import { now } from "../clock.ts";
import type { Sources } from "../sources/sources.ts";

/** What a download makes. */
export interface Target {
  /** Path of the file; `-` for a reader. */
  readonly output: string;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
}

/** What people are told of a download as a whole: that it starts, how far it is, that it is done. */
export class ProgressReporter {
  readonly #onEvent: (event: DownloadEvent) => void;
  readonly #sources: Sources;
  readonly #agreement: Agreement;
  readonly #target: Target;
  readonly #portion: (index: number) => readonly ByteRange[];
  readonly #startedAt = now();

  /**
   * @param target What is made.
   * @param portion What is a source's to deliver.
   */
  constructor(
    onEvent: (event: DownloadEvent) => void,
    sources: Sources,
    agreement: Agreement,
    target: Target,
    portion: (index: number) => readonly ByteRange[],
  ) {
    this.#onEvent = onEvent;
    this.#sources = sources;
    this.#agreement = agreement;
    this.#target = target;
    this.#portion = portion;
  }

  /** @param kept Bytes that an earlier run had fetched already. */
  start(kept: number): void {
    const { name, size } = this.#agreement;
    const servers = this.#sources.all.map(({ index, name }) => ({ index, address: name }));
    const { output, pieceLength } = this.#target;
    this.#onEvent({ type: "start", name, size, output, kept, pieceLength, servers });
  }

  /**
   * @param missing Bytes of the file that are not on disk.
   * @param pieces What each piece is.
   * @param toCome Bytes that have to come for it: more than are missing where each is fetched twice.
   */
  progress(missing: number, pieces: PieceMap, toCome = missing): void {
    const { received } = this.#sources;
    const [elapsed, servers] = [this.#elapsed, this.#servers];
    const rate = servers.reduce((sum, { rate }) => sum + rate, 0);
    const paused = servers.filter(({ state }) => state === "paused");
    const held = paused.reduce((sum, { remaining }) => sum + remaining, 0);
    const movable = toCome - held;
    const eta = rate > 0 && (movable > 0 || held === 0) ? movable / rate : null;
    const completed = this.#agreement.size - missing;
    this.#onEvent({
      type: "progress",
      elapsed,
      received,
      completed,
      rate,
      held,
      eta,
      servers,
      pieces,
    });
  }

  /** @param sha256 Of the file, when it was verified. */
  done(sha256: string | null): void {
    const { received } = this.#sources;
    const { size } = this.#agreement;
    const [elapsed, servers] = [this.#elapsed, this.#servers];
    const rate = Math.round(received / Math.max(elapsed, 0.001));
    this.#onEvent({ type: "done", size, received, elapsed, rate, sha256, servers });
  }

  /** Seconds since the start. */
  get #elapsed(): number {
    return now() - this.#startedAt;
  }

  get #servers(): SourceFigures[] {
    return this.#sources.progress.map((progress) => {
      const portion = this.#portion(progress.index);
      return { ...progress, remaining: byteLength(portion), portion };
    });
  }
}
