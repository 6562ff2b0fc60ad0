import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { MultiportError } from "../../lib/multiport_error.ts";
import { readManifest } from "../../lib/content/metalink_manifest.ts";
import { serve } from "../../lib/server/serve.ts";
import { RawClient } from "./port/raw_client.ts";
import { TestServers } from "./test_servers.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";

const CONTENT = randomBytes(2 * 1024 * 1024 + 3);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

async function refused(start: Promise<unknown>, kind: string, why: string): Promise<void> {
  const error = await assertRejects(() => start, MultiportError, why);
  assertEquals([error.code, error.message.includes("\n")], [kind, false]);
}

async function json(servers: TestServers, index: number, path: string) {
  return await (await fetch(servers.url(index, path))).json();
}

Deno.test("serve() serves the file on every port, and says where", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path], ports: [0, 0, 0] });
  const listening = await servers.told(({ type }) => type === "listening");
  assertEquals(listening, {
    type: "listening",
    servers: servers.serving.all.map(({ index, address }) => ({
      index,
      address,
      file: file.path,
      size: CONTENT.length,
    })),
  });
  for (const { index, name } of servers.serving.all) {
    const response = await fetch(servers.url(index, "/"));
    assertEquals(new Uint8Array(await response.arrayBuffer()), CONTENT);
    assertEquals(name, file.name);
  }
});

Deno.test("serve() refuses what makes no sense, before it starts anything", async () => {
  await using file = await temporaryFile(CONTENT);
  const files = [file.path];
  await refused(TestServers.start({ files, ports: [] }), "usage", "no port");
  await refused(TestServers.start({ files, ports: [70000] }), "usage", "70000");
  await refused(TestServers.start({ files, ports: [60000, 60000] }), "usage", "twice");
  await refused(TestServers.start({ files: [...files, ...files], ports: [0] }), "usage", "2 files");
  await refused(TestServers.start({ files, allow: ["nobody"] }), "usage", "nobody");
  await refused(TestServers.start({ files, limitRate: 0 }), "usage", "rate");
  await refused(TestServers.start({ files: [file.path + "x"] }), "no-file", "no such file");
});

Deno.test("serve() takes all ports or none, and names the one that is taken", async () => {
  await using file = await temporaryFile(CONTENT);
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const ports = [taken.addr.port, free.addr.port];
  free.close();
  await refused(
    TestServers.start({ files: [file.path], ports }),
    "port-taken",
    `port ${taken.addr.port} is taken`,
  );
  Deno.listen({ hostname: "127.0.0.1", port: free.addr.port }).close();
});

Deno.test("serve() refuses an address that is not one of this machine", async () => {
  await using file = await temporaryFile(CONTENT);
  const start = TestServers.start({ files: [file.path], bind: "192.0.2.1" });
  await refused(start, "no-such-address", "no such address");
});

/** Whether this machine speaks IPv6. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test({
  name: "serve() listens on all addresses, and knows IPv4 clients there for what they are",
  ignore: !hasIpv6(),
  fn: async () => {
    await using file = await temporaryFile(CONTENT);
    const options = { files: [file.path], ports: [0], bind: "::", allow: ["127.0.0.1"] };
    await using servers = await TestServers.start(options);
    await servers.hashed();
    const url = `http://127.0.0.1:${servers.port(1)}/ein%20film.mp4`;
    assertEquals((await (await fetch(url)).arrayBuffer()).byteLength, CONTENT.length);
    assertStringIncludes(await (await fetch(`${url}.meta4`)).text(), `<url>${url}</url>`);
    const [server] = servers.serving.all;
    assertEquals(server?.address, `[::]:${servers.port(1)}`);
    const ipv6 = await Deno.connect({ hostname: "::1", port: servers.port(1) });
    assertEquals(await ipv6.read(new Uint8Array(1)), null);
    ipv6.close();
  },
});

Deno.test({
  name: "serve() listens in both families for everybody, and by itself for this machine",
  ignore: !hasIpv6(),
  fn: async () => {
    await using file = await temporaryFile(CONTENT);
    for (const allow of [["any"], undefined]) {
      const options = { files: [file.path], ports: [0], bind: undefined, allow };
      await using servers = await TestServers.start(options);
      for (const host of ["127.0.0.1", "[::1]"]) {
        const response = await fetch(`http://${host}:${servers.port(1)}/`);
        assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
      }
    }
  },
});

Deno.test("Servers computes the manifest, which every server then gives out", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path] });
  await servers.hashed();
  for (const { index } of servers.serving.all) {
    const info = await json(servers, index, "/.multiport/info");
    const response = await fetch(servers.url(index, `/${encodeURIComponent(file.name)}.meta4`));
    const text = await response.text();
    const manifest = await readManifest(text);
    const pieces = Uint8Array.from(manifest.pieces.flatMap((digest) => [...hexBytes(digest)]));
    const piecesSha256 = createHash("sha256").update(pieces).digest("hex");
    assertEquals(info.manifest, { sha256: SHA256, pieceLength: 1024 * 1024, piecesSha256 });
    assertEquals(info.servers, [servers.port(1), servers.port(2)]);
    assertEquals([manifest.sha256, manifest.size], [SHA256, CONTENT.length]);
    for (const port of info.servers) {
      assertStringIncludes(text, `<url>http://127.0.0.1:${port}/ein%20film.mp4</url>`);
    }
    const head = await fetch(servers.url(index, "/ein%20film.mp4"), { method: "HEAD" });
    const base64 = btoa(String.fromCharCode(...hexBytes(SHA256)));
    assertEquals(head.headers.get("repr-digest"), `sha-256=:${base64}:`);
  }
});

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

Deno.test("Servers lists only servers with an identical copy in a manifest, while they live", async () => {
  await using one = await temporaryFile(CONTENT, "one.mp4");
  await using copy = await temporaryFile(CONTENT, "copy.mp4");
  await using other = await temporaryFile(randomBytes(10), "other.mp4");
  const files = [one.path, copy.path, other.path];
  await using servers = await TestServers.start({ files, ports: [0, 0, 0] });
  await servers.hashed(3);
  const urls = async () => {
    const text = await (await fetch(servers.url(1, "/one.mp4.meta4"))).text();
    return text.match(/(?<=<url>)[^<]*/g);
  };
  assertEquals(await urls(), [servers.url(1, "/one.mp4"), servers.url(2, "/copy.mp4")]);
  servers.serving.pause(2);
  servers.serving.terminate(2);
  await servers.toldState(2, "terminated");
  assertEquals(await urls(), [servers.url(1, "/one.mp4")]);
});

Deno.test("Servers pauses and resumes one server, and the others go on", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path] });
  assertEquals(servers.serving.resume(1), "not paused");
  assertEquals(servers.serving.pause(1), "paused");
  assertEquals(servers.serving.pause(1), "already paused");
  assertEquals(servers.serving.pause(3), "unknown");
  await servers.toldState(1, "paused");
  assertEquals(servers.serving.status().map(({ state }) => state), ["paused", "listening"]);
  using waiting = await servers.connect(1);
  await waiting.ask("/ein%20film.mp4");
  await waiting.head();
  const other = await fetch(servers.url(2, "/"));
  assertEquals((await other.arrayBuffer()).byteLength, CONTENT.length);
  assertEquals(servers.serving.resume(1), "resumed");
  assertEquals(await waiting.bytes(CONTENT.length), CONTENT);
});

Deno.test("Servers terminates a server only after it was paused, and is finished with the last", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path] });
  assertEquals(servers.serving.terminate(1), "not paused");
  assertEquals(servers.serving.terminate(9), "unknown");
  for (const index of [1, 2]) {
    servers.serving.pause(index);
    assertEquals(servers.serving.terminate(index), "terminated");
    assertEquals(servers.serving.terminate(index), "already terminated");
    assertEquals(servers.serving.pause(index), "already terminated");
    assertEquals(servers.serving.resume(index), "already terminated");
    await servers.toldState(index, "terminated");
  }
  await servers.serving.finished;
  assertEquals(servers.serving.status().map(({ state, alive }) => [state, alive]), [
    ["terminated", false],
    ["terminated", false],
  ]);
  await assertRejects(() => servers.connect(1), Deno.errors.ConnectionRefused);
});

Deno.test("Servers tells figures: bytes, rate and clients", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path] });
  using client = await servers.connect(2);
  await client.ask("/ein%20film.mp4");
  await client.answer();
  client.close();
  const served = await servers.told(({ type }) => type === "served");
  assert(served.type === "served" && served.client.startsWith("127.0.0.1:"));
  assertEquals([served.index, served.bytes], [2, CONTENT.length]);
  let [first, second] = servers.serving.status();
  while (second?.sent !== CONTENT.length || !second.alive || !first?.alive || second.clients > 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    [first, second] = servers.serving.status();
  }
  assertEquals([first.sent, first.rate, first.state], [0, 0, "listening"]);
});

Deno.test("Servers with `once` ends after one client took the whole file from several ports", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await TestServers.start({ files: [file.path], once: true });
  for (const [index, range] of [[1, "bytes=0-999999"], [2, "bytes=1000000-"]] as const) {
    using client = await servers.connect(index);
    await client.ask("/ein%20film.mp4", { Range: range });
    await client.answer();
  }
  await servers.serving.finished;
  await assertRejects(() => servers.connect(1), Deno.errors.ConnectionRefused);
});

Deno.test("Servers withholds the manifest of a file that changes while it is hashed", async () => {
  await using file = await temporaryFile(randomBytes(64 * 1024 * 1024));
  await using servers = await TestServers.start({ files: [file.path], ports: [0] });
  file.change();
  const notice = await servers.told(({ type }) => type === "notice");
  assert(notice.type === "notice" && notice.message.includes("was changed"), notice.type);
  const path = `/${encodeURIComponent(file.name)}.meta4`;
  let status = 503;
  while (status === 503) {
    const response = await fetch(servers.url(1, path));
    status = response.status;
    await response.body?.cancel();
  }
  assertEquals(status, 409);
});

Deno.test("Servers.close() ends everything, whatever is under way", async () => {
  await using file = await temporaryFile(randomBytes(16 * 1024 * 1024));
  await using servers = await TestServers.start({ files: [file.path] });
  const clients = await Promise.all([1, 2].map((index) => RawClient.connect(servers.port(index))));
  for (const client of clients) {
    await client.ask("/ein%20film.mp4");
    await client.head();
  }
  await servers.serving.close();
  await servers.serving.finished;
  for (const client of clients) client.close();
});

Deno.test("serve() is told of no event after one that its listener throws at, and ends with that", async () => {
  await using file = await temporaryFile(CONTENT);
  const files = [file.path];
  const error = new TypeError("x is not a function");
  let told = 0;
  const onEvent = () => {
    told += 1;
    throw error;
  };
  const starting = serve({ files, ports: [0], onEvent });
  assertStrictEquals(await assertRejects(() => starting), error);
  assertEquals(told, 1);
  const later = await serve({
    files,
    ports: [0],
    onEvent(event) {
      if (event.type === "manifest") throw error;
    },
  });
  assertStrictEquals(await assertRejects(() => later.finished), error);
  assertStrictEquals(await assertRejects(() => Array.fromAsync(later.events)), error);
  await later.close();
});

Deno.test("serve() ends by its signal, by being disposed of, and when it is closed", async () => {
  await using file = await temporaryFile(CONTENT);
  const options = { files: [file.path], ports: [0, 0] };
  const stop = new AbortController();
  const servers = await serve({ ...options, signal: stop.signal });
  assertEquals([servers.isLocal, servers.all.length], [true, 2]);
  const [{ url = "" } = {}] = servers.all;
  assertEquals(await (await fetch(url)).bytes(), CONTENT);
  stop.abort();
  await servers.finished;
  const late = serve({ ...options, signal: stop.signal });
  assertStrictEquals(await assertRejects(() => late), stop.signal.reason);
  let finished: Promise<void>;
  let types: Promise<string[]>;
  {
    await using disposed = await serve(options);
    ({ finished } = disposed);
    types = Array.fromAsync(disposed.events, ({ type }) => type);
    disposed.pause(1);
  }
  await finished;
  assert((await types).includes("server"));
});
