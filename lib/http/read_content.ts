import type { ClientConnection } from "./client_connection.ts";
import { withDeadline } from "./deadline.ts";
import { HeadError } from "./head_error.ts";
import { contentOf } from "./response_content.ts";
import type { ResponseHead } from "./response_head.ts";

/**
 * Reads the whole content of an answer as text, for answers that are small.
 *
 * @param connection Where it comes from.
 * @param head Its head, read already.
 * @param most Bytes that it may have.
 * @param silenceMs Milliseconds that nothing may come in between; the connection is closed then.
 * @throws {Deno.errors.TimedOut} If nothing came for so long.
 * @throws {HeadError} If it is longer than `most`, coded in a way that is not known, or ends early.
 */
export async function readContent(
  connection: ClientConnection,
  head: ResponseHead,
  most: number,
  silenceMs: number,
): Promise<string> {
  const content = contentOf(connection, head);
  if ((content.length ?? 0) > most) throw tooLong(most);
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const filled = withDeadline(content.fill(), silenceMs, () => connection.close());
    if (!await filled) break;
    const part = content.take(most + 1 - length).slice();
    parts.push(part);
    length += part.length;
    if (length > most) throw tooLong(most);
  }
  if (!content.isOver) throw new HeadError("the content ended early");
  return new TextDecoder().decode(concatenated(parts, length));
}

function tooLong(most: number): HeadError {
  return new HeadError(`the content is longer than ${most} bytes`);
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
