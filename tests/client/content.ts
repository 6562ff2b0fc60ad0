import { createHash } from "node:crypto";

/** Bytes of a file that is different everywhere, from `start` to `end`. */
export function contentOf(start: number, end: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: end - start }, (_, at) => byteAt(start + at));
}

function byteAt(position: number): number {
  return (position * 31 + (position >> 8) * 7 + (position >> 16)) & 0xff;
}

/** SHA-256, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The head of a `206` for a range of a file. */
export function partHead(start: number, end: number, size: number, fields = ""): string {
  return `HTTP/1.1 206 Partial Content\r\nContent-Length: ${end - start}\r\n` +
    `Content-Range: bytes ${start}-${end - 1}/${size}\r\n${fields}\r\n`;
}
