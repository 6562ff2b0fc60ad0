import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OriginAccess } from "../../lib/http/client/origin_access.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { MAX_REDIRECTS } from "../../lib/sources/limits.ts";
import { shown } from "../../lib/http/client/exchange.ts";
import { fetchDocument, PLAIN_ACCESS, type Probe, probe } from "../../lib/sources/probe.ts";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { WebServer } from "../../testing/web_server.ts";
import { ScriptedServer } from "./scripted_server.ts";

const never = new AbortController().signal;

/** Heads that a server answers with, one after the other; the path it was asked for may be put in. */
type Answers = readonly string[];

/** What a probe of `/f.iso` comes to when its requests are answered in turn. */
async function probed(answers: Answers): Promise<{ found: Promise<Probe>; requests: string[] }> {
  await using server = new ScriptedServer();
  const url = new URL(`http://127.0.0.1:${server.port}/pub/f.iso?x=1`);
  const found = probe(url, PLAIN_ACCESS, never);
  found.catch(() => {}); // It may fail while the server has still something to do.
  const requests: string[] = [];
  for (const answer of answers) {
    const peer = await server.peer();
    requests.push(await peer.request() ?? "");
    await peer.send(`HTTP/1.1 ${answer.replaceAll("PORT", `${server.port}`)}\r\n\r\n`);
  }
  await found.catch(() => {});
  return { found, requests };
}

async function refused(answers: Answers, words: string): Promise<LostError> {
  const { found } = await probed(answers);
  const error = await assertRejects(() => found, LostError);
  assertStringIncludes(error.message, words);
  return error;
}

const PART = "206 X\r\nContent-Length: 1\r\nContent-Range: bytes 0-0/1000";

Deno.test("probe() asks for the first byte, as it is, and learns how many there are", async () => {
  const { found, requests: [request = ""] } = await probed([PART]);
  assert(request.startsWith("GET /pub/f.iso?x=1 HTTP/1.1\r\n"));
  assertStringIncludes(request, "\r\nRange: bytes=0-0\r\n");
  assertStringIncludes(request, "\r\nAccept-Encoding: identity\r\n");
  const { size, rangeless } = await found;
  assertEquals({ size, rangeless }, { size: 1000, rangeless: false });
});

Deno.test("probe() knows an empty file, and one that comes whole only", async () => {
  const empty = await (await probed(["416 X\r\nContent-Range: bytes */0"])).found;
  assertEquals([empty.size, empty.rangeless], [0, false]);
  const whole = await (await probed(["200 X\r\nContent-Length: 77"])).found;
  assertEquals([whole.size, whole.rangeless], [77, true]);
});

Deno.test("probe() learns the size from a longer part, as S3rver sends it for the first byte", async () => {
  const longer = "206 X\r\nContent-Length: 77\r\nContent-Range: bytes 0-76/77";
  const { size, rangeless } = await (await probed([longer])).found;
  assertEquals([size, rangeless], [77, false]);
});

Deno.test("probe() learns the size from the end of a file where the server does not say it", async () => {
  const part = (range: string) => `206 X\r\nContent-Range: bytes ${range}`;
  const ways: [answers: Answers, asked: string[]][] = [
    [[part("0-0/*"), part("999-999/*")], ["bytes=0-0", "bytes=-1"]],
    [[part("0-0/*"), part("999-999/1000")], ["bytes=0-0", "bytes=-1"]],
    // It takes a range that has no start for one that has no end, or does not know it.
    [[part("0-0/*"), part("0-1/*"), part("0-999/*")], ["bytes=0-0", "bytes=-1", "bytes=0-"]],
    [
      [part("0-0/*"), "416 X", "200 X\r\nContent-Length: 1000"],
      ["bytes=0-0", "bytes=-1", "bytes=0-"],
    ],
  ];
  for (const [answers, asked] of ways) {
    const { found, requests } = await probed(answers);
    assertEquals(requests.map((head) => /^Range: (.*)\r$/im.exec(head)?.[1]), asked);
    const { size, rangeless } = await found;
    assertEquals([size, rangeless], [1000, false]);
  }
  await refused([part("0-0/*"), "416 X", "416 X"], "how large");
});

Deno.test("probe() asks once more where a server says that it serves parts, and sends the whole file", async () => {
  const whole = "200 X\r\nContent-Length: 1000\r\nAccept-Ranges: bytes";
  for (const [second, isRangeless] of [[PART, false], [whole, true]] as const) {
    const { size, rangeless } = await (await probed([whole, second])).found;
    assertEquals([size, rangeless], [1000, isRangeless]);
  }
});

Deno.test("probe() takes no answer that does not say what there is", async () => {
  const wrong: [answer: string, words: string][] = [
    ["206 X\r\nContent-Range: bytes 1-1/1000", "another part"],
    ["206 X", "another part"],
    ["200 X\r\nTransfer-Encoding: chunked", "how large"],
    ["200 X\r\nContent-Length: 5\r\nContent-Encoding: gzip", "another encoding (gzip)"],
    ["416 X\r\nContent-Range: bytes */9", "status 416"],
    ["404 X", "status 404"],
    ["401 X", "status 401: it wants credentials, or others"],
    ["302 X", "status 302 to nowhere"],
  ];
  for (const [answer, words] of wrong) assert((await refused([answer], words)).final, answer);
  for (const status of [408, 500, 502]) {
    assert(!(await refused([`${status} X`], `status ${status}`)).final);
  }
});

Deno.test("probe() follows redirects: relative, to another path, to another host", async () => {
  const { found, requests } = await probed([
    "302 X\r\nLocation: g.iso#top",
    "307 X\r\nLocation: /other/h.iso?y=2",
    "308 X\r\nLocation: http://localhost:PORT/i.iso",
    PART,
  ]);
  const paths = requests.map((request) => request.split(" ")[1]);
  assertEquals(paths, ["/pub/f.iso?x=1", "/pub/g.iso", "/other/h.iso?y=2", "/i.iso"]);
  const { url } = await found;
  assertEquals([url.hostname, url.pathname], ["localhost", "/i.iso"]);
});

Deno.test("probe() asks where a redirect leads over the same connection, if that is kept", async () => {
  for (const isKept of [true, false]) {
    await using server = new ScriptedServer();
    const found = probe(new URL(`http://127.0.0.1:${server.port}/f.iso`), PLAIN_ACCESS, never);
    found.catch(() => {});
    let peer = await server.peer();
    await peer.request();
    await peer.send("HTTP/1.1 302 X\r\nLocation: g.iso\r\nContent-Length: 4\r\n\r\npage");
    if (!isKept) {
      peer.close();
      peer = await server.peer();
    }
    assertStringIncludes(await peer.request() ?? "", "GET /g.iso HTTP/1.1");
    await peer.send(`HTTP/1.1 ${PART}\r\n\r\n`);
    assertEquals((await found).size, 1000);
    assertEquals(server.connections, isKept ? 1 : 2);
  }
});

Deno.test("probe() names a circle of redirects, and does not follow too many", async () => {
  const circle = await refused(
    ["302 X\r\nLocation: /a", "302 X\r\nLocation: /b", "302 X\r\nLocation: /a"],
    "redirects go round in a circle",
  );
  assert(/\/pub\/f\.iso\?… → \S+\/a → \S+\/b → \S+\/a$/.test(circle.message), circle.message);
  const many = Array.from({ length: MAX_REDIRECTS + 1 }, (_, at) => `302 X\r\nLocation: /${at}`);
  await refused(many, `more than ${MAX_REDIRECTS} redirects`);
});

Deno.test("probe() goes nowhere but to http and https", async () => {
  await refused(["302 X\r\nLocation: ftp://a.example/f"], "ftp:, which is neither http nor https");
  await refused(["302 X\r\nLocation: file:///etc/passwd"], "no valid address");
  await refused(["302 X\r\nLocation: http://"], "no valid address");
});

Deno.test("probe() does not leave https for http", async () => {
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["IP:127.0.0.1"]);
  await using plain = new WebServer(new Uint8Array(7));
  await using secure = new WebServer(new Uint8Array(7), {
    certificate,
    instead: () => new Response(null, { status: 302, headers: { Location: plain.url() } }),
  });
  const url = new URL(secure.url());
  const access = new OriginAccess({ urls: [url], caCerts: () => [authority.pem] });
  using _idle = access.idle;
  const error = await assertRejects(() => probe(url, access, never), LostError);
  assertEquals(
    [error.message, error.final],
    [`it redirects from https to ${plain.url()}, which is not protected`, true],
  );
  assertEquals(plain.requests.length, 0);
});

Deno.test("probe() tells a server that is too busy, and for how long", async () => {
  const { loss } = await refused(["503 X\r\nRetry-After: 7"], "status 503");
  assertEquals(loss, { kind: "busy", retryAfterMs: 7_000 });
  assertEquals((await refused(["429 X"], "429")).loss, { kind: "busy", retryAfterMs: undefined });
});

Deno.test("probe() does not hold what a place says that was redirected to against the first one", async () => {
  for (const status of [401, 403, 404, 410]) {
    const { loss, final } = await refused(
      ["302 X\r\nLocation: /signed", `${status} X`],
      `status ${status} behind a redirect`,
    );
    assertEquals([loss.kind, final], ["moved", false]);
  }
});

Deno.test("probe() ends when it is told to", async () => {
  await using server = new ScriptedServer();
  const url = new URL(`http://127.0.0.1:${server.port}/`);
  const stop = new AbortController();
  const found = probe(url, PLAIN_ACCESS, stop.signal);
  await (await server.peer()).request();
  stop.abort();
  await assertRejects(() => found);
  await assertRejects(
    () => probe(url, PLAIN_ACCESS, AbortSignal.timeout(60_000), 20),
    Error,
    "no answer",
  );
});

Deno.test("shown() leaves out what grants access", () => {
  const url = new URL("https://user:secret@a.example:8443/f.iso?X-Amz-Signature=1234");
  assertEquals(shown(url), "https://a.example:8443/f.iso?…");
  assertEquals(shown(new URL("http://a.example/f")), "http://a.example/f");
});

Deno.test("fetchDocument() gives up on a document that comes steadily and never ends", async () => {
  await using server = new ScriptedServer();
  const url = new URL(`http://127.0.0.1:${server.port}/f.meta4`);
  const fetched = fetchDocument(url, PLAIN_ACCESS, never, 1_000_000, 100);
  fetched.catch(() => {});
  const peer = await server.peer();
  await peer.request();
  await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  const drip = setInterval(() => peer.send(" ").catch(() => {}), 5);
  await assertRejects(() => fetched, Deno.errors.TimedOut);
  clearInterval(drip);
});
