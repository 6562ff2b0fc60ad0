import { delay } from "./delay.ts";
import type { Fault } from "./fault.ts";
import type { HeadReader } from "./head_reader.ts";
import type { ProxiedSocket } from "./proxied_socket.ts";

/** What is sent where it does not belong. */
const GARBAGE = new TextEncoder().encode("\x16\x03\x01 this is no HTTP \0\xff".repeat(10) + "\r\n");

/** What ends chunked content: no more of it, and a trailer. */
const LAST_CHUNK = "0\r\nX-Trailer: yes\r\n\r\n";

/** Milliseconds between two slices of content, where the bandwidth is limited. */
const SLICE_MS = 20;

/** Ends the connection, after what was to happen to it has happened. */
export class Cut extends Error {}

/** One answer on its way from the server to the client, with something going wrong. */
export class ProxiedAnswer {
  readonly #from: HeadReader;
  readonly #to: ProxiedSocket;
  readonly #fault: Fault;
  #passed: number;
  #trickled = 0;
  #isChunked = false;
  /** Where in the file the answer begins. */
  #start = 0;

  /** @param passed Bytes of content that went over the connection before. */
  constructor(from: HeadReader, to: ProxiedSocket, fault: Fault, passed: number) {
    this.#from = from;
    this.#to = to;
    this.#fault = fault;
    this.#passed = passed;
  }

  /** Bytes of content that have gone over the connection. */
  get passed(): number {
    return this.#passed;
  }

  /**
   * Passes it on.
   *
   * @throws {Cut} If that was the end of the connection.
   */
  async pass(): Promise<void> {
    const head = await this.#from.head();
    if (head === undefined) throw new Cut();
    const start = Number(/^content-range: bytes (\d+)/im.exec(head)?.[1] ?? 0);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    // Only an answer whose length is known is told apart from the next one in another way.
    this.#isChunked = this.#fault.kind === "chunked" && length !== undefined;
    await this.#sendHead(head);
    await this.#sendContent(start, length === undefined ? Infinity : Number(length));
    if (this.#fault.kind === "extra-bytes") await this.#to.write(GARBAGE);
    if (this.#isChunked) await this.#write(LAST_CHUNK);
    if (this.#fault.kind === "connection-close") {
      this.#to.end();
      await this.#silence();
    }
    if (length === undefined) throw new Cut();
  }

  async #sendHead(head: string): Promise<void> {
    switch (this.#fault.kind) {
      case "garbage":
        await this.#to.write(GARBAGE);
        return await this.#silence();
      case "endless-head":
        await this.#write(head.slice(0, -2));
        for (;;) await this.#write(`X-More: ${"more".repeat(100)}\r\n`);
      case "wrong-length":
        return await this.#write(shifted(head, /^(content-length: )(\d+)/im));
      case "wrong-range":
        return await this.#write(shifted(head, /^(content-range: bytes )(\d+)/im));
      case "chunked":
        return await this.#write(
          head.replace(/^content-length: .*$/im, "Transfer-Encoding: chunked"),
        );
      case "connection-close":
        return await this.#write(closing(head));
      default:
        return await this.#write(head);
    }
  }

  async #sendContent(start: number, length: number): Promise<void> {
    const end = start + length;
    this.#start = start;
    for (let at = start; at < end;) {
      const bytes = await this.#from.some(Math.min(this.#room(), end - at));
      if (bytes === undefined) throw new Cut();
      await this.#wait(bytes.length);
      const content = this.#damaged(bytes, at);
      await this.#to.write(this.#isChunked ? chunkOf(content) : content);
      at += bytes.length;
      this.#passed += bytes.length;
      await this.#interfere();
    }
  }

  /** Bytes of content that may be passed on before the next look at what is to happen. */
  #room(): number {
    const fault = this.#fault;
    switch (fault.kind) {
      case "trickle":
        return 1;
      case "bandwidth":
        return Math.ceil(fault.bytesPerSec * SLICE_MS / 1000);
      case "reset":
      case "close":
      case "half-close":
      case "spoil":
      case "stall":
        return Math.max(1, fault.after - this.#passed);
      default:
        return Infinity;
    }
  }

  async #wait(bytes: number): Promise<void> {
    const fault = this.#fault;
    if (fault.kind === "latency") await delay(fault.ms, this.#to.left);
    if (fault.kind === "trickle") {
      await delay(1000, this.#to.left);
      this.#trickled += bytes;
    }
    if (fault.kind === "bandwidth") {
      await delay(1000 * bytes / fault.bytesPerSec, this.#to.left);
    }
  }

  #damaged(bytes: Uint8Array<ArrayBuffer>, position: number): Uint8Array<ArrayBuffer> {
    const fault: Fault = this.#fault.kind === "spoil"
      ? { kind: "flip", at: this.#start }
      : this.#fault;
    if (fault.kind !== "flip") return bytes;
    const { at, every = Infinity } = fault;
    const skipped = Math.max(0, Math.ceil((position - at) / every));
    const damaged = bytes.slice();
    // Without distances there is one place, and 0 * Infinity is no number.
    let place = at + (skipped === 0 ? 0 : skipped * every);
    for (; place < position + bytes.length; place += every) {
      damaged[place - position] = (bytes[place - position] as number) ^ 0xff;
    }
    return damaged;
  }

  async #interfere(): Promise<void> {
    const fault = this.#fault;
    if (fault.kind === "trickle" && this.#trickled === fault.bytes) return await this.#silence();
    if (!("after" in fault) || this.#passed < fault.after) return;
    switch (fault.kind) {
      case "reset":
        this.#to.reset();
        throw new Cut();
      case "close":
      case "spoil":
        this.#to.close();
        throw new Cut();
      case "half-close":
        this.#to.end();
        return await this.#silence();
      case "stall":
        return await this.#silence();
    }
  }

  /** Nothing more comes until the client gives up. */
  async #silence(): Promise<never> {
    await this.#to.left;
    throw new Cut();
  }

  async #write(text: string): Promise<void> {
    await this.#to.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));
  }
}

function closing(head: string): string {
  const others = head.replace(/^connection: .*\r\n/im, "");
  return others.replace("\r\n", "\r\nConnection: close\r\n");
}

function chunkOf(content: Uint8Array): Uint8Array {
  const size = new TextEncoder().encode(`${content.length.toString(16)};part=yes\r\n`);
  const chunk = new Uint8Array(size.length + content.length + 2);
  chunk.set(size);
  chunk.set(content, size.length);
  chunk.set([13, 10], size.length + content.length);
  return chunk;
}

/** A head in which one number is one more than it was. */
function shifted(head: string, number: RegExp): string {
  return head.replace(number, (_, name: string, value: string) => name + (Number(value) + 1));
}
