import { parseContentRange } from "../http/content_range.ts";
import type { ContentValidators } from "../http/content_request.ts";
import type { ResponseHead } from "../http/response_head.ts";
import type { ByteRange } from "../byte_range.ts";
import { LostError } from "../sources/lost_error.ts";

/** What was asked for, and of which version of which file. */
export interface Asked {
  readonly range: ByteRange;
  /** Bytes in the file. */
  readonly size: number;
  /** What it must still go by. */
  readonly validators: ContentValidators;
}

/**
 * Makes sure that the content which follows is what was asked for: the range, all of it, of a file of
 * the right size and version (RFC 9110, 14.4 and 15.3.7). Not one byte of any other answer is used.
 *
 * @throws {LostError} If it is anything else.
 */
export function checkResponse(head: ResponseHead, asked: Asked): void {
  const { range, size, validators } = asked;
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
  if (!isUnchanged(head, validators)) throw new LostError("its file has changed");
}

/** What an answer does not say cannot speak against it. */
function isUnchanged({ headers }: ResponseHead, { etags, lastModified }: ContentValidators) {
  const etag = headers.get("etag");
  if (etag !== undefined && etags.length > 0) return etags.includes(etag);
  const modified = headers.get("last-modified");
  return modified === undefined || lastModified === undefined || modified === lastModified;
}
