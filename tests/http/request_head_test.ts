import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { HeadError } from "../../lib/http/head_error.ts";
import { MAX_FIELD_LINES, MAX_HEAD_BYTES } from "../../lib/http/limits.ts";
import { readRequestHead } from "../../lib/http/request_head.ts";
import { requestNoise } from "./request_noise.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const read = (text: string) => readRequestHead(bytesOf(text));
const get = (...lines: string[]) => ["GET / HTTP/1.1", "Host: h", ...lines, "", ""].join("\r\n");

function refused(text: string, why: string, status = 400): void {
  const error = assertThrows(() => read(text), HeadError, why);
  assertEquals(error.status, status, text);
}

Deno.test("readRequestHead() takes a Host with the zone of a link-local address", () => {
  const head = (host: string) => read(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  for (const host of ["[fe80::1%eth0]:7000", "[fe80::1%25eth0]"]) {
    assertEquals(head(host)?.host, host);
  }
  assertThrows(() => head("[fe80::1%]"), HeadError);
});

Deno.test("readRequestHead() reads method, target, host and fields", () => {
  const text = "GET /a%20b?c HTTP/1.1\r\nHost: [::1]:60000\r\nRange:bytes=0-\r\n\r\n";
  assertEquals(read(text + "GET"), {
    method: "GET",
    target: "/a%20b?c",
    host: "[::1]:60000",
    minorVersion: 1,
    headers: new Map([["host", "[::1]:60000"], ["range", "bytes=0-"]]),
    hasContent: false,
    keepAlive: true,
    byteLength: text.length,
  });
});

Deno.test("readRequestHead() skips one empty line before a request and no more", () => {
  assertEquals(read("\r\n" + get())?.byteLength, get().length + 2);
  assertEquals(read("\r\n"), undefined);
  assertEquals(read("\r"), undefined);
  refused("\r\n\r\n" + get(), "request line");
});

Deno.test("readRequestHead() takes path and host from a target in absolute form", () => {
  const head = read("GET http://other:81/x?y HTTP/1.1\r\nHost: h\r\n\r\n");
  assertEquals([head?.target, head?.host], ["/x?y", "other:81"]);
  assertEquals(read("GET HTTP://other HTTP/1.1\r\nHost: h\r\n\r\n")?.target, "/");
  assertEquals(read("GET http://other?y HTTP/1.1\r\nHost: h\r\n\r\n")?.target, "/?y");
});

Deno.test("readRequestHead() lets targets through that belong to other methods", () => {
  assertEquals(read("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")?.target, "*");
  assertEquals(read("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n")?.target, "h:1");
});

Deno.test("readRequestHead() refuses malformed request lines", () => {
  refused("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", "request line");
  refused("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", "request line");
  refused("GET /\r\nHost: h\r\n\r\n", "request line");
  refused("GET / http/1.1\r\nHost: h\r\n\r\n", "request line");
  refused("GET /\t HTTP/1.1\r\nHost: h\r\n\r\n", "request line");
  refused("G(T / HTTP/1.1\r\nHost: h\r\n\r\n", "method");
  refused("GET x HTTP/1.1\r\nHost: h\r\n\r\n", "target");
  refused("GET * HTTP/1.1\r\nHost: h\r\n\r\n", "target");
  refused("GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", "fragment");
  refused("GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", "target");
  refused("GET http://a b/ HTTP/1.1\r\nHost: h\r\n\r\n", "request line");
  refused("GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n", "target");
  refused("GET / HTTP/2.0\r\nHost: h\r\n\r\n", "only HTTP/1", 505);
});

Deno.test("readRequestHead() refuses line ends and characters that readers disagree about", () => {
  refused("GET / HTTP/1.1\nHost: h\n\n", "line feed");
  refused("GET / HTTP/1.1\rHost: h\r\n\r\n", "carriage return");
  for (const control of "\0\b\v\x1f\x7f") {
    refused(get(`A: b${control}c`), "control character");
  }
  assertEquals(read(get("A: b\t ~c"))?.headers.get("a"), "b\t ~c");
  refused(get("A: b", " folded"), "valid name");
  refused(get("A : b"), "valid name");
  refused(get(": b"), "valid name");
  refused(get("nothing"), "valid name");
  refused("\x16\x03\x01\x02\0\x01", "control character");
});

Deno.test("readRequestHead() wants exactly one valid Host from HTTP/1.1 on", () => {
  refused("GET / HTTP/1.1\r\n\r\n", "without Host");
  refused(get("Host: h"), "Host");
  refused("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "Host");
  refused("GET / HTTP/1.1\r\nHost: <script>\r\n\r\n", "Host");
  assertEquals(read("GET / HTTP/1.0\r\n\r\n")?.host, "");
  assertEquals(read("GET / HTTP/1.1\r\nHost:\r\n\r\n")?.host, "");
});

Deno.test("readRequestHead() tells content from none, and refuses what is neither", () => {
  assertEquals(read(get("Content-Length: 0"))?.hasContent, false);
  assertEquals(read(get("Content-Length: 1"))?.hasContent, true);
  assertEquals(read(get("Transfer-Encoding: chunked"))?.hasContent, true);
  refused(get("Content-Length: 0", "Content-Length: 0"), "Content-Length");
  refused(get("Content-Length: +1"), "Content-Length");
  refused(get("Content-Length:"), "Content-Length");
  refused(get("Content-Length: 0", "Transfer-Encoding: chunked"), "both");
  refused("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0");
});

Deno.test("readRequestHead() keeps a connection open as each version has it", () => {
  assertEquals(read(get())?.keepAlive, true);
  assertEquals(read(get("Connection: x, Close"))?.keepAlive, false);
  assertEquals(read("GET / HTTP/1.0\r\n\r\n")?.keepAlive, false);
  assertEquals(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")?.keepAlive, true);
  assertEquals(read("GET / HTTP/1.3\r\nHost: h\r\n\r\n")?.keepAlive, true);
});

Deno.test("readRequestHead() refuses what is too long, with the status that says what", () => {
  refused("GET /" + "a".repeat(MAX_HEAD_BYTES), "first line", 414);
  refused(get("A: " + "b".repeat(MAX_HEAD_BYTES)), "longer than", 431);
  refused(
    get(...Array.from({ length: MAX_FIELD_LINES }, (_, at) => `A${at}: b`)),
    "more than",
    431,
  );
});

Deno.test("readRequestHead() answers any bytes with a head, undefined or a HeadError", () => {
  fc.assert(
    fc.property(requestNoise(), (bytes) => {
      try {
        const head = readRequestHead(bytes);
        assert(head === undefined || head.byteLength <= bytes.length);
        assert(head === undefined || !/[\0-\x20]/.test(head.target + head.host));
      } catch (error) {
        assert(error instanceof HeadError);
      }
    }),
    { numRuns: Number(Deno.env.get("FUZZ_RUNS") ?? 300) },
  );
});
