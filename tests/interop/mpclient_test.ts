import { assert } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Client } from "../../testing/client.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { testWith } from "./peers.ts";
import { SERVER_KINDS } from "./servers.ts";
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
          if (!kind.hasRanges) return;
          // The ports are slow: on a busy machine they may have sent nothing when all is there.
          assert((servers.at(-1)?.received ?? 0) > 0);
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
