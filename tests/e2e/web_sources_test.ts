import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { sha256 } from "../client/content.ts";
import { WebServer } from "../../testing/web_server.ts";
import { made, SIZE } from "./web_file.ts";

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
