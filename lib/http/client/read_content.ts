import type { ClientConnection } from "./client_connection.ts";
import { HeadError } from "../head_error.ts";
import { contentOf } from "./response_content.ts";
import type { ResponseHead } from "./response_head.ts";
import { SilenceLimit } from "./silence_limit.ts";

/** Bytes that there is room for at first, where nobody says how many will come. */
const FIRST_ROOM_BYTES = 16 * 1024;

/**
 * Reads the whole content of an answer as text in UTF-8, as {@linkcode readContentBytes} does.
 */
export async function readContent(
  ...answer: Parameters<typeof readContentBytes>
): Promise<string> {
  return new TextDecoder().decode(await readContentBytes(...answer));
}

/**
 * Reads the whole content of an answer, for answers that are small.
 *
 * @param connection Where it comes from.
 * @param head Its head, read already.
 * @param most Bytes that it may have.
 * @param silenceMs Milliseconds that nothing may come in between; the connection is closed then.
 * @throws {Deno.errors.TimedOut} If nothing came for so long.
 * @throws {HeadError} If it is longer than `most`, coded in a way that is not known, or ends early.
 */
export async function readContentBytes(
  connection: ClientConnection,
  head: ResponseHead,
  most: number,
  silenceMs: number,
): Promise<Uint8Array> {
  const content = contentOf(connection, head);
  if ((content.length ?? 0) > most) throw tooLong(most);
  // One buffer: an object for each part takes many times the memory of a part of a few bytes.
  let room = new Uint8Array(Math.min(FIRST_ROOM_BYTES, most));
  let length = 0;
  using silence = new SilenceLimit(silenceMs, () => connection.close());
  while (await silence.bound(content.fill())) {
    const part = content.take(most + 1 - length);
    if (length + part.length > most) throw tooLong(most);
    if (length + part.length > room.length) room = longer(room, length + part.length, most);
    room.set(part, length);
    length += part.length;
  }
  if (!content.isOver) throw new HeadError("the content ended early");
  return room.subarray(0, length);
}

function tooLong(most: number): HeadError {
  return new HeadError(`the content is longer than ${most} bytes`);
}

function longer(bytes: Uint8Array, least: number, most: number): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(Math.min(most, Math.max(least, 2 * bytes.length)));
  both.set(bytes);
  return both;
}
