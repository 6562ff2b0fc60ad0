import { BURST_MS, MIN_TURN_BYTES, RATE_TICK_MS, TURN_MS } from "./limits.ts";

/** How fast a download may be: what each thread that fetches has to know of it. */
export interface RateShare {
  readonly bytesPerSecond: number;
  /** The most bytes that a source takes in its turn. */
  readonly turnBytes: number;
  /** Two counts of bytes: how many may have been taken by now, and how many were asked for. */
  readonly counts: SharedArrayBuffer;
}

const ALLOWED = 0;
const CLAIMED = 1;

/**
 * Allows so many bytes a second to all threads of a download together. There is one of it, in the main
 * thread, so that one clock goes for all: those of two threads need not agree.
 *
 * @example
 * ```ts
 * const clock = new RateClock(1_000_000, 4, 0);
 * const turns = new RateTurns(clock.share);
 * turns.turn(10_000, signal)?.then(() => console.log("10 ms have passed"));
 * clock.tick(10);
 * ```
 */
export class RateClock {
  readonly share: RateShare;
  readonly #counts: BigInt64Array<SharedArrayBuffer>;
  readonly #bytesPerMs: number;
  #allowed = 0;
  #atMs: number;

  /**
   * @param bytesPerSecond 1 or more.
   * @param sources How many take turns.
   * @param nowMs The present, on any clock that does not go back.
   */
  constructor(bytesPerSecond: number, sources: number, nowMs: number) {
    const counts = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT);
    this.share = { bytesPerSecond, turnBytes: turnBytesOf(bytesPerSecond, sources), counts };
    this.#counts = new BigInt64Array(counts);
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#atMs = nowMs;
  }

  /**
   * Allows what has become due by now; to be called every {@linkcode RATE_TICK_MS}. What nobody has asked
   * for in time is lost.
   */
  tick(nowMs: number): void {
    const due = this.#allowed + (nowMs - this.#atMs) * this.#bytesPerMs;
    const claimed = Number(Atomics.load(this.#counts, CLAIMED));
    this.#allowed = Math.min(due, claimed + BURST_MS * this.#bytesPerMs);
    this.#atMs = nowMs;
    Atomics.store(this.#counts, ALLOWED, BigInt(Math.floor(this.#allowed)));
  }
}

/** A turn that has not come yet. */
interface Waiter {
  /** How many bytes are allowed when it has come. */
  readonly end: bigint;
  readonly begin: (hasCome: boolean) => void;
}

/**
 * Where the sources of one thread wait for their turns. Those of all threads come in the order in which
 * they were asked for. A source has one at a time, and all are about as long: so each source gets
 * as much as any other, what a slow one leaves goes to the others, and one that sends nothing takes nothing.
 */
export class RateTurns {
  /** The most bytes to ask for at a time. */
  readonly turnBytes: number;
  readonly #counts: BigInt64Array<SharedArrayBuffer>;
  readonly #bytesPerMs: number;
  readonly #waiting = new Set<Waiter>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ bytesPerSecond, turnBytes, counts }: RateShare) {
    this.turnBytes = turnBytes;
    this.#bytesPerMs = bytesPerSecond / 1_000;
    this.#counts = new BigInt64Array(counts);
  }

  /** Counts bytes that were taken out of turn: whoever comes next waits for them, too. */
  charge(bytes: number): void {
    Atomics.add(this.#counts, CLAIMED, BigInt(bytes));
  }

  /**
   * Asks for a turn.
   *
   * @param signal Ends the wait.
   * @returns Whether the turn has come, once it has; undefined if it has at once.
   */
  turn(bytes: number, signal: AbortSignal): Promise<boolean> | undefined {
    const end = Atomics.add(this.#counts, CLAIMED, BigInt(bytes)) + BigInt(bytes);
    if (end <= this.#allowed) return undefined;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const leave = () => waiter.begin(false);
    const waiter: Waiter = {
      end,
      begin: (hasCome) => {
        this.#waiting.delete(waiter);
        if (this.#waiting.size === 0) clearTimeout(this.#timer);
        signal.removeEventListener("abort", leave);
        resolve(hasCome);
      },
    };
    this.#waiting.add(waiter);
    signal.addEventListener("abort", leave);
    if (this.#waiting.size === 1) this.#watch();
    if (signal.aborted) leave();
    return promise;
  }

  /** Lets those begin whose turn has come. */
  look(): void {
    const allowed = this.#allowed;
    for (const waiter of this.#waiting) {
      if (waiter.end > allowed) break;
      waiter.begin(true);
    }
  }

  get #allowed(): bigint {
    return Atomics.load(this.#counts, ALLOWED);
  }

  #watch(): void {
    const [next] = this.#waiting;
    if (!next) return;
    const dueMs = Number(next.end - this.#allowed) / this.#bytesPerMs;
    this.#timer = setTimeout(() => {
      this.look();
      this.#watch();
    }, Math.min(Math.max(dueMs, RATE_TICK_MS / 4), BURST_MS));
  }
}

/** Short enough for every source to have several turns a second, long enough to be worth a write. */
function turnBytesOf(bytesPerSecond: number, sources: number): number {
  const together = bytesPerSecond * TURN_MS / 1_000;
  const share = Math.max(together / Math.max(1, sources), Math.min(MIN_TURN_BYTES, together));
  return Math.max(1, Math.floor(share));
}
