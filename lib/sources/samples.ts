import { createHash } from "node:crypto";
import type { ByteRange } from "../byte_range.ts";
import { ClientConnection } from "../http/client_connection.ts";
import { parseContentRange } from "../http/content_range.ts";
import { withDeadline } from "../http/deadline.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { contentOf, keepsConnection } from "../http/response_content.ts";
import { ANSWER_TIMEOUT_MS } from "./limits.ts";
import { LostError } from "./lost_error.ts";
import { refusal, type WebAccess } from "./probe.ts";

/** Bytes in one block that is compared. */
const BLOCK_LENGTH = 64 * 1024;

/** Blocks at places nobody can guess; the last block of the file is compared besides. */
const RANDOM_BLOCKS = 3;

/**
 * Where copies are compared that nobody has a digest of: the same few blocks of all of them, at places
 * chosen anew for each download, so that no server knows which of its bytes will be looked at.
 *
 * Equal samples make two files that differ throughout, as two releases do, known for what they are. They
 * do not show one byte that differs somewhere else.
 */
export class Samples {
  readonly #places = Array.from({ length: RANDOM_BLOCKS }, () => randomFraction());

  /** The blocks of a file of `size` bytes, in order. */
  blocksOf(size: number): ByteRange[] {
    const last = Math.max(0, size - BLOCK_LENGTH);
    const starts = new Set([...this.#places.map((place) => Math.floor(place * last)), last]);
    return [...starts].sort((a, b) => a - b)
      .map((start) => ({ start, end: Math.min(size, start + BLOCK_LENGTH) }));
  }

  /**
   * Fetches the blocks of one copy.
   *
   * @param url Where it is, behind all redirects.
   * @param size Bytes in it; 1 or more.
   * @param signal Ends every connection, read and wait.
   * @param known Digests of blocks by where they start: those that are there are not fetched, those that
   * are fetched are added. So a server that is too busy in between is not asked for all of them again.
   * @returns A digest of all blocks together: equal for equal copies.
   * @throws {LostError} If the server does not send what is asked for.
   */
  async digest(
    url: URL,
    size: number,
    access: WebAccess,
    signal: AbortSignal,
    known = new Map<number, string>(),
  ): Promise<string> {
    const blocks = this.blocksOf(size);
    let connection: ClientConnection | undefined;
    const close = () => connection?.close();
    signal.addEventListener("abort", close);
    try {
      for (const block of blocks) {
        if (known.has(block.start)) continue;
        const hash = createHash("sha256");
        const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
        connection ??= await ClientConnection.open(access.endpoint(url), { buffer, signal });
        const keeps = await readBlock(connection, url, { block, size }, access, (bytes) => {
          hash.update(bytes);
        });
        known.set(block.start, hash.digest("hex"));
        if (keeps) continue;
        connection.close();
        connection = undefined;
      }
      const all = blocks.map(({ start }) => known.get(start)).join();
      return createHash("sha256").update(all).digest("hex");
    } finally {
      signal.removeEventListener("abort", close);
      connection?.close();
    }
  }
}

/** @returns Whether the connection can be used again. */
async function readBlock(
  connection: ClientConnection,
  url: URL,
  { block, size }: { readonly block: ByteRange; readonly size: number },
  access: WebAccess,
  take: (bytes: Uint8Array) => void,
): Promise<boolean> {
  const { start, end } = block;
  const within = <T>(wait: Promise<T>) =>
    withDeadline(wait, ANSWER_TIMEOUT_MS, () => connection.close());
  const fields = { ...access.fields(url), Range: `bytes=${start}-${end - 1}` };
  await connection.ask("GET", url.pathname + url.search, fields);
  const head = await within(connection.head());
  if (!head) throw new LostError("it closed the connection without an answer");
  if (head.status === 429 || head.status === 503) throw refusal(head);
  const sent = parseContentRange(head.headers.get("content-range") ?? "");
  const isWhole = head.status === 200 && start === 0 && end === size;
  const isPart = head.status === 206 && sent?.start === start && sent.end === end;
  if (!isWhole && !isPart) {
    throw new LostError(`it answered with status ${head.status} when its copy was to be compared`);
  }
  const content = contentOf(connection, head);
  let left = end - start;
  while (left > 0 && await within(content.fill())) {
    const bytes = content.take(left);
    left -= bytes.length;
    take(bytes);
  }
  if (left > 0) throw new LostError("it closed the connection early");
  // The end of what is chunked comes behind its last byte.
  if (!content.isOver && await within(content.fill())) {
    throw new LostError("it sent more than was asked for");
  }
  return content.isOver && keepsConnection(head);
}

/** From 0 to 1, by a generator that nobody can predict. */
function randomFraction(): number {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return number / 2 ** 32;
}
