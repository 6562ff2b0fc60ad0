/**
 * A number of bytes in words, as it is.
 *
 * @example
 * ```ts
 * byteCount(1); // "1 byte"
 * ```
 */
export function byteCount(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}
