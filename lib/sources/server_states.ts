import { now } from "../clock.ts";
import type { ClientConnection } from "../http/client/client_connection.ts";
import { SilenceLimit } from "../http/client/silence_limit.ts";
import {
  EVENTS_SILENCE_MS,
  MAX_EVENT_BYTES_AT_ONCE,
  MAX_EVENT_BYTES_PER_SECOND,
  MAX_EVENT_LINE_BYTES,
} from "./limits.ts";
import { busyLoss, LostError } from "./lost_error.ts";

const EVENTS_PATH = "/.multiport/events";

/**
 * Asks a server for its states, and follows them as they change (`text/event-stream`, WHATWG HTML 9.2).
 *
 * @param connection One with nothing under way; it is of no other use afterwards.
 * @param silenceMs Milliseconds without a sign of life after which the server has none left.
 * @returns Every state the server tells, the present one first; ends with the connection.
 * @throws {LostError} If the server has no such stream, or gives no sign of life for too long.
 */
export async function* followStates(
  connection: ClientConnection,
  silenceMs = EVENTS_SILENCE_MS,
): AsyncGenerator<string> {
  using silence = new SilenceLimit(silenceMs, () => connection.close());
  // A request that cannot be sent shows when its answer does not come.
  connection.ask("GET", EVENTS_PATH).catch(() => {});
  const head = await silence.bound(connection.head());
  if (head?.status !== 200) {
    throw new LostError("it has no events stream", false, { loss: head && busyLoss(head) });
  }
  const decoder = new TextDecoder();
  let line = "";
  let received = 0;
  const since = now();
  while (await silence.bound(connection.fill())) {
    const bytes = connection.take(Infinity);
    received += bytes.length;
    if (received > MAX_EVENT_BYTES_AT_ONCE + MAX_EVENT_BYTES_PER_SECOND * (now() - since)) {
      throw new LostError("its events stream tells far more than there can be to tell");
    }
    const lines = (line + decoder.decode(bytes, { stream: true })).split("\n");
    line = lines.pop() ?? "";
    if (line.length > MAX_EVENT_LINE_BYTES) throw new LostError("its events stream makes no sense");
    for (const whole of lines) {
      const state = stateOf(whole);
      if (state !== undefined) yield state;
    }
  }
}

/** Of a line with or without a carriage return at its end, which is white space to JSON. */
function stateOf(line: string): string | undefined {
  if (!line.startsWith("data:")) return undefined;
  try {
    const data: unknown = JSON.parse(line.slice("data:".length));
    if (typeof data !== "object" || data === null || !("state" in data)) return undefined;
    return typeof data.state === "string" ? data.state : undefined;
  } catch {
    return undefined;
  }
}
