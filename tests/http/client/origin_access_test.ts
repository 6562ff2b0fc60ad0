import { assertEquals } from "@std/assert";
import { type AccessSettings, OriginAccess } from "../../../lib/http/client/origin_access.ts";
import { basic } from "../../../lib/http/client/proxy_rules.ts";

const NAMED = new URL("https://files.example/a.iso");

/** Other origins, each different in one thing, and what a server could redirect to. */
const OTHERS = [
  "http://files.example/a.iso",
  "https://files.example:8443/a.iso",
  "https://cdn.files.example/a.iso",
  "https://files.example.evil.test/a.iso",
  "https://evil.test/files.example/a.iso",
].map((url) => new URL(url));

function authorizationOf(settings: Partial<AccessSettings>, url = NAMED): string | undefined {
  return new OriginAccess({ urls: [NAMED], ...settings }).fields(url)["Authorization"];
}

Deno.test("OriginAccess sends what it sends to everybody, and nothing else", () => {
  const access = new OriginAccess({ urls: [NAMED] });
  for (const url of [NAMED, ...OTHERS]) {
    assertEquals(access.fields(url), { "Accept-Encoding": "identity", "User-Agent": "mpclient" });
    assertEquals(access.endpoint(url).proxy, undefined);
  }
});

Deno.test("OriginAccess sends credentials to the origins that they were given for, and to no other", () => {
  const user = { user: "me", password: "secret" };
  const withUser = new URL("https://you:hidden@files.example/a.iso");
  const cases: [settings: Partial<AccessSettings>, expected: string][] = [
    [{ user }, basic("me", "secret")],
    [{ token: "t0ken" }, "Bearer t0ken"],
    [{ urls: [withUser] }, basic("you", "hidden")],
    [{ urls: [withUser], user, token: "t0ken" }, basic("you", "hidden")],
    [{ user, token: "t0ken" }, basic("me", "secret")],
    [{ headers: [{ name: "authorization", value: "Custom x" }], user }, "Custom x"],
    [{ netrc: [{ machine: undefined, login: "any", password: "p" }] }, basic("any", "p")],
  ];
  for (const [settings, expected] of cases) {
    const access = new OriginAccess({ urls: [NAMED], ...settings });
    const valuesFor = (url: URL) => Object.values(access.fields(url));
    assertEquals(valuesFor(NAMED).includes(expected), true, expected);
    for (const url of OTHERS) assertEquals(valuesFor(url).length, 2, `${url} with ${expected}`);
  }
});

Deno.test("OriginAccess sends the credentials of an address wherever its origin redirects to within itself", () => {
  const urls = [new URL("https://me:s%40crit@files.example/old")];
  assertEquals(authorizationOf({ urls }), basic("me", "s@crit"));
});

Deno.test("OriginAccess lets fields that were given take the place of its own", () => {
  const headers = [
    { name: "user-agent", value: "curl/8" },
    { name: "X-Key", value: "k" },
  ];
  const access = new OriginAccess({ urls: [NAMED], headers });
  assertEquals(access.fields(NAMED), {
    "Accept-Encoding": "identity",
    "user-agent": "curl/8",
    "X-Key": "k",
  });
  for (const url of OTHERS) assertEquals("X-Key" in access.fields(url), false);
});

Deno.test("OriginAccess takes from netrc what belongs to a machine", () => {
  const netrc = [
    { machine: "files.example", login: "me", password: "p" },
    { machine: "other.example", login: "me", password: "q" },
  ];
  const expected: [url: string, password: string | undefined][] = [
    ["https://files.example/a", "p"],
    ["https://other.example/a", "q"],
    // Nobody named these: whoever redirects to them may be able to listen there.
    ["https://other.example:8443/a", undefined],
    ["http://other.example/a", undefined],
    ["https://third.example/a", undefined],
  ];
  for (const [url, password] of expected) {
    const authorization = password === undefined ? undefined : basic("me", password);
    assertEquals(authorizationOf({ netrc }, new URL(url)), authorization, url);
  }
  const urls = [new URL("http://other.example:8080/a")];
  assertEquals(authorizationOf({ netrc, urls }, urls[0]), basic("me", "q"));
});

Deno.test("OriginAccess tells where credentials would go over the network unprotected", () => {
  const urls = ["http://a.example/x", "http://127.0.0.1:8000/x", "https://b.example/x"];
  const access = (more: Partial<AccessSettings>) =>
    new OriginAccess({ urls: urls.map((url) => new URL(url)), ...more });
  assertEquals(access({}).exposed, []);
  assertEquals(access({ token: "t" }).exposed, ["http://a.example"]);
  assertEquals(access({ headers: [{ name: "Referer", value: "x" }] }).exposed, []);
  assertEquals(access({ headers: [{ name: "X-Api-Key", value: "x" }] }).exposed, [
    "http://a.example",
  ]);
});

Deno.test("OriginAccess trusts certificates over https, and uses the proxy that fits", () => {
  const access = new OriginAccess({
    urls: [NAMED],
    caCerts: () => ["PEM"],
    proxies: { https: new URL("http://p.example:3128") },
  });
  assertEquals(access.endpoint(NAMED), {
    scheme: "https",
    host: "files.example",
    port: 443,
    caCerts: ["PEM"],
    proxy: { host: "p.example", port: 3128 },
  });
  assertEquals(access.endpoint(new URL("http://files.example/a")).caCerts, undefined);
});
