import { assertEquals, assertMatch } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Program } from "../../testing/program.ts";
import { Scratch } from "../../testing/scratch.ts";
import { WebServer } from "../../testing/web_server.ts";

/** What is named, and what mpclient has to say of it in one line. */
interface Bad {
  readonly what: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

const CONTENT = new Uint8Array(1_000);

/** Whatever is wrong with a place is one line that names it and says what to do, and nothing is left. */
async function assertOneLine(scratch: Scratch, { what, args, code, says }: Bad): Promise<void> {
  const before = (await scratch.names()).sort();
  const all = [...args, "--wait", "1", "-q"];
  const env = { http_proxy: "", https_proxy: "", HTTP_PROXY: "", HTTPS_PROXY: "", ALL_PROXY: "" };
  await using client = new Program("mpclient", all, { cwd: scratch.folder, stdin: "null", env });
  await client.exits(code);
  const [line = "", ...more] = client.stderr.entries;
  assertEquals(more, [], what);
  assertMatch(line, says);
  assertEquals((await scratch.names()).sort(), before, what);
}

Deno.test("mpclient ends with one line for every place that cannot be used", async () => {
  await using scratch = await Scratch.make();
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["DNS:localhost"]);
  await using secure = new WebServer(CONTENT, { certificate });
  await using plain = new WebServer(CONTENT, {
    instead: (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/away") return Response.redirect("ftp://a.example/f", 302);
      if (pathname === "/list.meta4") {
        const headers = { "Content-Type": "application/metalink4+xml" };
        return new Response("<metalink/>", { headers });
      }
      return new Response(null, { status: pathname === "/locked" ? 401 : 404 });
    },
  });
  await Deno.writeTextFile(scratch.path("broken.meta4"), "no XML");
  const port = new URL(plain.url()).port;
  const cases: readonly Bad[] = [
    {
      what: "an address that is none",
      args: ["http://"],
      code: 2,
      says: /Cannot fetch "http:\/\/": its host or port is malformed/,
    },
    {
      what: "a name that nobody knows",
      args: ["http://nobody.invalid/f"],
      code: 3,
      says: /nobody\.invalid.*cannot be resolved/,
    },
    {
      what: "a port at which nobody listens",
      args: ["http://127.0.0.1:1/f"],
      code: 3,
      says: /127\.0\.0\.1:1\/f \(connection refused\)/,
    },
    {
      what: "a server that speaks no TLS",
      args: [`https://127.0.0.1:${port}/f`],
      code: 3,
      says: /does not speak TLS: try http instead of https/,
    },
    {
      what: "a certificate of nobody who is trusted",
      args: [secure.url("/f", "localhost")],
      code: 3,
      says: /comes from nobody who is trusted; name whom you trust with --ca FILE/,
    },
    {
      what: "a certificate for another name",
      args: ["--ca", authority.path, secure.url("/f")],
      code: 3,
      says: /its certificate is not accepted: .*not valid for name/,
    },
    {
      what: "a file that is not there",
      args: [plain.url("/none?key=secret")],
      code: 3,
      says: /\/none\?… \(it answered with status 404\)/,
    },
    {
      what: "a file that wants a password",
      args: [plain.url("/locked")],
      code: 3,
      says: /status 401: it wants credentials, or others: --user/,
    },
    {
      what: "a redirect to another scheme",
      args: [plain.url("/away")],
      code: 3,
      says: /redirects to ftp:, which is neither http nor https/,
    },
    {
      what: "a Metalink that lists nothing",
      args: [plain.url("/list.meta4")],
      code: 3,
      says: /list\.meta4: .*Metalink/,
    },
    {
      what: "a Metalink that is none",
      args: ["broken.meta4"],
      code: 4,
      says: /broken\.meta4: no usable Metalink/,
    },
    {
      what: "a proxy that is not there",
      args: ["--proxy", "http://me:hunter2@127.0.0.1:1", plain.url()],
      code: 3,
      says: /^(?!.*hunter2).*the proxy 127\.0\.0\.1:1: connection refused/,
    },
    {
      what: "a proxy of a kind that is not known",
      args: ["--proxy", "socks5://me:hunter2@127.0.0.1:1", plain.url()],
      code: 2,
      says: /^(?!.*hunter2).*--proxy/,
    },
  ];
  for (const bad of cases) await assertOneLine(scratch, bad);
});
