import {
  ADMISSION_DECAY,
  ADMISSION_GROWTH,
  ADMISSION_MS,
  FIRST_ADMITTED,
  MIN_ADMITTED,
} from "./limits.ts";
import { nextTurn } from "../next_turn.ts";

/** One source's place among those that are asked, or among those that wait until they are. */
export interface Entry {
  /** Whether it is asked. */
  readonly admitted: boolean;
  /** Bytes have come. */
  work(): void;
  /** It needs its place no more. */
  leave(): void;
}

/**
 * How many of a thread's sources are asked at the same time: as many as keep the thread busy.
 *
 * What more of them send while it is busy piles up in the system, falls out of the processor's cache,
 * and is read at half the speed: with 64 sources that cost half again the time. So a thread that is
 * never idle asks few, in turns; one that is idle at times asks more, and one that waits for slow
 * networks asks all of them within moments. A source from which nothing comes does not count.
 *
 * Whether the thread is idle is seen by samples, taken while somebody waits to be admitted: after each
 * one that finds it idle a quarter more are admitted, after each other one an eighth fewer.
 *
 * @example
 * ```ts
 * const admission = new ConcurrencyLimit();
 * const entry = admission.enter(() => console.log("it is asked now"));
 * if (entry.admitted) console.log("it is asked at once");
 * entry.leave();
 * ```
 */
export class ConcurrencyLimit {
  /** In the order in which they came. */
  readonly #waiting = new Set<Place>();
  readonly #admitted = new Set<Place>();
  #limit: number = FIRST_ADMITTED;
  /** How often bytes have come. */
  #works = 0;
  #sampling: ReturnType<typeof setTimeout> | undefined;

  /** Whether anybody waits. */
  get contended(): boolean {
    return this.#waiting.size > 0;
  }

  /**
   * Comes in, behind those who wait.
   *
   * @param onAdmitted Called when it is admitted, unless that is so at once.
   */
  enter(onAdmitted: () => void): Entry {
    const place = new Place(onAdmitted, () => this.#works += 1, () => {
      this.#waiting.delete(place);
      this.#admitted.delete(place);
      this.#admit();
    });
    const isFree = !this.contended && this.#awake < Math.floor(this.#limit);
    if (isFree) this.#seat(place);
    else this.#waiting.add(place);
    this.#watch();
    return place;
  }

  /** How many of those that are admitted send something. */
  get #awake(): number {
    let awake = 0;
    for (const { asleep } of this.#admitted) if (!asleep) awake += 1;
    return awake;
  }

  #admit(): void {
    let room = Math.floor(this.#limit) - this.#awake;
    for (const place of this.#waiting) {
      if (room <= 0) break;
      room -= 1;
      this.#waiting.delete(place);
      this.#seat(place);
      place.onAdmitted();
    }
    this.#watch();
  }

  #seat(place: Place): void {
    place.admitted = true;
    this.#admitted.add(place);
  }

  #watch(): void {
    if (!this.contended) {
      clearTimeout(this.#sampling);
      this.#sampling = undefined;
    } else if (this.#sampling === undefined) {
      const timer = this.#sampling = setTimeout(async () => {
        // A busy thread finds something that has arrived meanwhile.
        const works = this.#works;
        await nextTurn();
        if (this.#sampling === timer) this.#adapt(this.#works === works);
      }, ADMISSION_MS);
    }
  }

  #adapt(isIdle: boolean): void {
    this.#sampling = undefined;
    if (isIdle) this.#admitted.forEach((place) => place.doze());
    const most = this.#admitted.size + this.#waiting.size;
    this.#limit = isIdle
      ? Math.min(Math.max(this.#limit + 1, ADMISSION_GROWTH * this.#limit), most)
      : Math.max(ADMISSION_DECAY * this.#limit, MIN_ADMITTED);
    this.#admit();
  }
}

class Place implements Entry {
  admitted = false;
  /** Whether nothing has come of late. */
  asleep = false;
  #hasWorked = true;

  constructor(
    readonly onAdmitted: () => void,
    readonly onWork: () => void,
    readonly leave: () => void,
  ) {}

  work(): void {
    this.#hasWorked = true;
    this.asleep = false;
    this.onWork();
  }

  /** Falls asleep if nothing has come since the last call. */
  doze(): void {
    this.asleep = !this.#hasWorked;
    this.#hasWorked = false;
  }
}
