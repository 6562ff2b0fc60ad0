import type { ByteRange } from "../byte_range.ts";
import { parseContentRange } from "../http/content_range.ts";
import type { ContentRequest, ContentValidators } from "../http/client/content_request.ts";
import { isHtml, type ResponseHead } from "../http/client/response_head.ts";
import { busyLoss, LostError } from "../sources/lost_error.ts";

/** What was asked for, and of which version of which file. */
export interface Expected {
  readonly request: Pick<ContentRequest, "validators" | "rangeless">;
  /** What was asked for; all of the file where the source serves no parts. */
  readonly range: ByteRange;
  /** Bytes in the file. */
  readonly size: number;
}

/**
 * Makes sure that the content which follows is of the right version of the file, and is what was asked
 * for (RFC 9110, 14.4 and 15.3.7): with `206` the range, exactly; with `200` the whole file, which will
 * do where the range begins at its start. Not one byte of any other answer is used.
 *
 * @param head The head of the answer.
 * @param length Bytes in its content; undefined if only its end will tell.
 * @returns What of the file the content is.
 * @throws {LostError} If it is anything else.
 */
export function checkResponse(
  head: ResponseHead,
  length: number | undefined,
  { request, range, size }: Expected,
): ByteRange {
  const { status, headers } = head;
  if (status !== 200 && status !== 206) throw noContent(head);
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    throw new LostError("it sends the file in another encoding", true);
  }
  if (!isUnchanged(head, request.validators)) throw changed();
  if (status === 200) return checkWhole(length, { request, range, size });
  const sent = parseContentRange(headers.get("content-range") ?? "");
  if (request.rangeless || sent?.start !== range.start || sent.end !== range.end) {
    throw new LostError("it sent another part than was asked for", true);
  }
  if (sent.size !== null && sent.size !== size) throw changed();
  if (length !== undefined && length !== range.end - range.start) {
    throw new LostError("it sent a wrong Content-Length", true);
  }
  return range;
}

function checkWhole(length: number | undefined, { request, range, size }: Expected): ByteRange {
  if (length !== undefined && length !== size) throw changed();
  if (range.start === 0 || request.rangeless) return { start: 0, end: size };
  throw new LostError("it does not serve parts of files", false, { loss: { kind: "rangeless" } });
}

/** What an answer means that has no content of the file. */
function noContent(head: ResponseHead): LostError {
  const { status } = head;
  const reason = `it answered with status ${status}`;
  switch (status) {
    case 409:
    case 412:
    case 416:
      return changed();
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
    case 401:
    case 403:
    case 404:
    case 410:
      return new LostError(reason, false, { loss: { kind: "moved" } });
    case 407:
      return new LostError("the proxy wants a name and a password, or others", true);
    default:
      return new LostError(reason, false, { loss: busyLoss(head) });
  }
}

function changed(): LostError {
  return new LostError("its file has changed", false, { loss: { kind: "changed" } });
}

/** What an answer does not say cannot speak against it. */
function isUnchanged({ headers }: ResponseHead, validators: ContentValidators): boolean {
  const { etags, lastModified, contentType } = validators;
  const type = headers.get("content-type");
  if (isHtml(type) && contentType !== undefined && !isHtml(contentType)) return false;
  const modified = headers.get("last-modified");
  const isSameTime = modified !== undefined && modified === lastModified;
  const etag = headers.get("etag");
  if (etag !== undefined && etags.length > 0 && !isSameTime) {
    // Servers in front make a tag weak when they touch an answer; the bytes are compared by digests.
    return etags.some((known) => withoutWeakness(known) === withoutWeakness(etag));
  }
  // Servers behind one name may each give a tag of their own: the same time says that it is the same file.
  return modified === undefined || lastModified === undefined || isSameTime;
}

function withoutWeakness(etag: string): string {
  return etag.replace(/^W\//, "");
}
