import { createHash } from "node:crypto";
import type { ByteRange } from "../byte_range.ts";
import { ClientConnection } from "../http/client/client_connection.ts";
import { parseContentRange } from "../http/content_range.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import { withDeadline } from "../http/deadline.ts";
import type { IdleConnections } from "../http/client/idle_connections.ts";
import { PIPELINE_PATIENCE_MS } from "../http/limits.ts";
import { contentOf, keepsConnection } from "../http/client/response_content.ts";
import type { ResponseHead } from "../http/client/response_head.ts";
import { SilenceLimit } from "../http/client/silence_limit.ts";
import { ANSWER_TIMEOUT_MS, BLOCK_BUFFER_BYTES, BLOCK_TIMEOUT_MS } from "./limits.ts";
import { busyLoss, LostError } from "./lost_error.ts";

/** How a copy is asked for a part of it. */
export type BlockRequest = Pick<ContentRequest, "endpoint" | "target" | "fields">;

/** What else there is to say of how blocks are fetched. */
export interface DigestBlocksOptions {
  /**
   * Digests of blocks by where they start: those that are there are not fetched, those that are fetched are
   * added. So a server that is too busy in between is not asked for all of them again.
   */
  readonly known?: Map<number, string>;
  /** Where the first connection comes from if it can, and where the last one is left. */
  readonly idle?: IdleConnections | undefined;
  /** Milliseconds that each block may take. */
  readonly timeoutMs?: number;
}

/**
 * Fetches blocks of a copy and hashes each. Once the server has shown that it keeps the connection open,
 * it is asked for all that are left at once, which takes one round trip; where it breaks off then, it is
 * asked for one at a time.
 *
 * @param size Bytes in the copy.
 * @param signal Ends every connection, read and wait.
 * @returns SHA-256 of each block, in their order, 64 lower-case hexadecimal digits.
 * @throws {LostError} If the server does not send what is asked for.
 * @throws {Deno.errors.TimedOut} If it falls silent, or takes too long.
 */
export async function digestBlocks(
  request: BlockRequest,
  blocks: readonly ByteRange[],
  size: number,
  signal: AbortSignal,
  { known = new Map(), idle, timeoutMs = BLOCK_TIMEOUT_MS }: DigestBlocksOptions = {},
): Promise<string[]> {
  const left = blocks.filter(({ start }) => !known.has(start));
  let isCautious = false;
  let asking: BlockConnection | undefined;
  const close = () => asking?.close();
  signal.addEventListener("abort", close);
  try {
    while (left.length > 0) {
      asking ??= await BlockConnection.open(request, signal, isCautious ? undefined : idle);
      try {
        const digest = await asking.next(left, size, isCautious, timeoutMs);
        known.set(left.shift()?.start ?? 0, digest);
      } catch (error) {
        if (!asking.isBold || signal.aborted || !isBrokenOff(error)) throw error;
        isCautious = true;
        asking.close();
      }
      if (asking.isClosed) asking = undefined;
    }
    asking?.leave(idle);
    return blocks.map(({ start }) => known.get(start) ?? "");
  } catch (error) {
    asking?.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** An answer has not come, or not to its end. */
class BrokenOffError extends LostError {}

function isBrokenOff(error: unknown): boolean {
  return error instanceof BrokenOffError ||
    !(error instanceof LostError) && !!LostError.from(error);
}

/** A connection over which blocks are asked for. */
class BlockConnection {
  readonly #connection: ClientConnection;
  readonly #request: BlockRequest;
  /** Whether the server has kept it open behind an answer. */
  #keeps: boolean;
  /** How many blocks were asked for that have not come. */
  #asked = 0;
  /** Whether it may break off for how it was used, rather than for any fault of the server. */
  isBold: boolean;

  private constructor(connection: ClientConnection, request: BlockRequest, isKept: boolean) {
    this.#connection = connection;
    this.#request = request;
    this.#keeps = this.isBold = isKept;
  }

  static async open(
    request: BlockRequest,
    signal: AbortSignal,
    idle: IdleConnections | undefined,
  ): Promise<BlockConnection> {
    const { endpoint } = request;
    const buffer = new Uint8Array(BLOCK_BUFFER_BYTES);
    const kept = await idle?.take(endpoint, buffer);
    const connection = kept ?? await ClientConnection.open(endpoint, { buffer, signal });
    return new BlockConnection(connection, request, kept !== undefined);
  }

  get isClosed(): boolean {
    return this.#connection.closed;
  }

  /**
   * The digest of the first of some blocks, to all of which the former calls of this function have led.
   *
   * @param isCautious Whether it is asked for no other one before that has come.
   */
  async next(
    blocks: readonly ByteRange[],
    size: number,
    isCautious: boolean,
    timeoutMs: number,
  ): Promise<string> {
    const [block] = blocks as [ByteRange];
    const isAhead = this.#asked > 0;
    this.#askFor(blocks.slice(0, this.#keeps && !isCautious ? blocks.length : 1));
    const digesting = this.#digest(block, size, isAhead ? PIPELINE_PATIENCE_MS : ANSWER_TIMEOUT_MS);
    const { sha256, keeps } = await withDeadline(digesting, timeoutMs, () => this.close());
    this.#asked -= 1;
    this.#keeps = keeps;
    if (!keeps) this.close();
    return sha256;
  }

  close(): void {
    this.#connection.close();
  }

  /** Everything that was asked for has come. */
  leave(idle: IdleConnections | undefined): void {
    if (idle && this.#connection.drained) idle.keep(this.#request.endpoint, this.#connection);
    else this.close();
  }

  #askFor(blocks: readonly ByteRange[]): void {
    const { target, fields } = this.#request;
    for (const { start, end } of blocks.slice(this.#asked)) {
      if (this.#asked > 0) this.isBold = true;
      this.#asked += 1;
      // A request that cannot be sent shows when its answer does not come.
      this.#connection.ask("GET", target, { ...fields, Range: `bytes=${start}-${end - 1}` })
        .catch(() => {});
    }
  }

  async #digest(
    { start, end }: ByteRange,
    size: number,
    patienceMs: number,
  ): Promise<{ readonly sha256: string; readonly keeps: boolean }> {
    const connection = this.#connection;
    const head = await withDeadline(connection.head(), patienceMs, () => this.close());
    if (!head) throw new BrokenOffError("it closed the connection without an answer");
    checkBlock(head, { start, end }, size);
    using silence = new SilenceLimit(ANSWER_TIMEOUT_MS, () => this.close());
    const content = contentOf(connection, head);
    const hash = createHash("sha256");
    let left = end - start;
    while (left > 0 && await silence.bound(content.fill())) {
      const bytes = content.take(left);
      left -= bytes.length;
      hash.update(bytes);
    }
    if (left > 0) throw new BrokenOffError("it closed the connection early");
    // The end of what is chunked comes behind its last byte.
    if (!content.isOver && await silence.bound(content.fill())) {
      throw new LostError("it sent more than was asked for");
    }
    return { sha256: hash.digest("hex"), keeps: content.isOver && keepsConnection(head) };
  }
}

/** @throws {LostError} If what follows is not the block. */
function checkBlock(head: ResponseHead, { start, end }: ByteRange, size: number): void {
  const { status, headers } = head;
  const sent = parseContentRange(headers.get("content-range") ?? "");
  const isWhole = status === 200 && start === 0 && end === size;
  const isPart = status === 206 && sent?.start === start && sent.end === end;
  if (isWhole || isPart) return;
  const reason = `it answered with status ${status} when its copy was to be compared`;
  throw new LostError(reason, false, { loss: busyLoss(head) });
}
