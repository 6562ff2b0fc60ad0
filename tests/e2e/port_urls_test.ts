import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { WebServer } from "../../testing/web_server.ts";

const NAME = "film.mp4";
const RATE = 8 * MIB;

interface Scene {
  readonly scratch: Scratch;
  readonly file: string;
  readonly output: string;
}

async function withFile(test: (scene: Scene) => Promise<void>): Promise<void> {
  await using scratch = await Scratch.make();
  const file = await scratch.noise(NAME, 12 * MIB + 7);
  await test({ scratch, file, output: scratch.path("copy") });
}

Deno.test("mpclient may be started before the mpserver of which it knows one address", async () => {
  await withFile(async ({ file, output }) => {
    const at = freePlace(3);
    const url = `http://${at.host}:${at.ports[0]}/${NAME}`;
    await using client = new Client(output, [url]);
    await client.event(({ type }) => type === "waiting");
    await using _server = await Server.start([file], { at, rate: RATE });
    const { servers, sha256 } = await client.finishes();
    assertEquals(servers.length, 3);
    assert(sha256 !== null);
    await assertSameContent(output, file);
  });
});

Deno.test("mpclient finds the ports of an mpserver that comes when others are at work", async () => {
  await withFile(async ({ file, output }) => {
    const at = freePlace(2);
    const url = `http://${at.host}:${at.ports[0]}/${NAME}`;
    await using first = await Server.start([file], { at: 1, rate: MIB });
    await using client = new Client(output, [url, ...first.addresses]);
    await client.starts();
    await using _server = await Server.start([file], { at, rate: RATE });
    const found = await client.event((event) =>
      event.type === "server" && event.address === `${at.host}:${at.ports[1]}`
    );
    assert(found.type === "server" && found.index === 3);
    const { servers } = await client.finishes();
    assertEquals(servers.map(({ received }) => received > 0), [true, true, true]);
    await assertSameContent(output, file);
  });
});

Deno.test("mpclient waits for the part of a port that was given by its URL and is paused", async () => {
  await withFile(async ({ file, output }) => {
    await using server = await Server.start([file], { at: 2, rate: RATE });
    await server.pause(1);
    const url = `http://${server.addresses[0]}/${NAME}`;
    await using client = new Client(output, [url], ["--stall-timeout", "1"]);
    await client.sees(1, "paused");
    await client.sees(2, "idle");
    await server.type("r1");
    await client.finishes();
    await assertSameContent(output, file);
  });
});

Deno.test("mpclient finds the ports of an mpserver that speaks https, and their pauses", async () => {
  await withFile(async ({ file, output }) => {
    const at = freePlace(3);
    await using authority = await CertificateAuthority.make();
    const { certPath, keyPath } = await authority.issue([`IP:${at.host}`]);
    const more = ["--tls-cert", certPath, "--tls-key", keyPath];
    await using server = await Server.start([file], { at, rate: RATE, more });
    await server.pause(2);
    const url = `https://${at.host}:${at.ports[0]}/${NAME}`;
    await using client = new Client(output, [url], ["--ca", authority.path]);
    await client.sees(2, "paused");
    await server.type("r2");
    const { servers, sha256 } = await client.finishes();
    assertEquals(servers.length, 3);
    assert(sha256 !== null);
    await assertSameContent(output, file);
  });
});

Deno.test("mpclient sends a token to the port that was named, and says why others want one", async () => {
  await withFile(async ({ scratch, file, output }) => {
    await Deno.writeTextFile(scratch.path("token"), "t0ken-of-mine\n");
    const more = ["--token-file", scratch.path("token")];
    await using server = await Server.start([file], { at: 2, rate: RATE, more });
    const url = `http://${server.addresses[0]}/${NAME}`;
    await using client = new Client(output, [url], more);
    const refused = await client.sees(2, "failed");
    assert(refused.type === "server");
    assertStringIncludes(refused.reason ?? "", "which is for servers that are named: name it, too");
    const { servers } = await client.finishes();
    assertEquals(servers.map(({ received }) => received > 0), [true, false]);
    await assertSameContent(output, file);
  });
});

Deno.test("mpclient takes a Metalink for one that did not answer at first", async () => {
  await withFile(async ({ file, output }) => {
    await using mirror = new WebServer(await Deno.readFile(file));
    const metalink = `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="named.mp4">
      <hash type="sha-256">${"0".repeat(64)}</hash><url>${mirror.url()}</url></file></metalink>`;
    await using lists = new WebServer(new Uint8Array(), {
      instead: (_, earlier) =>
        earlier === 0
          ? new Response(null, { status: 503, headers: { "Retry-After": "1" } })
          : new Response(metalink, { headers: { "Content-Type": "application/metalink4+xml" } }),
    });
    await using client = new Client(output, [lists.url("/list")]);
    assertStringIncludes(await client.fails(5), "SHA-256");
    assert(mirror.requests.length > 0);
  });
});

for (const answers of ["at once", "late"]) {
  Deno.test(`mpclient follows what describes a file, also where that answers ${answers}`, async () => {
    await withFile(async ({ file, output }) => {
      const content = await Deno.readFile(file);
      await using mirror = new WebServer(content);
      const metalink = `<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="named.mp4">
        <hash type="sha-256">${"0".repeat(64)}</hash><url>${mirror.url()}</url></file></metalink>`;
      await using described = new WebServer(content, {
        fields: { Link: '</list.meta4>; rel=describedby; type="application/metalink4+xml"' },
        instead: ({ url }, earlier) => {
          if (answers === "late" && earlier === 0) {
            return new Response(null, { status: 503, headers: { "Retry-After": "1" } });
          }
          return url.endsWith(".meta4") ? new Response(metalink) : undefined;
        },
      });
      await using client = new Client(output, [described.url()]);
      assertStringIncludes(await client.fails(5), "SHA-256");
      assert(mirror.requests.length > 0);
    });
  });
}
