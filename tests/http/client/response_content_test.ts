import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HeadError } from "../../../lib/http/head_error.ts";
import {
  MAX_CHUNK_LINE_BYTES,
  MAX_FIELD_LINES,
  MAX_INTERIM_HEADS,
} from "../../../lib/http/limits.ts";
import { readContent } from "../../../lib/http/client/read_content.ts";
import { contentOf, keepsConnection } from "../../../lib/http/client/response_content.ts";
import { readResponseHead } from "../../../lib/http/client/response_head.ts";
import { connectTo, ScriptedServer } from "../../sources/scripted_server.ts";

/** What of an answer's content is read, and whether its end was seen. */
interface Reading {
  readonly text: string;
  readonly isOver: boolean;
}

/**
 * Has a server send an answer, piece by piece, and reads its content.
 *
 * @param parts Sent one after the other.
 * @param then What the server does behind it.
 */
async function reading(parts: readonly string[], then: "close" | "stay"): Promise<Reading> {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const peer = await server.peer();
  const sending = (async () => {
    for (const part of parts) await peer.send(part);
    if (then === "close") peer.close();
  })();
  const head = await connection.head();
  if (!head) throw new Error("There was no answer");
  const content = contentOf(connection, head);
  let text = "";
  // Three bytes at a time, so that there is always something left.
  while (await content.fill()) text += new TextDecoder().decode(content.take(3));
  await sending;
  return { text, isOver: content.isOver };
}

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

Deno.test("contentOf() reads content of a known length, and nothing of the next answer", async () => {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nof bytesHTTP/1.1 200 OK\r\n";
  assertEquals(await reading([answer], "stay"), { text: "of byte", isOver: true });
});

Deno.test("contentOf() reads chunked content, however it is cut", async () => {
  const body = '4\r\nWiki\r\n5;ext="a b"\r\npedia\r\n00e\r\n in \r\n\r\nchunks\r\n0\r\n\r\n';
  const expected = { text: "Wikipedia in \r\n\r\nchunks", isOver: true };
  assertEquals(await reading([CHUNKED, body], "stay"), expected);
  assertEquals(await reading([...CHUNKED + body], "stay"), expected);
  assertEquals(await reading([CHUNKED + body + "HTTP/1.1 200 OK\r\n"], "stay"), expected);
  const trailed = body.replace(/\r\n$/, "Digest: x\r\nServer-Timing: y\r\n\r\n");
  assertEquals(await reading([CHUNKED + trailed], "stay"), expected);
});

Deno.test("contentOf() reads content that ends with the connection", async () => {
  const head = "HTTP/1.0 200 OK\r\n\r\n";
  assertEquals(await reading([head, "to the", " end"], "close"), {
    text: "to the end",
    isOver: true,
  });
});

Deno.test("contentOf() knows of no content behind a 204 or 304", async () => {
  for (const status of [204, 304]) {
    const answer = `HTTP/1.1 ${status} X\r\nContent-Length: 5\r\n\r\n`;
    assertEquals(await reading([answer], "stay"), { text: "", isOver: true });
  }
});

Deno.test("contentOf() tells content that was cut off from content that is over", async () => {
  const cut = [
    ["HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", "of by"],
    [CHUNKED, "4\r\nWiki\r\n5\r\npe"],
    [CHUNKED, "4\r\nWiki\r\n5"],
    [CHUNKED, "4\r\nWiki"],
    [CHUNKED, "4\r\nWiki\r\n0\r\n"],
  ];
  for (const parts of cut) {
    assertEquals((await reading(parts, "close")).isOver, false, parts.join(""));
  }
});

Deno.test("contentOf() refuses content whose end cannot be found", async () => {
  const endless = "A: b\r\n".repeat(MAX_FIELD_LINES + 1);
  const refused = [
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "transfer coding gzip"],
    [CHUNKED + "1\r\nz\r\n".repeat(2_000), "1025 chunks with 1025 bytes in them"],
    [CHUNKED + "x\r\n", "valid size"],
    [CHUNKED + "-1\r\n", "valid size"],
    [CHUNKED + "\r\n", "valid size"],
    [CHUNKED + "4\nWiki", "line feed"],
    [CHUNKED + "4\r\nWikipedia\r\n", "longer than it says"],
    [CHUNKED + "fffffffffffffff\r\n", "valid size"],
    [CHUNKED + "4;" + "x".repeat(MAX_CHUNK_LINE_BYTES), "longer than"],
    [CHUNKED + "0\r\n" + endless, "fields behind"],
  ] as const;
  for (const [answer, why] of refused) {
    await assertRejects(() => reading([answer], "stay"), HeadError, why);
  }
});

Deno.test("keepsConnection() tells whether another answer can follow", () => {
  const measured = "Content-Length: 1\r\n";
  const expected: [start: string, keeps: boolean][] = [
    [`HTTP/1.1 200 OK\r\n${measured}`, true],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", true],
    [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${measured}`, false],
    ["HTTP/1.1 204 None\r\n", true],
    ["HTTP/1.1 200 OK\r\n", false],
    [`HTTP/1.1 200 OK\r\n${measured}Connection: close\r\n`, false],
    [`HTTP/1.1 200 OK\r\n${measured}Connection: Upgrade , CLOSE\r\n`, false],
    [`HTTP/1.1 200 OK\r\n${measured}Connection: keep-alive\r\n`, true],
    [`HTTP/1.0 200 OK\r\n${measured}`, false],
    [`HTTP/1.0 200 OK\r\n${measured}Connection: Keep-Alive\r\n`, true],
    ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", false],
  ];
  for (const [start, keeps] of expected) {
    const head = readResponseHead(new TextEncoder().encode(`${start}\r\n`));
    assertEquals(head && keepsConnection(head), keeps, start);
  }
});

Deno.test("ClientConnection.head() skips interim answers, but not without end", async () => {
  const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  assertEquals((await reading([interim.repeat(MAX_INTERIM_HEADS), answer], "stay")).isOver, true);
  for (const extra of [1, 1_000]) {
    await assertRejects(
      () => reading([interim.repeat(MAX_INTERIM_HEADS + extra), answer], "stay"),
      HeadError,
      "too many interim answers",
    );
  }
  await assertRejects(
    () => reading(["HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"], "stay"),
    HeadError,
    "another protocol",
  );
});

Deno.test("readContent() reads any content up to its bound", async () => {
  const answers = [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    `${CHUNKED}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`,
    "HTTP/1.1 200 OK\r\n\r\nhello",
  ];
  for (const answer of answers) {
    assertEquals(await contentUpTo(5, answer), "hello");
    await assertRejects(() => contentUpTo(4, answer), HeadError, "longer than 4 bytes");
  }
  await assertRejects(() => contentUpTo(9, answers[0]?.slice(0, -1) ?? ""), HeadError, "early");
  await assertRejects(() => contentUpTo(9, answers[1]?.slice(0, -1) ?? ""), HeadError, "early");
});

async function contentUpTo(most: number, answer: string): Promise<string> {
  await using server = new ScriptedServer();
  using connection = await connectTo(server);
  const peer = await server.peer();
  await peer.send(answer);
  peer.close();
  const head = await connection.head();
  assertStringIncludes(answer, String(head?.status));
  if (!head) throw new Error("There was no answer");
  return await readContent(connection, head, most, 60_000);
}
