import { assertEquals } from "@std/assert";
import { readRequestHead, type RequestHead } from "../../../lib/http/request_head.ts";
import { AccessToken } from "../../../lib/server/port/access_token.ts";
import { Metalink } from "../../../lib/server/port/metalink.ts";
import { HostNames } from "../../../lib/server/port/request_site.ts";
import { respond, type Served } from "../../../lib/server/port/response.ts";

const NOW = Date.UTC(2026, 0, 2);
const SERVED: Served = {
  index: 1,
  name: "f",
  size: 100,
  etag: '"v1"',
  lastModifiedMs: Date.UTC(2026, 0, 1),
  changedMs: Date.UTC(2026, 0, 1),
  state: "listening",
  names: new HostNames([], true),
  scheme: "http",
  token: undefined,
  siblings: [60000],
  manifest: { kind: "computing" },
  checkUnchanged: () => true,
};

function request(fields: Record<string, string>, method = "GET"): RequestHead {
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const text = `${method} /f HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n`;
  return readRequestHead(new TextEncoder().encode(text)) as RequestHead;
}

function answer(fields: Record<string, string>, served = SERVED, method = "GET") {
  const response = respond(request(fields, method), served, "127.0.0.1", NOW);
  const range = response.kind === "content" ? response.range : undefined;
  return { status: response.status, range, headers: Object.fromEntries(response.headers) };
}

Deno.test("respond() answers with the whole file and what identifies it", () => {
  assertEquals(answer({}), {
    status: 200,
    range: { start: 0, end: 100 },
    headers: {
      "Accept-Ranges": "bytes",
      "ETag": '"v1"',
      "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT",
      "Content-Type": "application/octet-stream",
      "X-Content-Type-Options": "nosniff",
      "Content-Disposition": 'inline; filename="f"',
      "Link": '</f.meta4>; rel=describedby; type="application/metalink4+xml"',
    },
  });
});

Deno.test("respond() answers a range with that part", () => {
  const { status, range, headers } = answer({ Range: "bytes=10-19" });
  assertEquals([status, range], [206, { start: 10, end: 20 }]);
  assertEquals(headers["Content-Range"], "bytes 10-19/100");
});

Deno.test("respond() tells how large the file is when a range lies outside", () => {
  const { status, range, headers } = answer({ Range: "bytes=100-" });
  assertEquals([status, range, headers["Content-Range"]], [416, undefined, "bytes */100"]);
});

Deno.test("respond() ignores Range in HEAD requests and behind a failed If-Range", () => {
  assertEquals(answer({ Range: "bytes=0-1" }, SERVED, "HEAD").status, 200);
  assertEquals(answer({ "Range": "bytes=0-1", "If-Range": '"v0"' }).status, 200);
  assertEquals(answer({ "Range": "bytes=0-1", "If-Range": '"v1"' }).status, 206);
});

Deno.test("respond() looks at preconditions before the range", () => {
  assertEquals(answer({ "Range": "bytes=100-", "If-Match": '"v0"' }).status, 412);
  assertEquals(answer({ "Range": "bytes=0-1", "If-None-Match": '"v1"' }).status, 304);
  assertEquals(answer({ "If-None-Match": '"v1"' }).headers["ETag"], '"v1"');
});

Deno.test("respond() gives a changed file to nobody", () => {
  const changed = { ...SERVED, checkUnchanged: () => false };
  assertEquals(answer({}, changed).status, 409);
  assertEquals(answer({ "If-Range": '"v1"', "Range": "bytes=0-1" }, changed).status, 409);
  assertEquals(answer({ "If-Match": '"v1"' }, changed).status, 412);
  assertEquals(
    answer({ "If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT" }, changed).status,
    412,
  );
  assertEquals(answer({}, changed).range, undefined);
});

Deno.test("respond() tells nothing to who was led here by another name", () => {
  const misled = { ...request({}), host: "evil.example" };
  for (const target of ["/f", "/f.meta4", "/", "/.multiport/info", "/.multiport/events", "/x"]) {
    const response = respond({ ...misled, target }, SERVED, "127.0.0.1", NOW);
    assertEquals([response.kind, response.status], ["document", 421], target);
  }
});

Deno.test("respond() tells where the digests are with every answer for the file", () => {
  const link = '</f.meta4>; rel=describedby; type="application/metalink4+xml"';
  const requests: Record<string, string>[] = [
    {} as Record<string, string>,
    { Range: "bytes=0-1" },
    { Range: "bytes=100-" },
    { "If-None-Match": '"v1"' },
    { "If-Match": '"v0"' },
  ];
  const answers = requests.map((fields) => answer(fields));
  assertEquals(answers.map(({ status }) => status), [200, 206, 416, 304, 412]);
  for (const { headers } of answers) assertEquals(headers["Link"], link);
  const withheld = answer({}, { ...SERVED, manifest: { kind: "withheld" } });
  assertEquals(withheld.headers["Link"], undefined);
});

Deno.test("respond() tells what the file is called, whatever its name is made of", () => {
  const disposition = (name: string) =>
    Object.fromEntries(
      respond({ ...request({}), target: "/" }, { ...SERVED, name }, "127.0.0.1", NOW).headers,
    )["Content-Disposition"];
  assertEquals(disposition("a b.mp4"), 'inline; filename="a b.mp4"');
  assertEquals(disposition('a"b\\c'), `inline; filename="a_b_c"; filename*=UTF-8''a%22b%5Cc`);
  assertEquals(
    disposition("ü%41'(*"),
    `inline; filename="__41'(*"; filename*=UTF-8''%C3%BC%2541%27%28%2A`,
  );
  assertEquals(/[^ -~]/.test(disposition("a\r\nb\ud800") ?? ""), false);
});

Deno.test("respond() wants the token where there is one, and takes it in two forms", () => {
  const served = { ...SERVED, token: new AccessToken("secret-1") };
  const basic = `Basic ${btoa("anybody:secret-1")}`;
  for (const right of ["Bearer secret-1", "bearer  secret-1", basic]) {
    assertEquals(answer({ Authorization: right }, served).status, 200, right);
  }
  const wrong = [
    {} as Record<string, string>,
    { Authorization: "secret-1" },
    { Authorization: "Bearer secret-2" },
    { Authorization: "Bearer secret-1x" },
    { Authorization: "Bearer" },
    { Authorization: `Basic ${btoa("secret-1")}x` },
    { Authorization: `Basic ${btoa("secret-1:")}` },
    { Authorization: "Basic %%" },
    { Authorization: "Digest secret-1" },
  ];
  for (const fields of wrong) {
    for (const target of ["/f", "/", "/f.meta4", "/.multiport/info", "/.multiport/events", "/x"]) {
      const response = respond({ ...request(fields), target }, served, "127.0.0.1", NOW);
      assertEquals(response.status, 401, `${fields.Authorization} ${target}`);
      const challenges = response.headers.filter(([name]) => name === "WWW-Authenticate");
      assertEquals(challenges.map(([, value]) => value.split(" ")[0]), ["Bearer", "Basic"]);
    }
  }
});

Deno.test("respond() names the digest of the whole file, also for a part", () => {
  const sha256 = "00".repeat(31) + "ff";
  const manifest = { name: "f", size: 100, sha256, pieceLength: 1024, pieces: [sha256] };
  const metalink = new Metalink(manifest, sha256, []);
  const served: Served = { ...SERVED, manifest: { kind: "ready", metalink } };
  const { headers } = answer({ Range: "bytes=0-1" }, served);
  assertEquals(headers["Repr-Digest"], "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8=:");
});
