import { MultiportError } from "../multiport_error.ts";

/** The longest name that file systems take, in bytes of UTF-8. */
const MAX_NAME_BYTES = 255;

/** The longest ending that a name keeps when it is cut short, in bytes, its dot included. */
const MAX_EXTENSION_BYTES = 16;

/** What nearly all names are made of. */
const PLAIN = /^[A-Za-z0-9_][\w .()+,=@~-]*$/;

/**
 * Code points that no name should have: controls, which may do anything to a terminal; those that are
 * invisible or turn the direction of writing, which make a name look like another one; separators of
 * folders and lines; halves of characters, and what no character is.
 */
const UNSAFE =
  /[/\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/** What Windows does not take besides, and names that are devices there, whatever follows a dot. */
const UNSAFE_ON_WINDOWS = /[<>:"|?*]|[. ]$/g;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * Makes a name that somebody else has chosen into one that a file can be given without harm: in the
 * folder that is meant, neither hidden nor an option of a command, and not looking like something else.
 *
 * @param name What a source calls its file.
 * @returns At most 255 bytes of UTF-8.
 * @throws {MultiportError} With the code `content` if there is no name.
 *
 * @example
 * ```ts
 * safeName("film.mp4"); // "film.mp4"
 * safeName("../.bashrc"); // "_._.bashrc"
 * safeName("-rf\u202E4pm.exe"); // "_rf_4pm.exe"
 * ```
 */
export function safeName(name: string): string {
  if (name === "") {
    throw new MultiportError("content", "Cannot name the file: its sources do not, either");
  }
  if (name.length <= MAX_NAME_BYTES && PLAIN.test(name) && Deno.build.os !== "windows") return name;
  let safe = name.replace(UNSAFE, "_").replace(/^[.\-~ ]/, "_");
  if (Deno.build.os === "windows") {
    safe = safe.replace(UNSAFE_ON_WINDOWS, "_").replace(DEVICE, "_$1");
  }
  return shorten(safe);
}

/** Keeps the ending, by which systems know what is in a file. */
function shorten(name: string): string {
  if (byteLength(name) <= MAX_NAME_BYTES) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 && byteLength(name.slice(dot)) <= MAX_EXTENSION_BYTES
    ? name.slice(dot)
    : "";
  return cutToBytes(name, MAX_NAME_BYTES - byteLength(ending)) + ending;
}

/** The beginning of a text, of so many bytes of UTF-8 at most, without half a character at its end. */
export function cutToBytes(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const character of text) {
    length += byteLength(character);
    if (length > bytes) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Bytes that a text takes as UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
