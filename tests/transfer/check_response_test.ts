import { assertEquals, assertThrows } from "@std/assert";
import type { ByteRange } from "../../lib/byte_range.ts";
import type { ContentValidators } from "../../lib/http/client/content_request.ts";
import { readResponseHead, type ResponseHead } from "../../lib/http/client/response_head.ts";
import { type Loss, LostError } from "../../lib/sources/lost_error.ts";
import { checkResponse, type Expected } from "../../lib/transfer/check_response.ts";
import { partHead } from "../client/content.ts";

const expected: Expected = {
  request: { validators: { etags: ['"v1"'] } },
  range: { start: 100, end: 200 },
  size: 1000,
};

/** The same, where the answers so far had these validators. */
function knownBy(validators: ContentValidators): Expected {
  return { ...expected, request: { validators } };
}

function headOf(text: string): ResponseHead {
  const head = readResponseHead(new TextEncoder().encode(text));
  if (!head) throw new Error(`Not a whole head: ${text}`);
  return head;
}

function accepted(text: string, what: Expected = expected): ByteRange {
  const head = headOf(text);
  const length = head.headers.get("content-length");
  return checkResponse(head, length === undefined ? undefined : Number(length), what);
}

function refused(text: string, why: string, final: boolean, what: Expected = expected): LostError {
  const error = assertThrows(() => accepted(text, what), LostError, why);
  assertEquals(error.final, final, text);
  return error;
}

Deno.test("checkResponse() accepts the range that was asked for", () => {
  assertEquals(accepted(partHead(100, 200, 1000)), { start: 100, end: 200 });
  accepted(partHead(100, 200, 1000, 'ETag: "v1"\r\n'));
  accepted(partHead(100, 200, 1000, 'ETag: "other"\r\n'), knownBy({ etags: [] }));
});

Deno.test("checkResponse() accepts a 206 that does not say how large the file is", () => {
  const range = "Content-Range: bytes 100-199/*\r\n";
  accepted(`HTTP/1.1 206 X\r\nContent-Length: 100\r\n${range}\r\n`);
  accepted(`HTTP/1.1 206 X\r\nTransfer-Encoding: chunked\r\n${range}\r\n`);
  accepted(`HTTP/1.0 206 X\r\n${range}\r\n`);
});

Deno.test("checkResponse() takes a 200 for the whole file, of use to whoever begins at its start", () => {
  const first = { ...expected, range: { start: 0, end: 200 } };
  const whole = { start: 0, end: 1000 };
  assertEquals(accepted("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", first), whole);
  assertEquals(accepted("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", first), whole);
  refused("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", "has changed", false, first);
  const late = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
  assertEquals(refused(late, "does not serve parts", false).loss, { kind: "rangeless" });
});

Deno.test("checkResponse() expects the whole file of a source that serves no parts", () => {
  const rangeless = { ...expected, request: { ...expected.request, rangeless: true } };
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
  assertEquals(accepted(answer, rangeless), { start: 0, end: 1000 });
  refused(partHead(100, 200, 1000), "another part", true, rangeless);
});

Deno.test("checkResponse() refuses any other range", () => {
  const ranges = [[99, 199], [101, 201], [100, 199], [100, 201], [99, 200]] as const;
  for (const [start, end] of ranges) refused(partHead(start, end, 1000), "another part", true);
  refused("HTTP/1.1 206 X\r\nContent-Length: 100\r\n\r\n", "another part", true);
  const several = "Content-Type: multipart/byteranges; boundary=x\r\nContent-Length: 300\r\n";
  refused(`HTTP/1.1 206 X\r\n${several}\r\n`, "another part", true);
});

Deno.test("checkResponse() refuses a length that is not the range's", () => {
  const range = "Content-Range: bytes 100-199/1000\r\n";
  refused(`HTTP/1.1 206 X\r\nContent-Length: 99\r\n${range}\r\n`, "Content-Length", true);
  refused(`HTTP/1.1 206 X\r\nContent-Length: 101\r\n${range}\r\n`, "Content-Length", true);
});

Deno.test("checkResponse() refuses content that is not the file's own bytes", () => {
  accepted(partHead(100, 200, 1000, "Content-Encoding: identity\r\n"));
  refused(partHead(100, 200, 1000, "Content-Encoding: gzip\r\n"), "another encoding", true);
});

Deno.test("checkResponse() notices a file that has changed, which may be right again later", () => {
  for (
    const text of [
      partHead(100, 200, 1001),
      partHead(100, 200, 1000, 'ETag: "v2"\r\n'),
      "HTTP/1.1 412 Precondition Failed\r\n\r\n",
      "HTTP/1.1 409 Conflict\r\n\r\n",
      "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */50\r\n\r\n",
    ]
  ) assertEquals(refused(text, "its file has changed", false).loss, { kind: "changed" });
});

Deno.test("checkResponse() knows the file by any of its entity tags, weak or strong", () => {
  const tagged = (etag: string) => partHead(100, 200, 1000, `ETag: ${etag}\r\n`);
  accepted(tagged('W/"v1"'));
  accepted(tagged('"v1"'), knownBy({ etags: ['W/"v1"'] }));
  const edges = knownBy({ etags: ['"edge1"', '"edge2"'] });
  accepted(tagged('"edge1"'), edges);
  accepted(tagged('"edge2"'), edges);
  refused(tagged('"edge3"'), "has changed", false, edges);
});

Deno.test("checkResponse() goes by the time of the last change where there is no entity tag", () => {
  const time = "Sun, 06 Nov 1994 08:49:37 GMT";
  const timed = (text: string) => partHead(100, 200, 1000, `Last-Modified: ${text}\r\n`);
  const known = knownBy({ etags: [], lastModified: time });
  accepted(timed(time), known);
  accepted(partHead(100, 200, 1000), known);
  refused(timed("Sun, 06 Nov 1994 08:49:38 GMT"), "has changed", false, known);
  // Each server behind one name may give a tag of its own.
  const edge = knownBy({ etags: ['"edge1"'], lastModified: time });
  accepted(partHead(100, 200, 1000, `ETag: "edge2"\r\nLast-Modified: ${time}\r\n`), edge);
  const both = knownBy({ etags: ['"v1"'], lastModified: time });
  accepted(partHead(100, 200, 1000, `ETag: "v1"\r\nLast-Modified: another\r\n`), both);
  refused(timed("another"), "has changed", false, both);
});

Deno.test("checkResponse() does not take a page for a part of a file that is none", () => {
  const page = partHead(100, 200, 1000, "Content-Type: text/html; charset=utf-8\r\n");
  const known = (contentType: string) => knownBy({ etags: [], contentType });
  refused(page, "has changed", false, known("application/octet-stream"));
  accepted(page, known("text/html"));
  accepted(page, knownBy({ etags: [] }));
});

Deno.test("checkResponse() tells what any other status is good for", () => {
  const kinds: [kind: Loss["kind"], statuses: number[]][] = [
    ["moved", [301, 302, 303, 307, 308, 401, 403, 404, 410]],
    ["broken", [204, 400, 408, 500, 502, 504]],
    ["busy", [429, 503]],
  ];
  for (const [kind, statuses] of kinds) {
    for (const status of statuses) {
      const { loss } = refused(`HTTP/1.1 ${status} X\r\n\r\n`, `status ${status}`, false);
      assertEquals(loss.kind, kind, `${status}`);
    }
  }
});

Deno.test("checkResponse() says when a busy server may be asked again", () => {
  for (const status of [429, 503]) {
    const answer = `HTTP/1.1 ${status} X\r\nRetry-After: 7\r\n\r\n`;
    const { loss } = refused(answer, `status ${status}`, false);
    assertEquals(loss, { kind: "busy", retryAfterMs: 7_000 });
  }
});
