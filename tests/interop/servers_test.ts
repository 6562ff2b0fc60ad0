import { assertEquals } from "@std/assert";
import { CertificateAuthority } from "../../testing/certificates.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { CURL_ARGS } from "./clients/curl.ts";
import { PeerProcess } from "./peer_process.ts";
import { CLIENTS, testWith } from "./peers.ts";
import { startProxy } from "./proxies/proxy.ts";
import { squid } from "./proxies/squid.ts";
import { tinyproxy } from "./proxies/tinyproxy.ts";
import { SERVER_KINDS } from "./servers.ts";
import { nginx } from "./servers/nginx.ts";
import { neededFor, startWebServer } from "./servers/web_server.ts";

const NAME = "film.mp4";

for (const kind of SERVER_KINDS) {
  for (const scheme of kind.speaksHttps ? ["http", "https"] as const : ["http"] as const) {
    const needed = [CLIENTS.curl, ...neededFor(kind, scheme)];
    testWith(needed, `${kind.peer.name} serves curl over ${scheme}`, async () => {
      await using scratch = await Scratch.make();
      const file = await scratch.noise(NAME, MIB);
      await using authority = scheme === "https" ? await CertificateAuthority.make() : undefined;
      await using server = await startWebServer(kind, scratch.folder, authority);
      const url = await server.publish(NAME);
      await curl(scratch.folder, trusting(authority), "-o", "copy", url);
      await assertSameContent(scratch.path("copy"), file);
      const code = ["-r", "5-9", "-o", "part", "-w", "%{http_code}"];
      const status = await curl(scratch.folder, trusting(authority), ...code, url);
      assertEquals(status, kind.hasRanges ? "206" : "200");
    });
  }
}

for (const kind of [squid, tinyproxy]) {
  const needed = [CLIENTS.curl, kind.peer, ...neededFor(nginx, "https")];
  testWith(needed, `${kind.peer.name} is a proxy for curl, and knows its users`, async () => {
    await using scratch = await Scratch.make();
    const file = await scratch.noise(NAME, MIB);
    await using authority = await CertificateAuthority.make();
    await using server = await startWebServer(nginx, scratch.folder, authority);
    await using plain = await startWebServer(nginx, scratch.folder);
    await using proxy = await startProxy(kind, { name: "somebody", password: "secret" });
    const urls = [await server.publish(NAME), await plain.publish(NAME)];
    const through = ["--noproxy", "", "--proxy", proxy.url.href];
    for (const url of urls) {
      const user = ["--proxy-user", "somebody:secret"];
      const common = [...trusting(authority), ...through];
      await curl(scratch.folder, [...common, ...user], "-o", "copy", url);
      await assertSameContent(scratch.path("copy"), file);
    }
    const status = await curl(scratch.folder, through, "-w", "%{http_code}", urls[1] ?? "")
      .catch((error: Error) => error.message);
    assertEquals(/\b407\b/.test(status), true, status);
    const [asked, plainly] = urls.map((url) => new URL(url));
    const requests = await proxy.requests();
    assertEquals(requests.slice(0, 2), [`CONNECT ${asked?.host}`, `GET ${plainly?.href}`]);
  });
}

function trusting(authority: CertificateAuthority | undefined): string[] {
  return authority === undefined ? [] : ["--cacert", authority.path];
}

/** Runs curl to its end, which has to be a good one; answers what it printed. */
async function curl(
  cwd: string,
  options: readonly string[],
  ...args: readonly string[]
): Promise<string> {
  const command = [...CURL_ARGS, ...options, ...args];
  await using process = new PeerProcess(CLIENTS.curl, command, { cwd });
  return (await process.succeeds()).said;
}
