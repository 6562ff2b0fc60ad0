import { assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";
import { made, partOf, SIZE } from "./web_file.ts";

/** Bytes by which copies are compared, at a time. */
const BLOCK = 64 * 1024;

/** A server that does not send what its copy is compared by before `ready` is settled. */
function lateServer(
  content: Uint8Array<ArrayBuffer>,
  ready: Promise<void>,
  fields: Record<string, string> = {},
): WebServer {
  return new WebServer(content, {
    fields,
    instead: (request) => {
      const { start, end } = partOf(request);
      if (end - start !== BLOCK) return undefined;
      const part = content.subarray(start, end);
      const body = new ReadableStream({
        pull: async (controller) => {
          await ready;
          controller.enqueue(part);
          controller.close();
        },
      });
      const headers = {
        ...fields,
        "Content-Length": `${part.length}`,
        "Content-Range": `bytes ${start}-${end - 1}/${content.length}`,
      };
      return new Response(body, { status: 206, headers });
    },
  });
}

/** A server that is ready at once, and says when content is asked for that no copy is compared by. */
function firstServer(
  content: Uint8Array<ArrayBuffer>,
  fields: Record<string, string> = {},
): { readonly server: WebServer; readonly isAsked: Promise<void> } {
  const asked = Promise.withResolvers<void>();
  const server = new WebServer(content, {
    fields,
    instead: (request) => {
      const { start, end } = partOf(request);
      if (end - start > BLOCK) asked.resolve();
      return undefined;
    },
  });
  return { server, isAsked: asked.promise };
}

Deno.test("mpclient begins with the mirror that is ready, and counts nothing of it if it has another file", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  // As of mirrors that take over the times of files, whatever is in them.
  const fields = { "ETag": '"same"' };
  const first = firstServer(content.map((byte) => byte ^ 255), fields);
  await using wrong = first.server;
  await using second = lateServer(content, first.isAsked, fields);
  await using third = lateServer(content, first.isAsked, fields);
  const output = scratch.path("out");
  await using client = new Client(output, [wrong, second, third].map((server) => server.url()));
  const { received, servers } = await client.finishes();
  assertEquals([received, servers[0]?.received], [SIZE, 0]);
  assertStringIncludes(client.stdout.entries.join("\n"), "starting over with theirs");
  await assertSameContent(output, file);
});

Deno.test("mpclient has no file where the first mirror says one thing and the other another", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  const first = firstServer(content.map((byte) => byte ^ 255));
  await using one = first.server;
  await using other = lateServer(content, first.isAsked);
  await using client = new Client(scratch.path("out"), [one.url(), other.url()]);
  assertStringIncludes(await client.fails(5), "Cannot tell which copy is right");
  assertEquals([...Deno.readDirSync(scratch.folder)].map(({ name }) => name), ["film.mp4"]);
});

Deno.test("mpclient that was killed counts nothing of a copy that nothing had agreed with", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  // Another version that differs in a few bytes: what is kept of it is taken for the right one.
  const wrong = content.slice();
  for (const at of [MIB, SIZE - BLOCK]) wrong.fill(0, at, at + 16);
  const output = scratch.path("out");
  const never = Promise.withResolvers<void>();
  {
    const first = firstServer(wrong);
    await using one = first.server;
    await using other = lateServer(content, first.isAsked);
    await using silent = lateServer(content, never.promise);
    await using client = new Client(output, [one, other, silent].map((server) => server.url()));
    const all = await client.receives(SIZE);
    await client.progress(({ elapsed }) => elapsed >= all.elapsed + 2.5);
    client.kill("SIGKILL");
    await client.end();
    never.resolve();
  }
  await using right = new WebServer(content);
  await using again = new Client(output, [right.url()]);
  const { received } = await again.finishes();
  assertEquals(received, SIZE);
  await assertSameContent(output, file);
});

Deno.test("mpclient finds the mirror that has another file of the same size, without any digest", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const other = content.map((byte) => byte ^ 255);
  await using first = new WebServer(other);
  await using second = new WebServer(content);
  await using third = new WebServer(content);
  await using fourth = new WebServer(content);
  const urls = [first, second, third, fourth].map((server) => server.url());
  const output = scratch.path("out");
  await using client = new Client(output, urls);
  const { received, servers } = await client.finishes();
  // Any of the others may have come too late to take part.
  assertEquals([received, servers[0]?.received], [SIZE, 0]);
  assertStringIncludes(client.stdout.entries.join("\n"), "other file");
  await assertSameContent(output, file);
});

Deno.test("mpclient cannot choose between two mirrors and two others", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  const other = content.map((byte) => byte ^ 255);
  await using first = new WebServer(content);
  await using second = new WebServer(content);
  await using third = new WebServer(other);
  await using fourth = new WebServer(other);
  const urls = [first, second, third, fourth].map((server) => server.url());
  await using client = new Client(scratch.path("out"), urls);
  assertStringIncludes(await client.fails(5), "Cannot tell which copy is right");
});
