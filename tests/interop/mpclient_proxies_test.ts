import { assert, assertEquals } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { PROXIES, testWith } from "./peers.ts";
import { type Proxy, type ProxyKind, startProxy } from "./proxies/proxy.ts";
import { squid } from "./proxies/squid.ts";
import { tinyproxy } from "./proxies/tinyproxy.ts";
import { nginx } from "./servers/nginx.ts";
import { neededFor, startWebServer } from "./servers/web_server.ts";

const NAME = "film.mp4";

for (const kind of [squid, tinyproxy]) {
  const { peer } = kind;

  testWith(
    [peer, ...neededFor(nginx, "https")],
    `mpclient downloads through ${peer.name}`,
    () =>
      throughProxy(kind, async ({ proxy, urls, trust, file, output }) => {
        for (const [at, url] of urls.entries()) {
          const copy = `${output}${at}`;
          await using client = new Client(copy, [url], [...trust, "--proxy", proxy.url.href]);
          await client.finishes();
          await assertSameContent(copy, file);
        }
        await assertAsked(proxy, urls);
      }),
  );

  testWith(
    [peer, ...neededFor(nginx, "https")],
    `mpclient takes ${peer.name} and its user from the environment`,
    () =>
      throughProxy(kind, async ({ proxy, urls, trust, file, output }) => {
        const withUser = `http://somebody:secret@${proxy.url.host}`;
        const env = { HTTP_PROXY: withUser, HTTPS_PROXY: withUser, NO_PROXY: "" };
        await using client = new Client(output, urls, trust, { env });
        await client.finishes();
        await assertSameContent(output, file);
        await assertAsked(proxy, urls);
        const said = [...client.stdout.entries, ...client.stderr.entries].join("\n");
        assert(!said.includes("secret"), said);
      }, { name: "somebody", password: "secret" }),
  );

  testWith([peer], `mpclient sees the pauses of an mpserver through ${peer.name}`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise(NAME, 4 * MIB);
    await using proxy = await startProxy(kind);
    await using server = await Server.start([file], { at: 2 });
    // With both of them paused nothing ends before it has been seen.
    for (const index of [1, 2]) await server.pause(index);
    const output = scratch.path("copy");
    const url = `http://${server.addresses[0]}/${NAME}`;
    await using client = new Client(output, [url], ["--proxy", proxy.url.href]);
    await client.sees(2, "paused");
    await server.type("r all");
    const { servers, sha256 } = await client.finishes();
    assertEquals([servers.length, sha256 !== null], [2, true]);
    await assertSameContent(output, file);
    const [first = "", second = ""] = server.addresses;
    const requests = (await proxy.requests()).join("\n");
    for (const address of [first, second]) assert(requests.includes(address), requests);
  });

  testWith(
    [peer, ...neededFor(nginx, "https")],
    `NO_PROXY leads past ${peer.name}`,
    () =>
      throughProxy(kind, async ({ proxy, urls, trust, file, output }) => {
        const env = {
          HTTP_PROXY: proxy.url.href,
          HTTPS_PROXY: proxy.url.href,
          NO_PROXY: "other.test,localhost",
        };
        await using client = new Client(output, urls, trust, { env });
        await client.finishes();
        await assertSameContent(output, file);
        assertEquals(await proxy.requests(), []);
      }),
  );
}

testWith(
  [PROXIES.squid, ...neededFor(nginx, "http")],
  "a proxy that wants another password ends mpclient with one line, and no password in it",
  () =>
    throughProxy(squid, async ({ proxy, urls: [url = ""], output }) => {
      const wrong = `http://somebody:wr0ng@${proxy.url.host}`;
      await using client = new Client(output, [url], ["--proxy", wrong, "--wait", "2"]);
      const message = await client.fails(3);
      assert(!message.includes("wr0ng"), message);
      assert(/407|proxy/i.test(message), message);
    }, { name: "somebody", password: "secret" }),
);

interface ProxyPlace {
  readonly file: string;
  readonly output: string;
  readonly proxy: Proxy;
  /** The same file over http and https. */
  readonly urls: readonly [plain: string, secure: string];
  readonly trust: readonly string[];
}

async function throughProxy(
  kind: ProxyKind,
  test: (place: ProxyPlace) => Promise<void>,
  user?: Parameters<typeof startProxy>[1],
): Promise<void> {
  await using scratch = await Scratch.make();
  const file = await scratch.noise(NAME, 4 * MIB);
  const { folder } = scratch;
  await using authority = await CertificateAuthority.make();
  await using plain = await startWebServer(nginx, folder);
  await using secure = await startWebServer(nginx, folder, authority);
  await using proxy = await startProxy(kind, user);
  const urls = [await plain.publish(NAME), await secure.publish(NAME)] as const;
  await test({ file, output: scratch.path("copy"), proxy, urls, trust: ["--ca", authority.path] });
}

/** Makes sure that the proxy was asked in absolute form for http, and for a tunnel for https. */
async function assertAsked(proxy: Proxy, [plain, secure]: ProxyPlace["urls"]): Promise<void> {
  const requests = await proxy.requests();
  assert(requests.includes(`GET ${plain}`), `${requests}`);
  assert(requests.includes(`CONNECT ${new URL(secure).host}`), `${requests}`);
}
