interface Appointment {
  readonly time: number;
  /** Appointments at the same time are kept in the order in which they were made. */
  readonly order: number;
  readonly action: () => void;
}

/** Virtual time, in seconds: does what was appointed, in order, without waiting. */
export class Timeline {
  /** A binary heap, the next one first. */
  readonly #appointments: Appointment[] = [];
  #now = 0;
  #made = 0;

  /** Seconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** Has `action` done at `time`, or now if that is past. */
  at(time: number, action: () => void): void {
    const appointment = { time: Math.max(time, this.#now), order: this.#made++, action };
    const heap = this.#appointments;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (!above || before(above, appointment)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = appointment;
  }

  /** Has `action` done `seconds` from now. */
  after(seconds: number, action: () => void): void {
    this.at(this.#now + seconds, action);
  }

  /** Goes on until `ended` says so, time is up at `limit`, or nothing is left to do. */
  run(ended: () => boolean, limit: number): void {
    while (!ended()) {
      const next = this.#appointments[0];
      if (!next || next.time > limit) return;
      this.#removeFirst();
      this.#now = next.time;
      next.action();
    }
  }

  #removeFirst(): void {
    const heap = this.#appointments;
    const moved = heap.pop();
    if (!moved || heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below && right && before(right, below)) {
        below = right;
        child += 1;
      }
      if (!below || before(moved, below)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = moved;
  }
}

function before(a: Appointment, b: Appointment): boolean {
  return a.time !== b.time ? a.time < b.time : a.order < b.order;
}
