import type { Socket } from "node:net";

/** The client's end of a proxied connection: one that can be reset, which a `Deno.Conn` cannot. */
export class ProxiedSocket {
  readonly #socket: Socket;
  readonly #arrived: Uint8Array<ArrayBuffer>[] = [];
  readonly #closed = Promise.withResolvers<void>();
  readonly #left = Promise.withResolvers<void>();
  #wake = Promise.withResolvers<void>();
  #ended = false;

  /** @param socket Owned by this object from now on. */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Uint8Array) => {
      this.#arrived.push(new Uint8Array(bytes));
      this.#wake.resolve();
    });
    socket.on("end", () => this.#end());
    socket.on("error", () => this.#end());
    socket.on("close", () => {
      this.#end();
      this.#closed.resolve();
    });
  }

  /** Resolves when the connection is closed, whoever did it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * Resolves when the client has ended its side, or the connection is closed: which of them it is does
   * not show from here.
   */
  get left(): Promise<void> {
    return this.#left.promise;
  }

  /** What the client sent; undefined when it has ended its side. */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    while (this.#arrived.length === 0) {
      if (this.#ended) return undefined;
      this.#wake = Promise.withResolvers();
      await this.#wake.promise;
    }
    return this.#arrived.shift();
  }

  /**
   * Sends bytes, and waits until they are on their way.
   *
   * @throws {Deno.errors.BrokenPipe} If the client has gone.
   */
  async write(bytes: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#socket.write(bytes, (error) => resolve(!error));
    const isSent = await Promise.race([promise, this.closed]);
    if (!isSent) throw new Deno.errors.BrokenPipe("The client has gone");
  }

  /** Ends this side; the client may go on. */
  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(): void {
    this.#ended = true;
    this.#left.resolve();
    this.#wake.resolve();
  }
}
