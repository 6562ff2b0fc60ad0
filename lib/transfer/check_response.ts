import { parseContentRange } from "../http/content_range.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ByteRange } from "../byte_range.ts";
import { LostError } from "../sources/lost_error.ts";

/** What was asked for, and of which version of which file. */
export interface Asked {
  readonly range: ByteRange;
  /** Bytes in the file. */
  readonly size: number;
  /** The entity tag it must have; null if the server gave none. */
  readonly etag: string | null;
}

/**
 * Makes sure that the content which follows is what was asked for: the range, all of it, of a file of
 * the right size and version (RFC 9110, 14.4 and 15.3.7). Not one byte of any other answer is used.
 *
 * @throws {LostError} If it is anything else.
 */
export function checkResponse(head: ResponseHead, asked: Asked): void {
  const { range, size, etag } = asked;
  const { status, headers } = head;
  if (status === 409 || status === 412) throw new LostError("its file has changed");
  if (status !== 206 && status !== 200) throw new LostError(`it answered with status ${status}`);
  if (headers.has("transfer-encoding")) {
    throw new LostError("it sends content of unknown length", true);
  }
  if (headers.has("content-encoding")) {
    throw new LostError("it sends the file in another encoding", true);
  }
  const length = Number(headers.get("content-length"));
  if (status === 200) {
    const isAll = range.start === 0 && range.end === size && length === size;
    if (!isAll) throw new LostError("it does not serve parts of files", true);
  } else {
    const sent = parseContentRange(headers.get("content-range") ?? "");
    if (sent?.start !== range.start || sent.end !== range.end) {
      throw new LostError("it sent another part than was asked for", true);
    }
    if (sent.size !== size) throw new LostError("its file has changed");
    if (length !== range.end - range.start) {
      throw new LostError("it sent a wrong Content-Length", true);
    }
  }
  const tag = headers.get("etag");
  if (etag !== null && tag !== undefined && tag !== etag) {
    throw new LostError("its file has changed");
  }
}
