import type { Agreement } from "../sources/agreement.ts";
import type { ClientEvent } from "./client_event.ts";
import type { SourceProgress } from "../sources/source_event.ts";
import { now } from "../clock.ts";
import type { Roster } from "../sources/roster.ts";
import { Speed } from "../sources/speed.ts";

/** What a progressReporter is about. */
export interface ProgressReporterParts {
  readonly onEvent: (event: ClientEvent) => void;
  readonly roster: Roster;
  readonly agreement: Agreement;
  /** Path of the file that is made. */
  readonly output: string;
}

/** What people are told of a download as a whole: that it starts, how far it is, that it is done. */
export class ProgressReporter {
  readonly #parts: ProgressReporterParts;
  readonly #startedAt = now();
  readonly #speed = new Speed(this.#startedAt);

  constructor(parts: ProgressReporterParts) {
    this.#parts = parts;
  }

  /** @param kept Bytes that an earlier run had fetched already. */
  start(kept: number): void {
    const { roster, agreement: { name, size }, output, onEvent } = this.#parts;
    const servers = roster.members.map(({ index, source }) => ({ index, address: source.name }));
    onEvent({ type: "start", name, size, output, kept, servers });
  }

  /** @param missing Bytes of the file that are not on disk. */
  progress(missing: number): void {
    const { roster: { received }, agreement, onEvent } = this.#parts;
    const [elapsed, servers] = [this.#elapsed, this.#servers];
    this.#speed.sample(received, now());
    const rate = Math.round(this.#speed.bytesPerSecond);
    const eta = rate > 0 ? missing / rate : null;
    const completed = agreement.size - missing;
    onEvent({ type: "progress", elapsed, received, completed, rate, eta, servers });
  }

  /** @param sha256 Of the file, when it was verified. */
  done(sha256: string | null): void {
    const { roster: { received }, agreement: { size }, onEvent } = this.#parts;
    const [elapsed, servers] = [this.#elapsed, this.#servers];
    const rate = Math.round(received / Math.max(elapsed, 0.001));
    onEvent({ type: "done", size, received, elapsed, rate, sha256, servers });
  }

  /** Seconds since the start. */
  get #elapsed(): number {
    return now() - this.#startedAt;
  }

  get #servers(): SourceProgress[] {
    return this.#parts.roster.members.map((member) => member.progress());
  }
}
