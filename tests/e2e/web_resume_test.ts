import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { made, partOf, SIZE } from "./web_file.ts";

Deno.test("mpclient goes on with other addresses of the same file where it was", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const fields = { ETag: '"v1"' };
  const output = scratch.path("out");
  {
    let served = 0;
    await using first = new WebServer(content, {
      fields,
      instead: (request) => {
        served += request.headers.get("range") === "bytes=0-0" ? 0 : 1;
        return served > 1 ? new Response(null, { status: 500 }) : undefined;
      },
    });
    await using client = new Client(output, [first.url()], ["--stall-timeout", "1"]);
    assertStringIncludes(await client.fails(3), "the same command goes on");
  }
  await using second = new WebServer(content, { fields });
  await using client = new Client(output, [second.url("/elsewhere/film.mp4")]);
  const { received } = await client.finishes();
  assert(received < SIZE);
  await assertSameContent(output, file);
});

/** So large that no mirror is asked for all of its part at once. */
const LARGE = 24 * MIB + 5;

/** A web server without entity tags and times that has sent all that it sends after so many bytes. */
function breakingAfter(content: Uint8Array<ArrayBuffer>, bytes: number, fields = {}): WebServer {
  const server: WebServer = new WebServer(content, {
    fields,
    instead: (request) => {
      const isProbe = request.headers.get("range") === "bytes=0-0";
      return !isProbe && server.asked >= bytes ? new Response(null, { status: 500 }) : undefined;
    },
  });
  return server;
}

/** What there is of a file after both of its mirrors have broken down halfway. */
async function halfDone(
  output: string,
  content: Uint8Array<ArrayBuffer>,
  fields = {},
): Promise<{ readonly received: number; readonly urls: readonly string[] }> {
  await using one = breakingAfter(content, LARGE / 4, fields);
  await using two = breakingAfter(content, LARGE / 4, fields);
  const urls = [one.url(), two.url()];
  await using client = new Client(output, urls, ["--stall-timeout", "2"]);
  assertStringIncludes(await client.fails(3), "the same command goes on");
  return { received: one.asked + two.asked, urls };
}

Deno.test("mpclient fetches nothing again when all addresses are replaced, without digests or entity tags", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch, LARGE);
  const output = scratch.path("out");
  const { received } = await halfDone(output, content);
  await using three = new WebServer(content);
  await using four = new WebServer(content);
  await using client = new Client(output, [three.url("/a/film.mp4"), four.url("/b")]);
  const { kept } = await client.starts();
  const { received: after } = await client.finishes();
  await assertSameContent(output, file);
  assert(kept > 0);
  assertEquals(after, LARGE - kept);
  // Each mirror may have been in the middle of a piece; samples were asked for besides.
  const samples = 3 * 4 * 64 * 1024;
  assert(kept >= received - samples - 4 * MIB, `kept ${kept} of ${received}`);
});

Deno.test("mpclient starts over when other addresses have another file of the same size", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch, LARGE);
  const output = scratch.path("out");
  await halfDone(output, content);
  const other = content.map((byte) => byte ^ 255);
  await using server = new WebServer(other);
  await using client = new Client(output, [server.url()]);
  const { received } = await client.finishes();
  assertEquals(received, LARGE);
  assertStringIncludes(client.stdout.entries.join("\n"), "is of another file; starting over");
  assertEquals(await Deno.readFile(output), other);
});

Deno.test("mpclient starts over when the same address says that its file has changed", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch, LARGE);
  const output = scratch.path("out");
  let isNew = false;
  await using server = new WebServer(content, {
    instead: (request) => {
      const { start, end } = partOf(request);
      // However much is asked for at once, the end of the old version never comes.
      if (end > LARGE / 2 && !isNew) return new Response(null, { status: 500 });
      const headers = {
        "Content-Range": `bytes ${start}-${end - 1}/${LARGE}`,
        "Last-Modified": `Thu, 0${isNew ? 2 : 1} Jan 2026 00:00:00 GMT`,
      };
      return new Response(content.subarray(start, end), { status: 206, headers });
    },
  });
  await using client = new Client(output, [server.url()], ["--stall-timeout", "2"]);
  assertStringIncludes(await client.fails(3), "the same command goes on");
  isNew = true;
  await using again = new Client(output, [server.url()]);
  const { received } = await again.finishes();
  assertEquals(received, LARGE);
  const words = "is of an earlier version of the file; starting over";
  assertStringIncludes(again.stdout.entries.join("\n"), words);
  await assertSameContent(output, file);
});
