import { BufferPool } from "../../http/buffer_pool.ts";
import { PORT_BUFFERS, PROVEN_BYTES, RESERVED_BUFFERS, UNPROVEN_BUFFERS } from "../limits.ts";

/** Who takes what passes through a buffer. */
export interface Taker {
  /** The client's IP address. */
  readonly client: string;
  /** Bytes that were taken over this connection so far. */
  readonly writtenBytes: number;
}

/**
 * The buffers of one worker, shared among its clients. Who asks for content and takes none of it holds a
 * buffer for as long as it is waited for. So as long as a connection has not shown that it takes what it
 * asks for, its buffer is the shorter the more of them its address holds: neither memory nor long buffers
 * are one client's to use up, and who comes next starts with a long one.
 */
export class ClientBuffers {
  readonly #pool: BufferPool;
  /** How many buffers unproven connections hold, by the client's address. */
  readonly #held = new Map<string, number>();

  constructor(pool = new BufferPool(PORT_BUFFERS)) {
    this.#pool = pool;
  }

  /** Bytes in all buffers, lent or not. */
  get bytes(): number {
    return this.#pool.bytes;
  }

  /**
   * Lends a buffer.
   *
   * @param bytes What is to pass through it.
   * @returns The buffer, and what takes it back.
   */
  take({ client, writtenBytes }: Taker, bytes: number): {
    readonly buffer: Uint8Array<ArrayBuffer>;
    readonly giveBack: () => void;
  } {
    if (writtenBytes >= PROVEN_BYTES) {
      const buffer = this.#pool.take(bytes);
      return { buffer, giveBack: () => this.#pool.give(buffer) };
    }
    const held = this.#held.get(client) ?? 0;
    const { bytes: most } = UNPROVEN_BUFFERS.find(({ upTo }) => held < upTo) ?? { bytes };
    const buffer = this.#pool.take(Math.min(bytes, most), RESERVED_BUFFERS);
    this.#held.set(client, held + 1);
    const giveBack = () => {
      const left = (this.#held.get(client) ?? 1) - 1;
      if (left === 0) this.#held.delete(client);
      else this.#held.set(client, left);
      this.#pool.give(buffer);
    };
    return { buffer, giveBack };
  }
}
