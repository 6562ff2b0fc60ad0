import type { Agreement } from "../sources/agreement.ts";
import type { PieceMap } from "../content/piece_map.ts";
import type { ClientEvent } from "./client_event.ts";
import { now } from "../clock.ts";
import type { Sources } from "../sources/sources.ts";
import { Speed } from "../speed.ts";

/** What people are told of a download as a whole: that it starts, how far it is, that it is done. */
export class ProgressReporter {
  readonly #onEvent: (event: ClientEvent) => void;
  readonly #sources: Sources;
  readonly #agreement: Agreement;
  readonly #output: string;
  readonly #startedAt = now();
  readonly #speed = new Speed(this.#startedAt);

  /** @param output Path of the file that is made. */
  constructor(
    onEvent: (event: ClientEvent) => void,
    sources: Sources,
    agreement: Agreement,
    output: string,
  ) {
    this.#onEvent = onEvent;
    this.#sources = sources;
    this.#agreement = agreement;
    this.#output = output;
  }

  /** @param kept Bytes that an earlier run had fetched already. */
  start(kept: number): void {
    const { name, size } = this.#agreement;
    const servers = this.#sources.all.map(({ index, name }) => ({ index, address: name }));
    this.#onEvent({ type: "start", name, size, output: this.#output, kept, servers });
  }

  /**
   * @param missing Bytes of the file that are not on disk.
   * @param pieces What each piece is.
   */
  progress(missing: number, pieces: PieceMap): void {
    const { received, progress: servers } = this.#sources;
    const elapsed = this.#elapsed;
    this.#speed.sample(received, now());
    const rate = Math.round(this.#speed.bytesPerSecond);
    const eta = rate > 0 ? missing / rate : null;
    const completed = this.#agreement.size - missing;
    this.#onEvent({ type: "progress", elapsed, received, completed, rate, eta, servers, pieces });
  }

  /** @param sha256 Of the file, when it was verified. */
  done(sha256: string | null): void {
    const { received, progress: servers } = this.#sources;
    const { size } = this.#agreement;
    const elapsed = this.#elapsed;
    const rate = Math.round(received / Math.max(elapsed, 0.001));
    this.#onEvent({ type: "done", size, received, elapsed, rate, sha256, servers });
  }

  /** Seconds since the start. */
  get #elapsed(): number {
    return now() - this.#startedAt;
  }
}
