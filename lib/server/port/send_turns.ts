import { ClientGoneError } from "./client_socket.ts";
import {
  FAVOURED_ANSWERS,
  FAVOURED_CONNECTIONS,
  PROVEN_BYTES,
  TURN_BYTES,
  TURNS_PER_SEC,
  UNPROVEN_BUFFERS,
} from "../limits.ts";
import { RateLimit } from "./rate_limit.ts";

/** A connection that something is to be sent over. */
export interface Sender {
  /** The client's IP address. */
  readonly client: string;
  /** Bytes that were taken over this connection so far. */
  readonly writtenBytes: number;
  /** Aborted once the connection is closed on this side. */
  readonly signal: AbortSignal;
  /** Resolves when no write is under way any more; undefined if none is. */
  readonly released: Promise<void> | undefined;
}

/** What is known of one client address. */
interface Crowd {
  /** Its favoured connections, and how often each was sent something. */
  readonly favoured: Map<Sender, number>;
  /** Connections that wait for a turn, and what ends the wait of each. */
  readonly waiting: Map<Sender, AbortController>;
}

/** Bytes of which the shortest buffer for content has room. */
const SHORTEST_CHUNK_BYTES = Math.min(...UNPROVEN_BUFFERS.map(({ bytes }) => bytes));

/**
 * When a worker sends to connections that have not yet shown that they read what they ask for. The system
 * buffers megabytes for each connection, read or not. Filling the buffers of all connections that one
 * address may have takes seconds of CPU, during which every other client waits. So only a few connections
 * of each address are favoured: they are sent to at once. The others share a few turns a second, which cost
 * next to nothing. When a favoured connection has shown that it reads what it asks for, or is gone, the one
 * that has waited longest takes its place.
 */
export class SendTurns {
  readonly #rate: RateLimit;
  readonly #crowds = new Map<string, Crowd>();

  /** @param perSec Turns for all connections that have to wait. */
  constructor(perSec = TURNS_PER_SEC) {
    this.#rate = new RateLimit(perSec);
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#rate.waiting;
  }

  /**
   * Waits until something may be sent.
   *
   * @param bytes How much there is.
   * @returns How much of it may be sent now.
   * @throws {ClientGoneError} The connection was closed meanwhile.
   */
  async turn(sender: Sender, bytes: number): Promise<number> {
    if (sender.signal.aborted) throw new ClientGoneError();
    if (sender.writtenBytes >= PROVEN_BYTES) {
      this.#leave(sender);
      return bytes;
    }
    if (this.#favours(sender)) return bytes;
    const isTurn = await this.#wait(sender);
    if (sender.signal.aborted) throw new ClientGoneError();
    return isTurn ? Math.min(bytes, TURN_BYTES) : bytes;
  }

  /**
   * A connection is sent nothing more but the port's state, and leaves its place among the favoured ones to
   * another: unless it was sent something that it may not have taken.
   */
  leave(sender: Sender): void {
    if (sender.writtenBytes <= TURN_BYTES) this.#leave(sender);
  }

  /** Whether it is, or becomes, one of the favoured ones. */
  #favours(sender: Sender): boolean {
    const { favoured } = this.#crowdOf(sender);
    if (favoured.size >= FAVOURED_CONNECTIONS) this.#dismissProven(favoured);
    const sends = favoured.get(sender);
    const isCrowded = favoured.size >= FAVOURED_CONNECTIONS;
    if (sends === undefined) {
      if (isCrowded) return false;
      this.#favour(sender);
      return true;
    }
    // A chunk of content makes up for itself: what counts is what takes time and fills no buffer.
    const answers = sends - sender.writtenBytes / SHORTEST_CHUNK_BYTES;
    if (isCrowded && answers >= FAVOURED_ANSWERS) return false;
    favoured.set(sender, sends + 1);
    return true;
  }

  /** One may have shown it with its last answer, and ask for nothing more. */
  #dismissProven(favoured: ReadonlyMap<Sender, number>): void {
    for (const sender of favoured.keys()) {
      if (sender.writtenBytes >= PROVEN_BYTES) this.#leave(sender);
    }
  }

  #favour(sender: Sender): void {
    this.#crowdOf(sender).favoured.set(sender, 1);
    sender.signal.addEventListener("abort", async () => {
      // What was written to it fills the system's buffer until then.
      await sender.released;
      this.#leave(sender);
    }, { once: true });
  }

  #leave(sender: Sender): void {
    const crowd = this.#crowds.get(sender.client);
    if (!crowd?.favoured.delete(sender)) return;
    const [next] = crowd.waiting;
    if (next !== undefined) {
      const [other, wait] = next;
      crowd.waiting.delete(other);
      this.#favour(other);
      wait.abort();
    } else if (crowd.favoured.size === 0) {
      this.#crowds.delete(sender.client);
    }
  }

  /** Returns whether it is its turn; else it was favoured, or closed. */
  async #wait(sender: Sender): Promise<boolean> {
    const { favoured, waiting } = this.#crowdOf(sender);
    const wait = new AbortController();
    const stop = () => {
      waiting.delete(sender);
      wait.abort();
    };
    sender.signal.addEventListener("abort", stop);
    // A connection is favoured once only.
    if (!favoured.has(sender)) waiting.set(sender, wait);
    try {
      return await this.#rate.turn(sender.client, 1, wait.signal) > 0;
    } finally {
      waiting.delete(sender);
      sender.signal.removeEventListener("abort", stop);
    }
  }

  #crowdOf({ client }: Sender): Crowd {
    const crowd = this.#crowds.get(client) ?? { favoured: new Map(), waiting: new Map() };
    this.#crowds.set(client, crowd);
    return crowd;
  }
}
