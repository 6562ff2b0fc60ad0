import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import type { ClientEvent } from "../../lib/ui/client/client_event.ts";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Program } from "../../testing/program.ts";
import { Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { TunnelProxy } from "../../testing/web_proxy.ts";
import { WebServer } from "../../testing/web_server.ts";

const CONTENT = new Uint8Array(3_000_000).map((_, at) => at * 31 + (at >> 8));
const SECRETS = ["hunter2", btoa("me:hunter2"), "t0ken-of-mine", "k3y-of-mine"];

class UrlClient extends Program<ClientEvent> {
  constructor(
    output: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ) {
    const clean = { http_proxy: "", https_proxy: "", all_proxy: "", HTTP_PROXY: "" };
    super("mpclient", ["-o", output, "--json", ...args], {
      stdin: "null",
      env: { ...clean, HTTPS_PROXY: "", ALL_PROXY: "", ...env },
    });
  }

  get said(): string {
    return [...this.stdout.entries, ...this.stderr.entries].join("\n");
  }
}

function withUser(url: string): string {
  return url.replace("://", "://me:hunter2@");
}

const WAYS: [name: string, args: (url: string, folder: string) => string[], header: string][] = [
  ["--user", (url) => ["--user", "me:hunter2", url], "authorization"],
  ["userinfo", (url) => [withUser(url)], "authorization"],
  ["--header", (url) => ["--header", "X-Api-Key: k3y-of-mine", url], "x-api-key"],
  ["--token-file", (url, folder) => ["--token-file", `${folder}/token`, url], "authorization"],
  ["--netrc", (url) => ["--netrc", url], "authorization"],
];

for (const [name, argsFor, header] of WAYS) {
  Deno.test(`mpclient sends what ${name} gives to the origin it is for, and shows it to nobody`, async () => {
    await using scratch = await Scratch.make();
    Deno.writeTextFileSync(scratch.path("token"), "t0ken-of-mine\n");
    Deno.writeTextFileSync(scratch.path("netrc"), "machine 127.0.0.1 login me password hunter2\n");
    await using other = new WebServer(CONTENT);
    // The first request goes on to another origin, which may be anybody's; content is fetched there.
    await using named = new WebServer(CONTENT, {
      instead: () => Response.redirect(other.url("/moved.bin"), 302),
    });
    const args = argsFor(named.url(), scratch.folder);
    const env = { NETRC: scratch.path("netrc") };
    await using client = new UrlClient(scratch.path("copy"), args, env);
    await client.exits(0);
    assertGreater(named.requests.length, 0);
    for (const { headers } of named.requests) assertEquals(headers.has(header), true);
    assertGreater(other.requests.length, 1);
    for (const secret of SECRETS) {
      assertEquals([other.transcript.includes(secret), client.said.includes(secret)], [
        false,
        false,
      ]);
    }
    assertEquals(Deno.readFileSync(scratch.path("copy")), CONTENT);
  });

  Deno.test(`mpclient sends what ${name} gives to no origin that it was led to`, async () => {
    await using scratch = await Scratch.make();
    Deno.writeTextFileSync(scratch.path("token"), "t0ken-of-mine\n");
    Deno.writeTextFileSync(scratch.path("netrc"), "machine 127.0.0.1 login me password hunter2\n");
    await using other = new WebServer(CONTENT);
    const fields = { Link: `<${other.url()}>; rel=duplicate` };
    await using named = new WebServer(CONTENT, { fields });
    const args = argsFor(named.url(), scratch.folder);
    const env = { NETRC: scratch.path("netrc") };
    await using client = new UrlClient(scratch.path("copy"), args, env);
    await client.exits(0);
    assertGreater(other.requests.length, 0);
    assertEquals(other.requests.filter(({ headers }) => headers.has(header)), []);
    assertEquals(SECRETS.filter((secret) => other.transcript.includes(secret)), []);
  });

  Deno.test(`mpclient keeps what ${name} gives out of errors and out of what it leaves`, async () => {
    await using scratch = await Scratch.make();
    Deno.writeTextFileSync(scratch.path("token"), "t0ken-of-mine\n");
    Deno.writeTextFileSync(scratch.path("netrc"), "machine 127.0.0.1 login me password hunter2\n");
    let isOver = false;
    await using named = new WebServer(CONTENT, {
      instead: ({ headers }) => {
        if (isOver) return new Response("no", { status: 403 });
        isOver = headers.get("range") !== "bytes=0-0";
        return undefined;
      },
    });
    const args = [...argsFor(named.url(), scratch.folder), "--stall-timeout", "0.3"];
    const env = { NETRC: scratch.path("netrc") };
    await using client = new UrlClient(scratch.path("copy"), args, env);
    await client.end();
    for (const left of await scratch.names()) {
      if (left === "token" || left === "netrc") continue;
      const text = new TextDecoder("latin1").decode(Deno.readFileSync(scratch.path(left)));
      for (const secret of SECRETS) assertEquals(text.includes(secret), false, left);
    }
    for (const secret of SECRETS) assertEquals(client.said.includes(secret), false, client.said);
  });
}

Deno.test("mpclient shows no password of a URL that it cannot use", async () => {
  await using scratch = await Scratch.make();
  const bad = ["ftp://me:hunter2@a.example/x", "http://me:hunter2@:99999/", "http://me:hunter2@[/"];
  for (const url of bad) {
    await using client = new UrlClient(scratch.path("copy"), [url]);
    await client.exits(2);
    assertEquals(client.said.includes("hunter2"), false, client.said);
  }
  const url = "http://me:hunter2@a.example/x";
  await using client = new UrlClient(scratch.path("copy"), [url, url]);
  await client.exits(2);
  assertEquals(client.said.includes("hunter2"), false, client.said);
});

Deno.test("mpclient gives mpservers the token that they want", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.bin", 9_000_000);
  Deno.writeTextFileSync(scratch.path("token"), "t0ken-of-mine\n");
  const more = ["--token-file", scratch.path("token")];
  await using server = await Server.start([file], { at: 2, more });
  const ports = ["-p", ...server.addresses];
  await using stranger = new UrlClient(scratch.path("none"), [...ports, "--wait", "2"]);
  await stranger.exits(3);
  assertMatch(stranger.said, /it wants a token/);
  const env = { MULTIPORT_TOKEN: "t0ken-of-mine" };
  await using client = new UrlClient(scratch.path("copy"), ports, env);
  await client.exits(0);
  assertEquals(client.said.includes("t0ken-of-mine"), false);
  assertEquals(Deno.readFileSync(scratch.path("copy")), Deno.readFileSync(file));
});

Deno.test("mpclient speaks TLS to whom it can trust, and to nobody else", async () => {
  await using scratch = await Scratch.make();
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["IP:127.0.0.1", "DNS:localhost"]);
  await using server = new WebServer(CONTENT, { certificate });
  await using stranger = new UrlClient(scratch.path("none"), [server.url(), "--wait", "1"]);
  await stranger.exits(3);
  assertMatch(
    stranger.said,
    /comes from nobody who is trusted; name whom you trust with --ca FILE/,
  );
  await using client = new UrlClient(scratch.path("a"), ["--ca", authority.path, server.url()]);
  await client.exits(0);
  const env = { SSL_CERT_FILE: authority.path };
  await using other = new UrlClient(scratch.path("b"), [server.url("/x", "localhost")], env);
  await other.exits(0);
  for (const name of ["a", "b"]) assertEquals(Deno.readFileSync(scratch.path(name)), CONTENT);
  await using wrong = new UrlClient(scratch.path("c"), ["--ca", "/missing", server.url()]);
  await wrong.exits(4);
  assertMatch(wrong.said, /Cannot read certificates from \/missing/);
});

Deno.test("mpclient reaches https through a proxy's tunnel, which sees no credentials but its own", async () => {
  await using scratch = await Scratch.make();
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["DNS:hidden.invalid"]);
  await using server = new WebServer(CONTENT, { certificate });
  const { port } = new URL(server.url());
  await using proxy = new TunnelProxy(Number(port));
  const url = "https://hidden.invalid/film.bin";
  const args = ["--ca", authority.path, "--user", "me:hunter2", url];
  const address = `http://px:pxpass@127.0.0.1:${proxy.port}`;
  await using client = new UrlClient(scratch.path("a"), [...args, "--proxy", address]);
  await client.exits(0);
  await using byEnv = new UrlClient(scratch.path("b"), args, { https_proxy: address });
  await byEnv.exits(0);
  const left = { https_proxy: address, no_proxy: ".invalid" };
  await using direct = new UrlClient(scratch.path("c"), [...args, "--wait", "1"], left);
  await direct.exits(3);
  assertMatch(direct.said, /the name hidden\.invalid cannot be resolved/);
  assertGreater(proxy.requests.length, 1);
  for (const request of proxy.requests) {
    assertMatch(request, /^CONNECT hidden\.invalid:443 HTTP\/1\.1\r\n/);
    assertEquals(request.includes(btoa("px:pxpass")), true);
    for (const secret of SECRETS) assertEquals(request.includes(secret), false);
  }
  assertEquals(server.transcript.includes(btoa("px:pxpass")), false);
  for (const { said } of [client, byEnv, direct]) assertEquals(said.includes("pxpass"), false);
});

Deno.test("mpclient asks a proxy for http in absolute form", async () => {
  await using scratch = await Scratch.make();
  await using proxy = new WebServer(CONTENT);
  const args = [
    "--proxy",
    proxy.url("/").replace("://", "://px:pxpass@"),
    "http://hidden.invalid/x",
  ];
  await using client = new UrlClient(scratch.path("copy"), args);
  await client.exits(0);
  for (const { url, headers } of proxy.requests) {
    assertEquals(url.href, "http://hidden.invalid/x");
    assertEquals(headers.get("proxy-authorization"), `Basic ${btoa("px:pxpass")}`);
  }
  assertEquals(Deno.readFileSync(scratch.path("copy")), CONTENT);
});
