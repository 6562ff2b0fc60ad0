import type { ByteRange } from "../byte_range.ts";

/** The part of a file that the content of a `206` response is. */
export interface ContentRange extends ByteRange {
  /** Bytes in the whole file; null if the server does not say: `bytes 0-99/*`. */
  readonly size: number | null;
}

const CONTENT_RANGE = /^bytes ([0-9]+)-([0-9]+)\/([0-9]+|\*)$/i;

/**
 * Reads a `Content-Range` field (RFC 9110, 14.4) into a half-open range.
 *
 * @returns The range, or undefined if the field is malformed, contradicts itself, or has numbers beyond
 * 2^53.
 *
 * @example
 * ```ts
 * parseContentRange("bytes 0-99/1000"); // { start: 0, end: 100, size: 1000 }
 * parseContentRange("bytes 0-99/*"); // { start: 0, end: 100, size: null }
 * ```
 */
export function parseContentRange(value: string): ContentRange | undefined {
  const match = CONTENT_RANGE.exec(value);
  if (match === null) return undefined;
  const [start, last] = [Number(match[1]), Number(match[2])];
  const size = match[3] === "*" ? null : Number(match[3]);
  const most = size ?? Number.MAX_SAFE_INTEGER;
  if (!Number.isSafeInteger(most) || last >= most || start > last) return undefined;
  return { start, end: last + 1, size };
}

/**
 * Writes a `Content-Range` field for a half-open range, which must not be empty.
 *
 * @param range What is sent, in bytes.
 * @param size Bytes in the whole file.
 *
 * @example
 * ```ts
 * formatContentRange({ start: 0, end: 100 }, 1000); // "bytes 0-99/1000"
 * ```
 */
export function formatContentRange(range: ByteRange, size: number): string {
  return `bytes ${range.start}-${range.end - 1}/${size}`;
}

/** The `Content-Range` of a `416` response: no range, only how large the file is. */
export function formatUnsatisfiedRange(size: number): string {
  return `bytes */${size}`;
}
