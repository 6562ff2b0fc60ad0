import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { sha256 } from "../client/content.ts";
import { WebServer } from "../../testing/web_server.ts";

const SIZE = 6 * MIB + 5;

/** Bytes by which copies are compared, at a time. */
const BLOCK = 64 * 1024;

/** A file, what is in it, and a place for a copy. */
async function made(
  scratch: Scratch,
  size = SIZE,
): Promise<{ file: string; content: Uint8Array<ArrayBuffer> }> {
  const file = await scratch.noise("film.mp4", size);
  return { file, content: await Deno.readFile(file) };
}

Deno.test("mpclient fetches a file from a web server, and from many", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  for (const count of [1, 4]) {
    const servers = Array.from({ length: count }, () => new WebServer(content));
    const output = scratch.path(`out${count}`);
    await using client = new Client(output, servers.map((server) => server.url()));
    const { received } = await client.finishes();
    assertEquals(received, SIZE);
    await assertSameContent(output, file);
    assert(servers.every(({ requests }) => requests[0]?.range === "bytes=0-0"));
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
});

Deno.test("mpclient verifies what a web server sends with the digests of an mpserver", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  const spoilt = content.slice();
  for (let at = 0; at < spoilt.length; at += MIB / 2) spoilt.set([1 - (spoilt[at] ?? 0)], at);
  await using bad = new WebServer(spoilt);
  await using server = await Server.start([file], { rate: 4 * MIB });
  const output = scratch.path("out");
  await using client = new Client(output, [bad.url()], ["-p", ...server.addresses]);
  const { sha256 } = await client.finishes();
  assert(sha256 !== null);
  await assertSameContent(output, file);
});

Deno.test("mpclient takes a file from a server that sends no parts", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  await using server = new WebServer(content, { ranges: false });
  const output = scratch.path("out");
  await using client = new Client(output, [server.url()]);
  await client.finishes();
  await assertSameContent(output, file);
});

Deno.test("mpclient asks a server that sends no parts for none while others send them", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  await using whole = new WebServer(content, { ranges: false });
  await using parts = new WebServer(content);
  const output = scratch.path("out");
  await using client = new Client(output, [whole.url(), parts.url()]);
  const { servers } = await client.finishes();
  assertEquals(servers.map(({ received }) => received), [0, SIZE]);
  assertEquals(client.stdout.entries.filter((line) => line.includes("another file")), []);
  await assertSameContent(output, file);
});

Deno.test("mpclient does not go on from a server without parts that nobody can compare", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  let requests = 0;
  await using parts = new WebServer(content, {
    instead: (request) => {
      const [, first, last] = /(\d+)-(\d+)/.exec(request.headers.get("range") ?? "") ?? [];
      // What is compared are blocks of 64 KiB.
      requests += Number(last) - Number(first) >= 65_536 ? 1 : 0;
      return requests > 1 ? new Response(null, { status: 500 }) : undefined;
    },
  });
  const output = scratch.path("out");
  await using whole = new WebServer(content, { ranges: false });
  const urls = [whole.url(), parts.url()];
  for (
    const [more, code] of [[[], 3], [["--checksum", `sha-256=${sha256(content)}`], 0]] as const
  ) {
    requests = 0;
    await using client = new Client(output, urls, ["--stall-timeout", "2", "-f", ...more]);
    await client.exits(code);
    if (code === 0) await assertSameContent(output, file);
    else assertStringIncludes(client.stdout.entries.join("\n"), "sends the whole file only");
  }
});

Deno.test("mpclient follows a redirect again when the address that it led to has expired", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  let [signed, uses] = [0, 0];
  await using server = new WebServer(content, {
    instead: (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/film.mp4") {
        signed += 1;
        uses = 0;
        return new Response(null, { status: 302, headers: { Location: `/s?id=${signed}` } });
      }
      // Each signed address is good for two requests: that for the first byte, and one for content.
      uses += 1;
      const isGood = searchParams.get("id") === `${signed}` && uses <= 2;
      return isGood ? undefined : new Response(null, { status: 403 });
    },
  });
  const output = scratch.path("out");
  await using client = new Client(output, [server.url()]);
  const { received } = await client.finishes();
  assertEquals(received, SIZE);
  assert(signed > 1);
  await assertSameContent(output, file);
});

Deno.test("mpclient waits for a web server that asks it to, and says so", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  await using server = new WebServer(content, {
    instead: (_, earlier) =>
      earlier === 1
        ? new Response(null, { status: 503, headers: { "Retry-After": "1" } })
        : undefined,
  });
  const output = scratch.path("out");
  await using client = new Client(output, [server.url()]);
  const waiting = await client.sees(1, "waiting");
  assert(waiting.type === "server");
  assertStringIncludes(waiting.reason ?? "", "status 503; it is asked again in 1 s");
  await client.finishes();
  await assertSameContent(output, file);
});

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

function partOf(request: Request): { readonly start: number; readonly end: number } {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
  return { start: Number(first), end: Number(last) + 1 };
}

Deno.test("mpclient names what is wrong with an address", async () => {
  await using scratch = await Scratch.make();
  const { content } = await made(scratch);
  await using server = new WebServer(content, {
    instead: (request) => {
      const { pathname } = new URL(request.url);
      const to = (Location: string) => new Response(null, { status: 302, headers: { Location } });
      if (pathname === "/circle") return to("/circle");
      if (pathname === "/file") return to("ftp://a.example/f");
      return new Response(null, { status: 404 });
    },
  });
  const wrong = { "/none?key=secret": "status 404", "/circle": "in a circle", "/file": "ftp:" };
  for (const [path, words] of Object.entries(wrong)) {
    await using client = new Client(scratch.path("out"), [server.url(path)]);
    const message = await client.fails(3);
    assertStringIncludes(message, words);
    assert(!message.includes("secret"));
  }
});

Deno.test("mpclient finds all ports of an mpserver by the address of one, unless it must not", async () => {
  await using scratch = await Scratch.make();
  const { file } = await made(scratch);
  await using server = await Server.start([file], { at: 3, rate: 8 * MIB });
  const [address = ""] = server.addresses;
  const url = `http://${address}/film.mp4`;
  for (const [output, more, count] of [["all", [], 3], ["one", ["--no-discover"], 1]] as const) {
    await using client = new Client(scratch.path(output), [url], more);
    const { servers, sha256 } = await client.finishes();
    assertEquals(servers.length, count);
    // Taken for any web server, it still tells the digest of the whole file, once it knows that.
    if (count === 3) assert(sha256 !== null);
    await assertSameContent(scratch.path(output), file);
  }
});

Deno.test("mpclient takes a Metalink for all that it lists, and the digest for what the file must have", async () => {
  await using scratch = await Scratch.make();
  const { file, content } = await made(scratch);
  await using one = new WebServer(content);
  await using two = new WebServer(content);
  const metalink = (sha256: string) =>
    `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="named.mp4">
      <size>${SIZE}</size><hash type="sha-256">${sha256}</hash>
      <url>${one.url()}</url><url>${two.url()}</url></file></metalink>`;
  const path = scratch.path("film.meta4");
  await Deno.writeTextFile(path, metalink(sha256(content)));
  await using client = new Client(`${scratch.path("")}/`, [], [path]);
  const { servers } = await client.finishes();
  assertEquals(servers.length, 2);
  await assertSameContent(scratch.path("named.mp4"), file);
  await Deno.writeTextFile(path, metalink("0".repeat(64)));
  await using wrong = new Client(scratch.path("wrong"), [], [path]);
  assertStringIncludes(await wrong.fails(5), "SHA-256");
  await Deno.writeTextFile(path, "<html/>");
  await using unusable = new Client(scratch.path("none"), [], [path]);
  assertStringIncludes(await unusable.fails(4), "film.meta4: no usable Metalink");
});

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

Deno.test("mpclient goes on without an address that says it is a Metalink and is none", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", MIB);
  await using server = await Server.start([file], { at: 1 });
  const fields = { "Content-Type": "application/metalink4+xml" };
  await using web = new WebServer(new Uint8Array(MIB / 2), { fields });
  const more = ["--checksum", `sha-256=${sha256(await Deno.readFile(file))}`];
  const output = scratch.path("copy.mp4");
  await using client = new Client(output, [web.url(), ...server.addresses], more);
  await client.finishes();
  await assertSameContent(output, file);
  await using alone = new Client(scratch.path("other.mp4"), [web.url()]);
  assertStringIncludes(await alone.fails(3), "no usable Metalink");
});
