import { assertEquals, assertThrows } from "@std/assert";
import { type Asked, checkResponse } from "../../lib/transfer/check_response.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { readResponseHead, type ResponseHead } from "../../lib/http/response_head.ts";
import { partHead } from "../client/content.ts";

const asked: Asked = {
  range: { start: 100, end: 200 },
  size: 1000,
  validators: { etags: ['"v1"'] },
};

function headOf(text: string): ResponseHead {
  const head = readResponseHead(new TextEncoder().encode(text));
  if (!head) throw new Error(`Not a whole head: ${text}`);
  return head;
}

const accepted = (text: string, what: Asked = asked) => checkResponse(headOf(text), what);

function refused(text: string, why: string, final: boolean, what: Asked = asked): void {
  const error = assertThrows(() => accepted(text, what), LostError, why);
  assertEquals(error.final, final, why);
}

Deno.test("checkResponse() accepts the range that was asked for", () => {
  accepted(partHead(100, 200, 1000));
  accepted(partHead(100, 200, 1000, 'ETag: "v1"\r\n'));
  accepted(partHead(100, 200, 1000, 'ETag: "other"\r\n'), { ...asked, validators: { etags: [] } });
});

Deno.test("checkResponse() accepts a 200 for all of a file only, and only if it is all", () => {
  const all = { range: { start: 0, end: 1000 }, size: 1000, validators: { etags: [] } };
  accepted("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", all);
  const part = "does not serve parts";
  refused("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", part, true);
  refused("HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", part, true, all);
  refused("HTTP/1.1 200 OK\r\n\r\n", part, true, all);
});

Deno.test("checkResponse() refuses any other range", () => {
  const ranges = [[99, 199], [101, 201], [100, 199], [100, 201], [99, 200]] as const;
  for (const [start, end] of ranges) refused(partHead(start, end, 1000), "another part", true);
  refused("HTTP/1.1 206 X\r\nContent-Length: 100\r\n\r\n", "another part", true);
  const unnamed = "HTTP/1.1 206 X\r\nContent-Length: 100\r\nContent-Range: bytes 100-199/*\r\n\r\n";
  refused(unnamed, "another part", true);
});

Deno.test("checkResponse() refuses a length that is not the range's", () => {
  const range = "Content-Range: bytes 100-199/1000\r\n";
  refused(`HTTP/1.1 206 X\r\nContent-Length: 99\r\n${range}\r\n`, "Content-Length", true);
  refused(`HTTP/1.1 206 X\r\n${range}\r\n`, "Content-Length", true);
  refused(`HTTP/1.1 206 X\r\nTransfer-Encoding: chunked\r\n${range}\r\n`, "unknown length", true);
});

Deno.test("checkResponse() refuses content that is not the file's own bytes", () => {
  refused(partHead(100, 200, 1000, "Content-Encoding: gzip\r\n"), "another encoding", true);
});

Deno.test("checkResponse() notices a file that has changed, which may be right again later", () => {
  for (
    const text of [
      partHead(100, 200, 1001),
      partHead(100, 200, 1000, 'ETag: "v2"\r\n'),
      partHead(100, 200, 1000, 'ETag: W/"v1"\r\n'),
      "HTTP/1.1 412 Precondition Failed\r\n\r\n",
      "HTTP/1.1 409 Conflict\r\n\r\n",
    ]
  ) refused(text, "its file has changed", false);
});

Deno.test("checkResponse() names any other status", () => {
  for (const status of [204, 301, 404, 416, 500, 503]) {
    refused(`HTTP/1.1 ${status} X\r\n\r\n`, `status ${status}`, false);
  }
});
