import { assertEquals } from "@std/assert";
import { answerFileRequest, type FileFacts } from "../../lib/http/answer.ts";
import { readRequestHead, type RequestHead } from "../../lib/http/request_head.ts";

const NOW = Date.UTC(2026, 0, 2);
const FILE: FileFacts = {
  size: 100,
  etag: '"v1"',
  lastModifiedMs: Date.UTC(2026, 0, 1),
  changedMs: Date.UTC(2026, 0, 1),
  unchanged: true,
};

function request(fields: Record<string, string>, method = "GET"): RequestHead {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const text = `${method} /f HTTP/1.1\r\nHost: h\r\n${lines}\r\n`;
  return readRequestHead(new TextEncoder().encode(text)) as RequestHead;
}

function answer(fields: Record<string, string>, file = FILE, method = "GET") {
  const { status, headers, range } = answerFileRequest(request(fields, method), file, NOW);
  return { status, range, headers: Object.fromEntries(headers) };
}

Deno.test("answerFileRequest() answers with the whole file and what identifies it", () => {
  assertEquals(answer({}), {
    status: 200,
    range: { start: 0, end: 100 },
    headers: {
      "Accept-Ranges": "bytes",
      "ETag": '"v1"',
      "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      "Content-Type": "application/octet-stream",
      "X-Content-Type-Options": "nosniff",
    },
  });
});

Deno.test("answerFileRequest() answers a range with that part", () => {
  const { status, range, headers } = answer({ Range: "bytes=10-19" });
  assertEquals([status, range], [206, { start: 10, end: 20 }]);
  assertEquals(headers["Content-Range"], "bytes 10-19/100");
});

Deno.test("answerFileRequest() tells how large the file is when a range lies outside", () => {
  const { status, range, headers } = answer({ Range: "bytes=100-" });
  assertEquals([status, range, headers["Content-Range"]], [416, undefined, "bytes */100"]);
});

Deno.test("answerFileRequest() ignores Range in HEAD requests and behind a failed If-Range", () => {
  assertEquals(answer({ Range: "bytes=0-1" }, FILE, "HEAD").status, 200);
  assertEquals(answer({ "Range": "bytes=0-1", "If-Range": '"v0"' }).status, 200);
  assertEquals(answer({ "Range": "bytes=0-1", "If-Range": '"v1"' }).status, 206);
});

Deno.test("answerFileRequest() looks at preconditions before the range", () => {
  assertEquals(answer({ "Range": "bytes=100-", "If-Match": '"v0"' }).status, 412);
  assertEquals(answer({ "Range": "bytes=0-1", "If-None-Match": '"v1"' }).status, 304);
  assertEquals(answer({ "If-None-Match": '"v1"' }).headers["ETag"], '"v1"');
});

Deno.test("answerFileRequest() gives a changed file to nobody", () => {
  const changed = { ...FILE, unchanged: false };
  assertEquals(answer({}, changed).status, 409);
  assertEquals(answer({ "If-Range": '"v1"', "Range": "bytes=0-1" }, changed).status, 409);
  assertEquals(answer({ "If-Match": '"v1"' }, changed).status, 412);
  assertEquals(
    answer({ "If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT" }, changed).status,
    412,
  );
  assertEquals(answer({}, changed).range, undefined);
});

Deno.test("answerFileRequest() names the digest of the whole file, also for a part", () => {
  const sha256 = "00".repeat(31) + "ff";
  const { headers } = answer({ Range: "bytes=0-1" }, { ...FILE, sha256 });
  assertEquals(headers["Repr-Digest"], "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8=:");
});
