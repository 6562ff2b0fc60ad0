import type { ClientConnection } from "./client_connection.ts";
import { withDeadline } from "./deadline.ts";
import { HeadError } from "./head_error.ts";
import type { ResponseHead } from "./response_head.ts";

/**
 * Reads the whole content of an answer as text, for answers that are small.
 *
 * @param connection Where it comes from.
 * @param head Its head, read already.
 * @param most Bytes that it may have.
 * @param silenceMs Milliseconds that nothing may come in between; the connection is closed then.
 * @throws {Deno.errors.TimedOut} If nothing came for so long.
 * @throws {HeadError} If it has no `Content-Length`, is longer than `most` or ends early.
 */
export async function readContent(
  connection: ClientConnection,
  head: ResponseHead,
  most: number,
  silenceMs: number,
): Promise<string> {
  const length = Number(head.headers.get("content-length") ?? NaN);
  if (!(length <= most)) throw new HeadError(`the content has no length of at most ${most} bytes`);
  const content = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const filled = withDeadline(connection.fill(), silenceMs, () => connection.close());
    if (!await filled) throw new HeadError("the content ended early");
    const bytes = connection.take(length - at);
    content.set(bytes, at);
    at += bytes.length;
  }
  return new TextDecoder().decode(content);
}
