import type { ByteRange } from "../byte_range.ts";
import type { PieceDigest } from "../content/piece_digest.ts";
import type { FetchReport } from "./fetch_message.ts";
import { REPORT_MS } from "./limits.ts";

const NOTHING: ByteRange = { start: 0, end: 0 };

/** What a fetcher has taken and not reported yet: of one block, as each ends with a report. */
export class Delivery {
  readonly #source: number;
  readonly #report: (report: FetchReport) => void;
  #range = NOTHING;
  /** Whether that was hashed and not written. */
  #isHashOnly = false;
  #digests: PieceDigest[] = [];
  #reportedAt = -Infinity;

  constructor(source: number, report: (report: FetchReport) => void) {
    this.#source = source;
    this.#report = report;
  }

  /** Whether it is time for a report. */
  get isDue(): boolean {
    return performance.now() - this.#reportedAt >= REPORT_MS;
  }

  /**
   * Takes note of bytes that follow those before them.
   *
   * @param digests Of pieces that end in them.
   */
  add(range: ByteRange, digests: readonly PieceDigest[], isHashOnly: boolean): void {
    const start = this.#isEmpty ? range.start : this.#range.start;
    this.#range = { start, end: range.end };
    this.#digests.push(...digests);
    this.#isHashOnly = isHashOnly;
  }

  /** Reports all of it. */
  report(): void {
    this.postpone();
    if (this.#isEmpty) return;
    const type = this.#isHashOnly ? "hashed" : "delivered";
    this.#report({ type, source: this.#source, range: this.#range, pieces: this.#digests });
    this.#clear();
  }

  /** Reports only that something comes. */
  reportLife(): void {
    this.postpone();
    this.#report({ type: "skipped", source: this.#source });
  }

  /** The next report is due as if there had been one now. */
  postpone(): void {
    this.#reportedAt = performance.now();
  }

  /**
   * Forgets all of it.
   *
   * @returns Where it began; undefined if there was nothing.
   */
  forget(): number | undefined {
    if (this.#isEmpty) return undefined;
    const { start } = this.#range;
    this.#clear();
    return start;
  }

  get #isEmpty(): boolean {
    return this.#range.end === this.#range.start;
  }

  #clear(): void {
    this.#range = NOTHING;
    this.#digests = [];
  }
}
