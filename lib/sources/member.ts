import type { SourceProgress, SourceState } from "./source_event.ts";
import { MAX_FRUITLESS_ATTEMPTS } from "./limits.ts";
import { Source, type SourceListener } from "./multiport_source.ts";
import type { ServerAddress } from "./server_address.ts";
import { Speed } from "./speed.ts";

/** How a server takes part in the download. */
export type Standing =
  /** It has not answered yet. */
  | "connecting"
  /** It answers, and can be given work unless it is paused. */
  | "up"
  /** Its content broke off: in a moment it is known whether it is lost or terminated. */
  | "doubted"
  /** It was lost and is tried again. */
  | "lost"
  /** Its operator ended it. */
  | "terminated"
  /** It is of no use: it is no server of this kind. */
  | "refused"
  /** Its content is wrong: it has another copy, or sends wrong pieces. */
  | "wrong";

/** One server's part in a download: its source, how it stands, and what it has delivered. */
export class Member {
  readonly source: Source;
  standing: Standing = "connecting";
  paused = false;
  /** Whether the plan counts on it. */
  joined = false;
  /** Why it is not up, in words. */
  reason = "";
  /** Bytes it delivered in this run. */
  received = 0;
  wrongPieces = 0;
  /** Times in a row that it was lost without having sent any of what it was asked for. */
  fruitlessAttempts = 0;
  /** Whether it is not asked for what it owes: this program is busy with others. */
  deferred = false;
  /** Seconds: since when it owes bytes and has sent none. */
  quietSince = 0;
  readonly speed: Speed;
  #shown: SourceState = "connecting";

  /** @param index 1 for Server1. */
  constructor(index: number, address: ServerAddress, listener: SourceListener, now: number) {
    this.source = new Source(index, address, listener);
    this.speed = new Speed(now);
  }

  get index(): number {
    return this.source.index;
  }

  /** As messages call it: `Server2 (127.0.0.1:60002)`. */
  get label(): string {
    return `Server${this.index} (${this.source.name})`;
  }

  /** Whether it may still deliver something, now or later. */
  get mayReturn(): boolean {
    return !["terminated", "refused", "wrong"].includes(this.standing);
  }

  /** Whether the download need not be given up as long as it stands like this. */
  get promises(): boolean {
    return this.standing === "up" &&
      (this.paused || this.fruitlessAttempts < MAX_FRUITLESS_ATTEMPTS);
  }

  /**
   * What people are shown of it.
   *
   * @param idle Whether it has nothing left to do.
   */
  state(idle: boolean): SourceState {
    switch (this.standing) {
      case "connecting":
        return "connecting";
      case "terminated":
        return "terminated";
      case "lost":
      case "refused":
      case "wrong":
        return "failed";
      case "doubted":
        return this.#shown;
      case "up":
        return this.paused ? "paused" : idle ? "idle" : "downloading";
    }
  }

  /** Takes note of the state that people are shown; answers whether it is another than before. */
  show(state: SourceState): boolean {
    const changed = state !== this.#shown;
    this.#shown = state;
    return changed;
  }

  /** Its figures now. */
  progress(): SourceProgress {
    const rate = this.#shown === "downloading" ? Math.round(this.speed.bytesPerSecond) : 0;
    return { index: this.index, state: this.#shown, received: this.received, rate };
  }
}
