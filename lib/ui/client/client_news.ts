import type { ClientEvent } from "./client_event.ts";

/**
 * What has become of a server, and why, in words.
 *
 * @example
 * ```ts
 * whatBecame({ type: "server", index: 3, state: "failed", reason: "connection reset" });
 * // "Server3 failed: connection reset"
 * ```
 */
export function whatBecame(
  { index, state, reason, address }: Extract<ClientEvent, { type: "server" }>,
): string {
  const where = address === undefined ? "" : ` (${address})`;
  const isLate = state === "connecting" && reason !== undefined;
  const what = isLate ? "does not answer yet" : state;
  const why = reason === undefined ? "" : `: ${reason}`;
  return `Server${index}${where} ${what}${why}`;
}
