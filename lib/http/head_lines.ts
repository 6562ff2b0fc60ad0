import { HeadError } from "./head_error.ts";
import { MAX_HEAD_BYTES } from "./limits.ts";

/** A complete head, cut into lines without their ends; every line has visible text or tabs only. */
export interface HeadLines {
  readonly lines: readonly string[];
  /** Bytes the head took, with the empty line that ends it. */
  readonly byteLength: number;
}

const LF = 0x0a;
const CR = 0x0d;
/** Neither a tab nor visible: a control character, line feeds among them. */
const CONTROL = /[^\t -~\x80-\xff]/;

/**
 * Cuts what has arrived so far into the lines of a head, strictly: a line ends in CRLF and nothing
 * else, and no other control characters are let through, so that nobody downstream can disagree about
 * where a line ends (RFC 9112, 2.2 and 11.1). Bytes are taken as ISO 8859-1.
 *
 * @param bytes What has arrived, from the first byte of the head on; may go on past its end.
 * @param most Bytes that a head may have.
 * @returns The lines, or undefined while the head is incomplete.
 * @throws {HeadError} As soon as the head is malformed, or longer than `most`.
 */
export function readHeadLines(bytes: Uint8Array, most = MAX_HEAD_BYTES): HeadLines | undefined {
  const arrived = bytes.subarray(0, most);
  const lines: string[] = [];
  for (let start = 0;;) {
    const end = arrived.indexOf(CR, start);
    const line = visibleText(arrived.subarray(start, end < 0 ? undefined : end));
    if (end < 0 || end + 1 === arrived.length) break;
    if (arrived[end + 1] !== LF) throw new HeadError("a carriage return without a line feed");
    start = end + 2;
    if (line === "") return { lines, byteLength: start };
    lines.push(line);
  }
  if (bytes.length < most) return undefined;
  throw lines.length === 0
    ? new HeadError(`the first line is longer than ${most} bytes`, 414)
    : new HeadError(`the head is longer than ${most} bytes`, 431);
}

/** Not character by character: heads are read in code that has not run often enough to be fast. */
function visibleText(bytes: Uint8Array): string {
  const text: string = Reflect.apply(String.fromCharCode, undefined, bytes);
  const [control] = CONTROL.exec(text) ?? [];
  if (control === undefined) return text;
  throw new HeadError(
    control === "\n" ? "a line feed without a carriage return" : "a control character in the head",
  );
}
