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
import { SERVER_KINDS } from "./servers.ts";
import { nginx } from "./servers/nginx.ts";
import { neededFor, startWebServer, type WebServerKind } from "./servers/web_server.ts";

const NAME = "film.mp4";
const SIZE = 12 * MIB + 12_345;

/** Bytes per second of a port of `mpserver`: few, so that there is work for others. */
const RATE = 2 * MIB;

const SCHEMES = ["http", "https"] as const;

for (const kind of SERVER_KINDS) {
  for (const scheme of SCHEMES.filter((scheme) => scheme === "http" || kind.speaksHttps)) {
    const name = kind.peer.name;

    testWith(
      neededFor(kind, scheme),
      `mpclient downloads from ${name} over ${scheme}`,
      () =>
        withUrl(kind, scheme, async ({ url, trust, file, output }) => {
          await using client = new Client(output, [url], trust);
          await client.finishes();
          await assertSameContent(output, file);
        }),
    );

    testWith(
      neededFor(kind, scheme),
      `mpclient mixes ${name} over ${scheme} with mpserver`,
      () =>
        withUrl(kind, scheme, async ({ url, trust, file, output }) => {
          await using ports = await Server.start([file], { at: 2, rate: RATE });
          await using client = new Client(output, [url, ...ports.addresses], trust);
          const { servers, sha256 } = await client.finishes();
          await assertSameContent(output, file);
          assert(sha256 !== null, "The ports' digests vouch for what came from others");
          const used = servers.filter(({ received }) => received > 0).length;
          // One without ranges is used alone, when there is nothing better.
          assertEquals(used, kind.hasRanges ? 3 : 2);
        }),
    );
  }
}

const PLAIN = SERVER_KINDS.filter(({ hasRanges }) => hasRanges);

testWith(
  PLAIN.map(({ peer }) => peer),
  "mpclient takes parts of one file from every kind of server",
  () =>
    withScratch(async ({ scratch, file, output }) => {
      await using servers = new AsyncDisposableStack();
      const urls: string[] = [];
      for (const kind of PLAIN) {
        const server = servers.use(await startWebServer(kind, scratch.folder));
        urls.push(await server.publish(NAME));
      }
      await using client = new Client(output, urls);
      await client.finishes();
      await assertSameContent(output, file);
    }),
);

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
        const withUser = `http://somebody:s%40cret@${proxy.url.host}`;
        const env = { HTTP_PROXY: withUser, HTTPS_PROXY: withUser, NO_PROXY: "" };
        await using client = new Client(output, urls, trust, { env });
        await client.finishes();
        await assertSameContent(output, file);
        await assertAsked(proxy, urls);
        const said = [...client.stdout.entries, ...client.stderr.entries].join("\n");
        assert(!/s(%40|@)cret/.test(said), said);
      }, { name: "somebody", password: "s@cret" }),
  );

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
    }, { name: "somebody", password: "s@cret" }),
);

interface Place {
  readonly scratch: Scratch;
  readonly file: string;
  readonly output: string;
}

interface UrlPlace extends Place {
  readonly url: string;
  /** Options by which the client trusts the server. */
  readonly trust: readonly string[];
}

interface ProxyPlace extends Place {
  readonly proxy: Proxy;
  /** The same file over http and https. */
  readonly urls: readonly [plain: string, secure: string];
  readonly trust: readonly string[];
}

async function withScratch(test: (place: Place) => Promise<void>): Promise<void> {
  await using scratch = await Scratch.make();
  const file = await scratch.noise(NAME, SIZE);
  await test({ scratch, file, output: scratch.path("copy") });
}

function withUrl(
  kind: WebServerKind,
  scheme: "http" | "https",
  test: (place: UrlPlace) => Promise<void>,
): Promise<void> {
  return withScratch(async (place) => {
    await using authority = scheme === "https" ? await CertificateAuthority.make() : undefined;
    await using server = await startWebServer(kind, place.scratch.folder, authority);
    const trust = authority === undefined ? [] : ["--ca", authority.path];
    await test({ ...place, url: await server.publish(NAME), trust });
  });
}

function throughProxy(
  kind: ProxyKind,
  test: (place: ProxyPlace) => Promise<void>,
  user?: Parameters<typeof startProxy>[1],
): Promise<void> {
  return withScratch(async (place) => {
    const { folder } = place.scratch;
    await using authority = await CertificateAuthority.make();
    await using plain = await startWebServer(nginx, folder);
    await using secure = await startWebServer(nginx, folder, authority);
    await using proxy = await startProxy(kind, user);
    const urls = [await plain.publish(NAME), await secure.publish(NAME)] as const;
    await test({ ...place, proxy, urls, trust: ["--ca", authority.path] });
  });
}

/** Makes sure that the proxy was asked in absolute form for http, and for a tunnel for https. */
async function assertAsked(proxy: Proxy, [plain, secure]: ProxyPlace["urls"]): Promise<void> {
  const requests = await proxy.requests();
  assert(requests.includes(`GET ${plain}`), `${requests}`);
  assert(requests.includes(`CONNECT ${new URL(secure).host}`), `${requests}`);
}
