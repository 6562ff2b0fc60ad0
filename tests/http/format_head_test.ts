import { assertEquals } from "@std/assert";
import { formatHead } from "../../lib/http/format_head.ts";
import { readResponseHead } from "../../lib/http/client/response_head.ts";

Deno.test("formatHead() writes what readResponseHead() reads", () => {
  const bytes = formatHead(206, [["Content-Length", "3"], ["ETag", '"v1"']]);
  assertEquals(readResponseHead(bytes), {
    status: 206,
    minorVersion: 1,
    headers: new Map([["content-length", "3"], ["etag", '"v1"']]),
    byteLength: bytes.length,
  });
});
