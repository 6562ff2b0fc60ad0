import { Speed } from "../speed.ts";

/** Samples are taken ten times a second: one that comes so late says that this process was stopped. */
const LATE_SECONDS = 1;

/** What is counted of one source during a download. */
export class SourceFigures {
  readonly #speed: Speed;
  /** Bytes it delivered in this run. */
  received = 0;
  /** Pieces that were wrong and that it alone sent. */
  wrongPieces = 0;
  /** Times in a row that it was lost without having sent any of what it was asked for. */
  fruitlessAttempts = 0;
  /** Seconds: since when it owes bytes and has sent none. */
  quietSince: number;
  /** Seconds: since when it has been paused; undefined while it is not. */
  pausedSince: number | undefined;
  /** Whether it is not asked for what it owes, as this program is busy with others. */
  deferred = false;

  /** @param now Seconds. */
  constructor(now: number) {
    this.#speed = new Speed(now, LATE_SECONDS);
    this.quietSince = now;
  }

  /** Bytes per second over the last second or so. */
  get rate(): number {
    return this.#speed.bytesPerSecond;
  }

  /** Takes note of the count at `now` (seconds), from which the rate follows. */
  sample(now: number): void {
    this.#speed.sample(this.received, now);
  }

  /** Bytes have come. */
  deliver(bytes: number, now: number): void {
    this.received += bytes;
    this.fruitlessAttempts = 0;
    this.quietSince = now;
  }
}
