/** A word longer than this is shown by its ends: more than any file's name, and most addresses. */
const MAX_WORD_CHARS = 512;
/** What is left of a longer one: enough of its start to know it by, and of its end, which differs. */
const KEPT_AT_START = 200;
const KEPT_AT_END = 50;
/** No message gets longer than this: 64 servers with a reason each, and far more. */
const MAX_MESSAGE_CHARS = 1 << 14;

const LONG_WORDS = new RegExp(`\\S{${MAX_WORD_CHARS + 1},}`, "g");

/**
 * Shortens what a message repeats of what was typed or sent, be it an address, a path or a name of
 * any length.
 *
 * @example
 * ```ts
 * abridge(`Cannot start: no server answers: http://a.example/${"x".repeat(20_000)}`).length; // 284
 * ```
 */
export function abridge(message: string): string {
  const abridged = message.replace(
    LONG_WORDS,
    (word) => `${start(word, KEPT_AT_START)}…${end(word, KEPT_AT_END)}`,
  );
  if (abridged.length <= MAX_MESSAGE_CHARS) return abridged;
  return `${start(abridged, MAX_MESSAGE_CHARS - 1)}…`;
}

/** The first characters, none of them half. */
function start(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function end(text: string, length: number): string {
  return text.slice(-length).replace(/^[\udc00-\udfff]/, "");
}
