import { MAX_CONNECTIONS, SURE_CONNECTIONS } from "../limits.ts";

/**
 * How many connections the ports of a process have together. Each takes memory, and so every port that is
 * added would raise what clients can make the process hold. The counts lie in memory that all workers
 * share, one for each port.
 */
export class ConnectionQuota {
  readonly #counts: Int32Array;
  readonly #at: number;
  readonly #most: number;
  readonly #sure: number;

  /**
   * @param memory From {@linkcode ConnectionQuota.memoryFor}.
   * @param index The port's: 1 for Server1.
   * @param most Connections of all ports together.
   * @param sure Connections that each port can have however many the others have.
   */
  constructor(
    memory: SharedArrayBuffer,
    index: number,
    most = MAX_CONNECTIONS,
    sure = SURE_CONNECTIONS,
  ) {
    this.#counts = new Int32Array(memory);
    this.#at = index - 1;
    this.#most = most;
    this.#sure = sure;
  }

  /** Room for the counts of so many ports. */
  static memoryFor(ports: number): SharedArrayBuffer {
    return new SharedArrayBuffer(ports * Int32Array.BYTES_PER_ELEMENT);
  }

  /** Tells how many this port has. */
  set count(count: number) {
    Atomics.store(this.#counts, this.#at, count);
  }

  /** Whether this port may have one more without anybody else's giving way. */
  get hasRoom(): boolean {
    return Atomics.load(this.#counts, this.#at) < this.#sure || this.#total < this.#most;
  }

  get #total(): number {
    let total = 0;
    for (let at = 0; at < this.#counts.length; at++) total += Atomics.load(this.#counts, at);
    return total;
  }
}
