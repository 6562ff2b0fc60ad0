import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { beforeDeadline } from "../../testing/deadline.ts";
import { WebServer, type WebServerOptions } from "../../testing/web_server.ts";
import {
  copiesListed,
  copiesOfMetalink,
  Discovery,
  findCopies,
} from "../../lib/sources/find_copies.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { PLAIN_ACCESS } from "../../lib/sources/probe.ts";

const never = new AbortController().signal;
const CONTENT = new TextEncoder().encode("content");
const SHA256 = "a".repeat(64);

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function metalink(...urls: string[]): string {
  const listed = urls.map((url, at) => `<url priority="${at + 1}">${url}</url>`).join("");
  return `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="f.iso"><size>7</size>
    <hash type="sha-256">${SHA256}</hash>${listed}</file></metalink>`;
}

async function found(options: WebServerOptions) {
  await using server = new WebServer(CONTENT, options);
  using discovery = new Discovery();
  const { ports, urls, described } = await findCopies(
    new URL(server.url()),
    PLAIN_ACCESS,
    never,
    discovery,
  );
  return {
    ports: ports.map(({ href }) => href),
    urls: urls.map(({ href }) => href.replace(server.url(""), "")),
    sha256: described?.digests["sha-256"],
  };
}

Deno.test("findCopies() is the address alone where nothing leads on", async () => {
  assertEquals(await found({}), { ports: [], urls: ["/film.mp4"], sha256: undefined });
  using discovery = new Discovery();
  const copies = await findCopies(new URL("http://127.0.0.1:1/f"), PLAIN_ACCESS, never, discovery);
  assertEquals(copies.urls.map(({ href }) => href), ["http://127.0.0.1:1/f"]);
});

Deno.test("findCopies() does not wait for an address that does not answer once another one has", async () => {
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using server = new WebServer(CONTENT);
  const hour = 3_600_000;
  const url = new URL(`http://127.0.0.1:${silent.addr.port}/f`);
  using discovery = new Discovery(0, hour);
  const both = Promise.all([
    findCopies(url, PLAIN_ACCESS, never, discovery),
    findCopies(new URL(server.url()), PLAIN_ACCESS, never, discovery),
  ]);
  const [first, second] = await beforeDeadline(both, () => "the silent one is waited for");
  assertEquals([first.urls, first.probe, second.probe?.size], [[url], undefined, CONTENT.length]);
});

Deno.test("findCopies() takes linked duplicates, and no address that is not of the web", async () => {
  const Link =
    "</other.mp4>; rel=duplicate, <ftp://a/f>; rel=duplicate, <http://b.example/f>; rel=next";
  const { urls } = await found({ fields: { Link } });
  assertEquals(urls, ["/film.mp4", "/other.mp4"]);
});

Deno.test("findCopies() takes what a description lists", async () => {
  const type = "application/metalink4+xml";
  const copies = await found({
    fields: { Link: `</film.meta4>; rel=describedby; type="${type}"` },
    instead: (request) =>
      request.url.endsWith(".meta4")
        ? new Response(metalink("http://a.example/f", "https://b.example/f"))
        : request.url.includes(".multiport")
        ? new Response(null, { status: 404 })
        : undefined,
  });
  const urls = ["/film.mp4", "http://a.example/f", "https://b.example/f"];
  assertEquals(copies, { ports: [], urls, sha256: SHA256 });
});

Deno.test("findCopies() takes the other ports of an mpserver, whether it has hashed the file or not", async () => {
  const Link = '</film.meta4>; rel=describedby; type="application/metalink4+xml"';
  const info = { name: "film.mp4", size: 7, state: "listening", servers: [1, 2, "x", 0, 70_000] };
  for (const manifestReady of [true, false]) {
    const copies = await found({
      fields: { Link },
      instead: (request) =>
        request.url.endsWith("info")
          ? Response.json({ ...info, manifestReady })
          : !request.url.endsWith(".meta4")
          ? undefined
          : manifestReady
          ? new Response(metalink("http://127.0.0.1:3/film.mp4"))
          : new Response(null, { status: 503 }),
    });
    const others = manifestReady ? [3] : [1, 2];
    assertEquals(copies.urls, []);
    assertEquals(copies.ports.slice(1), others.map((port) => `http://127.0.0.1:${port}/`));
    assertEquals(copies.sha256, manifestReady ? SHA256 : undefined);
  }
});

Deno.test("findCopies() does without a description that cannot be had or used", async () => {
  for (const body of [null, "nonsense", metalink()]) {
    const copies = await found({
      fields: { Link: '<x.meta4>; rel=describedby; type="application/metalink4+xml"' },
      instead: (request) =>
        request.url.includes("film") ? undefined : new Response(body, { status: body ? 200 : 404 }),
    });
    assertEquals(copies, { ports: [], urls: ["/film.mp4"], sha256: undefined });
  }
});

Deno.test("findCopies() of the address of a Metalink are those that it lists", async () => {
  const copies = await found({
    instead: () =>
      new Response(metalink("http://a.example/f"), {
        headers: { "Content-Type": "application/metalink4+xml" },
      }),
  });
  assertEquals(copies, { ports: [], urls: ["http://a.example/f"], sha256: SHA256 });
});

Deno.test("findCopies() resolves what a Metalink lists against where it was found", async () => {
  const type = "application/metalink4+xml";
  const listed = metalink("g.iso", "/h.iso?a", "//b.example/i.iso", "");
  const document = () => new Response(listed, { headers: { "Content-Type": type } });
  const named = await found({
    instead: ({ url }) =>
      url.endsWith("/deep/f")
        ? document()
        : new Response(null, { status: 302, headers: { Location: "/deep/f" } }),
  });
  const urls = ["/deep/g.iso", "/h.iso?a", "http://b.example/i.iso"];
  assertEquals(named.urls, urls);
  const linked = await found({
    fields: { Link: `</deep/f.meta4>; rel=describedby; type="${type}"` },
    instead: ({ url }) =>
      url.endsWith(".meta4")
        ? document()
        : url.includes(".multiport")
        ? new Response(null, { status: 404 })
        : undefined,
  });
  assertEquals(linked.urls, ["/film.mp4", ...urls]);
});

Deno.test("findCopies() takes for a Metalink by its name what a server knows no type of", async () => {
  const leadsOn = async (path: string, type: string) => {
    await using server = new WebServer(CONTENT, {
      instead: () =>
        new Response(metalink("http://a.example/f"), { headers: { "Content-Type": type } }),
    });
    using discovery = new Discovery();
    const url = new URL(path, server.url());
    return (await findCopies(url, PLAIN_ACCESS, never, discovery)).isMetalink === true;
  };
  assertEquals(await leadsOn("/f.meta4", "application/octet-stream"), true);
  assertEquals(await leadsOn("/f.METALINK?a", "text/xml; charset=utf-8"), true);
  assertEquals(await leadsOn("/f.meta4", "video/mp4"), false);
  assertEquals(await leadsOn("/f.iso", "application/octet-stream"), false);
});

Deno.test("copiesOfMetalink() names what it cannot use", async () => {
  const { described, urls } = await copiesOfMetalink(bytes(metalink("http://a.example/f#x")));
  const listed = [described?.name, urls.map(({ href }) => href)];
  assertEquals(listed, ["f.iso", ["http://a.example/f"]]);
  const wrong: [document: string, words: string][] = [
    ["nonsense", "no usable Metalink"],
    ['<?xml version="1.0" encoding="x-y"?><metalink/>', "no usable Metalink"],
    [metalink(), "no address that can be used"],
    [metalink("ftp://a.example/f"), "ftp://a.example/f"],
  ];
  for (const [document, words] of wrong) {
    const { message } = await assertRejects(() => copiesOfMetalink(bytes(document)), LostError);
    assertStringIncludes(message, words);
  }
});

Deno.test("copiesOfMetalink() tells all files of one that has several, and of each the first choices first", async () => {
  const file = (name: string, urls: string) => `<file name="${name}">${urls}</file>`;
  const urls = `<url priority="9">http://c.example/f</url><url>http://d.example/f</url>
    <url priority="1">http://a.example/f</url><url priority="2">ftp://u:p@b.example/f</url>`;
  const text = `<metalink xmlns="urn:ietf:params:xml:ns:metalink">${file("a", urls)}${
    file("b", "")
  }</metalink>`;
  const { files = [], urls: none } = await copiesOfMetalink(bytes(text));
  assertEquals([files.map(({ name }) => name), none], [["a", "b"], []]);
  const [first, second] = files;
  assert(first && second);
  assertEquals(copiesListed(first).urls.map(({ host }) => host), [
    "a.example",
    "c.example",
    "d.example",
  ]);
  assertEquals(first.leftOut, ["ftp://b.example/f"]);
  assertThrows(() => copiesListed(second), LostError, "no address that can be used");
});
