import { createHash } from "node:crypto";
import type { ByteRange } from "../byte_range.ts";
import { ClientConnection } from "../http/client/client_connection.ts";
import { parseContentRange } from "../http/content_range.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import { withDeadline } from "../http/deadline.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { contentOf, keepsConnection } from "../http/client/response_content.ts";
import { SilenceLimit } from "../http/client/silence_limit.ts";
import { ANSWER_TIMEOUT_MS, BLOCK_TIMEOUT_MS } from "./limits.ts";
import { LostError } from "./lost_error.ts";
import { refusal } from "./probe.ts";

/** How a copy is asked for a part of it. */
export type BlockRequest = Pick<ContentRequest, "endpoint" | "target" | "fields">;

/**
 * Fetches blocks of a copy and hashes each.
 *
 * @param size Bytes in the copy.
 * @param signal Ends every connection, read and wait.
 * @param known Digests of blocks by where they start: those that are there are not fetched, those that are
 * fetched are added. So a server that is too busy in between is not asked for all of them again.
 * @param timeoutMs Milliseconds that each block may take.
 * @returns SHA-256 of each block, in their order, 64 lower-case hexadecimal digits.
 * @throws {LostError} If the server does not send what is asked for.
 * @throws {Deno.errors.TimedOut} If it falls silent, or takes too long.
 */
export async function digestBlocks(
  request: BlockRequest,
  blocks: readonly ByteRange[],
  size: number,
  signal: AbortSignal,
  known: Map<number, string> = new Map(),
  timeoutMs = BLOCK_TIMEOUT_MS,
): Promise<string[]> {
  let connection: ClientConnection | undefined;
  const close = () => connection?.close();
  signal.addEventListener("abort", close);
  try {
    for (const block of blocks) {
      if (known.has(block.start)) continue;
      const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
      const open = connection ??= await ClientConnection.open(request.endpoint, { buffer, signal });
      const digesting = digestBlock(open, request, block, size);
      const { sha256, keeps } = await withDeadline(digesting, timeoutMs, () => open.close());
      known.set(block.start, sha256);
      if (keeps) continue;
      open.close();
      connection = undefined;
    }
    return blocks.map(({ start }) => known.get(start) ?? "");
  } finally {
    signal.removeEventListener("abort", close);
    connection?.close();
  }
}

async function digestBlock(
  connection: ClientConnection,
  { target, fields }: BlockRequest,
  { start, end }: ByteRange,
  size: number,
): Promise<{ readonly sha256: string; readonly keeps: boolean }> {
  using silence = new SilenceLimit(ANSWER_TIMEOUT_MS, () => connection.close());
  await connection.ask("GET", target, { ...fields, Range: `bytes=${start}-${end - 1}` });
  const head = await silence.bound(connection.head());
  if (!head) throw new LostError("it closed the connection without an answer");
  if (head.status === 429 || head.status === 503) throw refusal(head);
  const sent = parseContentRange(head.headers.get("content-range") ?? "");
  const isWhole = head.status === 200 && start === 0 && end === size;
  const isPart = head.status === 206 && sent?.start === start && sent.end === end;
  if (!isWhole && !isPart) {
    throw new LostError(`it answered with status ${head.status} when its copy was to be compared`);
  }
  const content = contentOf(connection, head);
  const hash = createHash("sha256");
  let left = end - start;
  while (left > 0 && await silence.bound(content.fill())) {
    const bytes = content.take(left);
    left -= bytes.length;
    hash.update(bytes);
  }
  if (left > 0) throw new LostError("it closed the connection early");
  // The end of what is chunked comes behind its last byte.
  if (!content.isOver && await silence.bound(content.fill())) {
    throw new LostError("it sent more than was asked for");
  }
  return { sha256: hash.digest("hex"), keeps: content.isOver && keepsConnection(head) };
}
