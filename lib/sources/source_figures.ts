import { Speed } from "../speed.ts";

/** Samples are taken ten times a second: one that comes so late says that this process was stopped. */
const LATE_SECONDS = 1;

/** What is counted of one source during a download. */
export class SourceFigures {
  readonly #speed: Speed;
  /** Bytes it delivered. */
  #delivered = 0;
  /** How many of those were of no use. */
  #dismissed = 0;
  /** Pieces that were wrong and that it alone sent. */
  wrongPieces = 0;
  /** Times in a row that it was lost without having sent any of what it was asked for. */
  fruitlessAttempts = 0;
  /** Seconds: since when it owes bytes and has sent none. */
  quietSince: number;
  /** Seconds: when it sent something last, be it what is here already. */
  heardAt = -Infinity;
  /** Seconds: since when it has been paused; undefined while it is not. */
  pausedSince: number | undefined;
  /** Whether it is not asked for what it owes, as this program is busy with others. */
  deferred = false;

  /** @param now Seconds. */
  constructor(now: number) {
    this.#speed = new Speed(now, LATE_SECONDS);
    this.quietSince = now;
  }

  /** Bytes it delivered in this run, without those that were dismissed. */
  get received(): number {
    return this.#delivered - this.#dismissed;
  }

  /** Bytes per second over the last second or so. */
  get rate(): number {
    return this.#speed.bytesPerSecond;
  }

  /** Takes note of the count at `now` (seconds), from which the rate follows. */
  sample(now: number): void {
    this.#speed.sample(this.#delivered, now);
  }

  /** Bytes have come. */
  deliver(bytes: number, now: number): void {
    this.#delivered += bytes;
    this.fruitlessAttempts = 0;
    this.hear(now);
  }

  /** Something has come, of use or not. */
  hear(now: number): void {
    this.heardAt = this.quietSince = now;
  }

  /** All that it has delivered so far was of another copy than the right one: it does not count. */
  dismiss(): void {
    this.#dismissed = this.#delivered;
  }
}
