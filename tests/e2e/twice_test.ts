import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { ByteRange } from "../../lib/byte_range.ts";
import { Client } from "../../testing/client.ts";
import { runToStdout } from "../../testing/run_to_stdout.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { WebServer, type WebServerOptions } from "../../testing/web_server.ts";

const SIZE = 12 * MIB + 5;

/** Where the byte is that differs, and the piece that it is in. */
const AT = 6 * MIB + 77;
const PIECE = "bytes 6291456-7340031";

/** What mpclient asks for to compare a few samples. */
const SAMPLE_LENGTH = 64 * 1024;

async function made(scratch: Scratch): Promise<{ file: string; content: Uint8Array<ArrayBuffer> }> {
  const file = await scratch.noise("film.mp4", SIZE);
  return { file, content: await Deno.readFile(file) };
}

/** A mirror with wrong bytes that no sample shows. */
function liar(content: Uint8Array<ArrayBuffer>, ...places: number[]): WebServer {
  const wrong = content.slice();
  for (const at of places) wrong[at] = 255 - (content[at] ?? 0);
  return new WebServer(wrong, {
    instead: (request) => {
      const { start, end } = rangeOf(request);
      if (end - start !== SAMPLE_LENGTH) return undefined;
      const headers = { "Content-Range": `bytes ${start}-${end - 1}/${content.length}` };
      return new Response(content.subarray(start, end), { status: 206, headers });
    },
  });
}

function rangeOf({ headers }: { readonly headers: Headers }): ByteRange {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
  return { start: Number(first), end: Number(last) + 1 };
}

/** Whether it is asked for content, not for the first byte or a sample. */
function isForContent(request: { readonly headers: Headers }): boolean {
  const { start, end } = rangeOf(request);
  return end - start > SAMPLE_LENGTH;
}

const urlsOf = (servers: readonly WebServer[]) => servers.map((server) => server.url());

function noticesOf(client: Client): string[] {
  return client.events.entries.flatMap((event) => event.type === "notice" ? [event.message] : []);
}

Deno.test("mpclient --twice names and drops the mirror with other bytes, and ends with the right file", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const places = Array.from({ length: 13 }, (_, piece) => piece * MIB + 3);
  for (const [at, count] of [[0, 3], [2, 3], [1, 4]] as const) {
    await using wrong = liar(content, ...places);
    const others = Array.from({ length: count - 1 }, () => new WebServer(content));
    const servers = others.toSpliced(at, 0, wrong);
    const output = scratch.path(`out${at}${count}`);
    await using client = new Client(output, urlsOf(servers), ["--twice"]);
    const { received, servers: sources } = await client.finishes();
    await assertSameContent(output, file);
    assert(received >= 2 * SIZE, `${received}`);
    const found = noticesOf(client).filter((notice) => notice.includes("takes no part"));
    assertEquals([found.length, sources[at]?.state], [1, "failed"], noticesOf(client).join("\n"));
    assertStringIncludes(found[0] ?? "", `Server${at + 1} (${wrong.url()}) has other bytes `);
    for (const server of others) await server[Symbol.asyncDispose]();
  }
});

Deno.test("mpclient --twice ends with the right file where one mirror has one byte wrong", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  await using one = new WebServer(content);
  await using wrong = liar(content, AT);
  await using three = new WebServer(content);
  const output = scratch.path("out");
  await using client = new Client(output, urlsOf([one, wrong, three]), ["--twice"]);
  await client.finishes();
  await assertSameContent(output, file);
  const isAsked = wrong.requests.some((request) => {
    const { start, end } = rangeOf(request);
    return isForContent(request) && start <= AT && AT < end;
  });
  const words = `Server2 (${wrong.url()}) has other ${PIECE} than Server`;
  assertEquals(noticesOf(client).some((notice) => notice.startsWith(words)), isAsked);
});

Deno.test("mpclient --twice cannot choose between two mirrors that differ, and says where", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  await using right = new WebServer(content);
  await using wrong = liar(content, AT);
  await using client = new Client(scratch.path("out"), urlsOf([right, wrong]), ["--twice"]);
  const message = await client.fails(5);
  assertStringIncludes(message, `${PIECE} differ between`);
  assertMatch(message, /Server1 .* and Server2|Server2 .* and Server1/);
  assert((await scratch.names()).every((name) => name !== "out"));
});

Deno.test("mpclient --twice fetches nothing from one source alone", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  await using server = new WebServer(content);
  await using alone = new Client(scratch.path("out"), [server.url()], ["--twice"]);
  assertStringIncludes(await alone.fails(2), "it takes two sources");
  const dead = "http://127.0.0.1:1/film.mp4";
  await using client = new Client(scratch.path("out"), [server.url(), dead], [
    "--twice",
    "--wait",
    "0",
    "--no-discover",
  ]);
  const message = await client.fails(3);
  assertStringIncludes(message, "it takes two sources");
  assertStringIncludes(message, dead);
  assertEquals(server.requests.filter(isForContent), []);
});

Deno.test("mpclient --twice gives up when the second source is lost, and goes on with the same command", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  let isBroken = true;
  const breaks: WebServerOptions = {
    instead: (request) => {
      const isLate = isForContent(request) && rangeOf(request).start >= 8 * MIB;
      return isBroken && isLate ? new Response(null, { status: 500 }) : undefined;
    },
  };
  await using one = new WebServer(content, breaks);
  await using two = new WebServer(content, breaks);
  const urls = urlsOf([one, two]);
  const output = scratch.path("out");
  await using client = new Client(output, urls, ["--twice", "--stall-timeout", "2"]);
  assertStringIncludes(await client.fails(3), "the same command goes on");
  const before = received(client);
  assert(before > 2 * MIB, `${before}`);
  isBroken = false;
  await using again = new Client(output, urls, ["--twice"]);
  const { received: after } = await again.finishes();
  await assertSameContent(output, file);
  // What each source had begun of a piece is fetched again.
  assert(before + after <= 2 * SIZE + 4 * MIB, `${before} and then ${after} of twice ${SIZE}`);
});

Deno.test("mpclient --twice says which source is left when the other one is lost for good", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  let isGone = false;
  await using lost = new WebServer(content, {
    instead: (request) => {
      isGone ||= isForContent(request) && rangeOf(request).start >= 8 * MIB;
      return isGone ? new Response(null, { status: 404 }) : undefined;
    },
  });
  await using left = new WebServer(content);
  const urls = urlsOf([lost, left]);
  await using client = new Client(scratch.path("out"), urls, ["--twice", "--stall-timeout", "2"]);
  const message = await client.fails(3);
  assertStringIncludes(message, `only ${left.url()} is left: ${lost.url()} (it answered with`);
  assert(!message.includes("no answer yet"), message);
});

Deno.test("mpclient --twice takes two addresses that lead to one place for one source", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  await using server = new WebServer(content, {
    instead: (request) =>
      new URL(request.url).pathname === "/mirror"
        ? new Response(null, { status: 302, headers: { Location: "/film.mp4" } })
        : undefined,
  });
  const urls = [server.url(), server.url("/mirror")];
  await using client = new Client(scratch.path("out"), urls, ["--twice"]);
  assertStringIncludes(await client.fails(3), "it leads to the same place as Server1");
});

/** Bytes that a client has told of last. */
function received(client: Client): number {
  const told = client.events.entries.flatMap((event) =>
    event.type === "progress" ? [event.received] : []
  );
  return told.at(-1) ?? 0;
}

Deno.test("mpclient --twice says that it is not needed where every piece has a digest", async () => {
  await using scratch = await Scratch.make();
  const { file } = await made(scratch);
  await using server = await Server.start([file], { at: 2 });
  const output = scratch.path("out");
  await using client = new Client(output, server.addresses, ["--twice"]);
  const { received } = await client.finishes();
  assertEquals(received, SIZE);
  const notice = client.events.entries.find(({ type }) => type === "notice");
  assert(notice?.type === "notice");
  assertStringIncludes(notice.message, "Nothing need be fetched twice");
});

Deno.test("mpclient --twice compares what it writes to standard output first", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  await using one = new WebServer(content);
  await using wrong = liar(content, AT);
  await using three = new WebServer(content);
  const urls = urlsOf([one, wrong, three]);
  const { code, stdout, said } = await runToStdout(scratch.folder, ["--twice", ...urls]);
  assertEquals(code, 0, said);
  assert(stdout.length === SIZE && stdout.every((byte, at) => byte === content[at]));
});
