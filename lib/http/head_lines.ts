import { HeadError } from "./head_error.ts";
import { MAX_HEAD_BYTES } from "./limits.ts";

/** A complete head, cut into lines without their ends; every line has visible text or tabs only. */
export interface HeadLines {
  readonly lines: readonly string[];
  /** Bytes the head took, with the empty line that ends it. */
  readonly byteLength: number;
}

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DEL = 0x7f;

/**
 * Cuts what has arrived so far into the lines of a head, strictly: a line ends in CRLF and nothing
 * else, and no other control characters are let through, so that nobody downstream can disagree about
 * where a line ends (RFC 9112, 2.2 and 11.1). Bytes are taken as ISO 8859-1.
 *
 * @param bytes What has arrived, from the first byte of the head on; may go on past its end.
 * @returns The lines, or undefined while the head is incomplete.
 * @throws {HeadError} As soon as the head is malformed, or longer than {@linkcode MAX_HEAD_BYTES}.
 */
export function readHeadLines(bytes: Uint8Array): HeadLines | undefined {
  const limit = Math.min(bytes.length, MAX_HEAD_BYTES);
  const lines: string[] = [];
  let lineStart = 0;
  for (let at = 0; at < limit; at++) {
    const byte = bytes[at] as number;
    if (byte === CR) {
      if (at + 1 === limit) break;
      if (bytes[at + 1] !== LF) throw new HeadError("a carriage return without a line feed");
      if (at === lineStart) return { lines, byteLength: at + 2 };
      lines.push(String.fromCharCode(...bytes.subarray(lineStart, at)));
      lineStart = at + 2;
      at++;
    } else if (byte === LF) {
      throw new HeadError("a line feed without a carriage return");
    } else if (byte === DEL || byte < SPACE && byte !== TAB) {
      throw new HeadError("a control character in the head");
    }
  }
  if (bytes.length < MAX_HEAD_BYTES) return undefined;
  throw lines.length === 0
    ? new HeadError(`the first line is longer than ${MAX_HEAD_BYTES} bytes`, 414)
    : new HeadError(`the head is longer than ${MAX_HEAD_BYTES} bytes`, 431);
}
