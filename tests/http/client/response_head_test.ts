import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { HeadError } from "../../../lib/http/head_error.ts";
import { MAX_RESPONSE_HEAD_BYTES } from "../../../lib/http/limits.ts";
import { readResponseHead } from "../../../lib/http/client/response_head.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const refused = (text: string, why: string) =>
  assertThrows(() => readResponseHead(bytesOf(text)), HeadError, why);

Deno.test("readResponseHead() reads status, fields and where the content begins", () => {
  const head = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 3\r\nETag:\t"a b" \r\n\r\n';
  assertEquals(readResponseHead(bytesOf(head + "abc")), {
    status: 206,
    minorVersion: 1,
    headers: new Map([["content-length", "3"], ["etag", '"a b"']]),
    byteLength: head.length,
  });
});

Deno.test("readResponseHead() needs every byte of a head and no more", () => {
  const head = bytesOf("HTTP/1.1 200 OK\r\nA: b\r\n\r\n");
  for (let length = 0; length < head.length; length++) {
    assertEquals(readResponseHead(head.subarray(0, length)), undefined);
  }
  assertEquals(readResponseHead(head)?.byteLength, head.length);
});

Deno.test("readResponseHead() accepts HTTP/1.0, an empty reason and none", () => {
  assertEquals(readResponseHead(bytesOf("HTTP/1.0 200 \r\n\r\n"))?.minorVersion, 0);
  assertEquals(readResponseHead(bytesOf("HTTP/1.1 404\r\n\r\n"))?.status, 404);
});

Deno.test("readResponseHead() joins repeated and folded fields", () => {
  const head = readResponseHead(
    bytesOf("HTTP/1.1 200 OK\r\nVia: a\r\nvia: b\r\nX: 1\r\n  2\r\n\t3\r\n\r\n"),
  );
  assertEquals(head?.headers, new Map([["via", "a, b"], ["x", "1 2 3"]]));
});

Deno.test("readResponseHead() takes one length from the same length said twice", () => {
  const twice = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n";
  assertEquals(readResponseHead(bytesOf(twice))?.headers.get("content-length"), "5");
});

Deno.test("readResponseHead() refuses heads that say two things or nothing", () => {
  refused("SSH-2.0-OpenSSH", "not an HTTP/1 response");
  refused("HTTP/2 200\r\n\r\n", "not an HTTP/1 response");
  refused("HTTP/1.1 99 Low\r\n\r\n", "status line");
  refused("HTTP/1.1  200 OK\r\n\r\n", "status line");
  refused("HTTP/1.1 200 OK\nA: b\n\n", "line feed");
  refused("HTTP/1.1 200 OK\rA: b\r\n\r\n", "carriage return");
  refused("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n", "control character");
  refused("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "valid name");
  refused("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "valid name");
  refused("HTTP/1.1 200 OK\r\n folded: first\r\n\r\n", "valid name");
  refused("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "Content-Length");
  refused("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "Content-Length");
  refused("HTTP/1.1 200 OK\r\nContent-Length: 9007199254740993\r\n\r\n", "2^53");
});

Deno.test("readResponseHead() refuses a head past its limit, complete or not", () => {
  const start = "HTTP/1.1 200 OK\r\nA: ";
  const longest = start + "b".repeat(MAX_RESPONSE_HEAD_BYTES - start.length - 4) + "\r\n\r\n";
  assertEquals(readResponseHead(bytesOf(longest))?.byteLength, MAX_RESPONSE_HEAD_BYTES);
  refused(
    start + "b".repeat(MAX_RESPONSE_HEAD_BYTES - start.length - 3) + "\r\n\r\n",
    "longer than",
  );
  refused(start + "b".repeat(MAX_RESPONSE_HEAD_BYTES), "longer than");
});

Deno.test("readResponseHead() answers any bytes with a head, undefined or a HeadError", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ maxLength: 200 }).map((text) => bytesOf("HTTP/1.1 200 OK\r\n" + text)),
    fc.array(fc.constantFrom("HTTP/1.1 ", "200", " OK", "\r\n", "A: b", ":", " ", "\n", "\0"))
      .map((parts) => bytesOf("HTTP/1." + parts.join(""))),
  );
  fc.assert(fc.property(noise, (bytes) => {
    try {
      const head = readResponseHead(bytes);
      return head === undefined || head.byteLength <= bytes.length;
    } catch (error) {
      return error instanceof HeadError;
    }
  }));
});
