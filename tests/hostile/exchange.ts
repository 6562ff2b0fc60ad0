import { delay } from "../../testing/delay.ts";
import type { ProxiedSocket } from "../../testing/proxied_socket.ts";
import type { Random } from "../../testing/simulation/random.ts";
import type { Claim, Fields } from "./claim.ts";

/** What tells a terminal to do something, if it ever gets there. */
export const ESCAPES = "\x1b]0;taken over\x07\x1b[2J\u009b1m\u202e";

/** One request, and the connection that whatever comes of it goes to. */
export class Exchange {
  /** What the server says it has. */
  readonly claim: Claim;
  readonly random: Random;
  /** Where the request came from: connections are told apart by it. */
  readonly client: ProxiedSocket;
  /** `/film.mp4`, as it was asked for. */
  readonly target: string;
  readonly #head: string;

  constructor(head: string, client: ProxiedSocket, claim: Claim, random: Random) {
    this.#head = head;
    this.client = client;
    this.claim = claim;
    this.random = random;
    this.target = head.split(" ", 2)[1] ?? "/";
  }

  /** The part that was asked for, of what the server says it has. */
  get range(): { readonly start: number; readonly end: number } {
    const { size } = this.claim;
    const [, first, last] = /^range: bytes=(\d+)-(\d*)/im.exec(this.#head) ?? [];
    if (first === undefined) return { start: 0, end: size };
    const end = last ? Number(last) + 1 : size;
    return { start: Math.min(size, Number(first)), end: Math.min(size, end) };
  }

  /** Sends a head. */
  async head(status: string, fields: Fields = {}): Promise<void> {
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    await this.text(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`);
  }

  /** Sends a whole answer. */
  async answer(status: string, body: string, fields: Fields = {}): Promise<void> {
    const bytes = new TextEncoder().encode(body);
    await this.head(status, { "Content-Length": `${bytes.length}`, ...fields });
    await this.bytes(bytes);
  }

  /** Sends the head that goes with the part that was asked for. */
  async contentHead(fields: Fields = {}): Promise<void> {
    const { start, end } = this.range;
    await this.head("206 Partial Content", {
      "Content-Length": `${end - start}`,
      "Content-Range": `bytes ${start}-${end - 1}/${this.claim.size}`,
      ...this.claim.fields,
      ...fields,
    });
  }

  async text(text: string): Promise<void> {
    await this.bytes(new TextEncoder().encode(text));
  }

  async bytes(bytes: Uint8Array): Promise<void> {
    await this.client.write(bytes);
  }

  /** Sends bytes a few at a time. */
  async drip(bytes: Uint8Array, few: number, everyMs: number): Promise<void> {
    for (let at = 0; at < bytes.length; at += few) {
      await this.bytes(bytes.subarray(at, at + few));
      await this.pause(everyMs);
    }
  }

  /** Sends the same text as long as it is taken. */
  async flood(text: string): Promise<never> {
    const bytes = new TextEncoder().encode(text.repeat(Math.ceil(16_384 / text.length)));
    for (;;) await this.bytes(bytes);
  }

  async pause(ms: number): Promise<void> {
    await delay(ms, this.client.closed);
  }

  /** Says nothing more. */
  async silence(): Promise<never> {
    await this.client.closed;
    throw new Deno.errors.BrokenPipe("The client has gone");
  }

  /** Ends the connection. */
  close(): never {
    this.client.close();
    throw new Deno.errors.BrokenPipe("The connection was closed");
  }

  /** Ends the connection in the way that takes what was sent back. */
  reset(): never {
    this.client.reset();
    throw new Deno.errors.BrokenPipe("The connection was reset");
  }
}
