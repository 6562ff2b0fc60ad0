import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import type { ServeOptions } from "../../lib/server/serve_options.ts";
import { CertificateAuthority, type ServerCertificate } from "../../testing/certificates.ts";
import { randomBytes, temporaryFile } from "./temporary_file.ts";
import { TestServers } from "./test_servers.ts";

const CONTENT = randomBytes(3 * 1024 * 1024 + 5);
const NAMES = ["DNS:localhost", "IP:127.0.0.1"];

function tlsOptions({ certPath, keyPath }: ServerCertificate) {
  return { tlsCert: certPath, tlsKey: keyPath };
}

/** The whole file, from a client that trusts one authority. */
async function download(
  servers: TestServers,
  authority: CertificateAuthority,
): Promise<Uint8Array> {
  using client = Deno.createHttpClient({ caCerts: [authority.pem] });
  const response = await fetch(`https://127.0.0.1:${servers.port(1)}/`, { client });
  return new Uint8Array(await response.arrayBuffer());
}

Deno.test("serve() speaks HTTPS with a certificate, and names https in Metalinks", async () => {
  await using authority = await CertificateAuthority.make();
  await using file = await temporaryFile(CONTENT, "film.mp4");
  const tls = tlsOptions(await authority.issue(NAMES));
  await using servers = await TestServers.start({ files: [file.path], ...tls });
  assertEquals(await download(servers, authority), CONTENT);
  await servers.hashed();
  using client = Deno.createHttpClient({ caCerts: [authority.pem] });
  const url = `https://127.0.0.1:${servers.port(1)}/film.mp4`;
  const metalink = await (await fetch(`${url}.meta4`, { client })).text();
  assertStringIncludes(metalink, `<url>${url}</url>`);
  // Who speaks no TLS gets nothing, and does no harm.
  using plain = await servers.connect(1);
  await plain.ask("/film.mp4");
  const answer = new TextDecoder().decode(await plain.rest());
  assertEquals(answer.includes("HTTP"), false, answer);
  assertEquals(await download(servers, authority), CONTENT);
});

Deno.test("Servers.renewCertificate() uses the new one from then on, and keeps what is under way", async () => {
  await using before = await CertificateAuthority.make();
  await using after = await CertificateAuthority.make();
  await using file = await temporaryFile(CONTENT, "film.mp4");
  const tls = await before.issue(NAMES);
  await using servers = await TestServers.start({ files: [file.path], ...tlsOptions(tls) });
  const open = await Deno.connectTls({
    hostname: "127.0.0.1",
    port: servers.port(1),
    caCerts: [before.pem],
  });
  const ask = async () => {
    await open.write(new TextEncoder().encode("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const buffer = new Uint8Array(4096);
    const count = await open.read(buffer) ?? 0;
    return new TextDecoder().decode(buffer.subarray(0, count)).slice(0, 12);
  };
  assertEquals(await ask(), "HTTP/1.1 307");

  await Deno.writeTextFile(tls.certPath, "nonsense");
  servers.serving.renewCertificate();
  const kept = await servers.told(({ type }) => type === "notice");
  assert(kept.type === "notice" && kept.message.includes("stays in use"), JSON.stringify(kept));
  assertEquals(await download(servers, before), CONTENT);

  const renewed = await after.issue(NAMES);
  await Deno.writeTextFile(tls.certPath, renewed.cert);
  await Deno.writeTextFile(tls.keyPath, renewed.key);
  servers.serving.renewCertificate();
  let content: Uint8Array | undefined;
  // For a moment nobody listens, or it is still the old one.
  while (content === undefined) content = await download(servers, after).catch(() => undefined);
  assertEquals(content, CONTENT);
  await assertRejects(() => download(servers, before));
  assertEquals(await ask(), "HTTP/1.1 307");
  open.close();
});

Deno.test("serve() refuses certificates and keys that are none, or do not belong together", async () => {
  await using authority = await CertificateAuthority.make();
  await using file = await temporaryFile(CONTENT);
  const [one, other] = [await authority.issue(NAMES), await authority.issue(NAMES)];
  const refused: readonly [Partial<ServeOptions>, string, string][] = [
    [{ tlsCert: one.certPath }, "usage", "Cannot use tlsCert alone: give tlsKey as well"],
    [{ tlsKey: one.keyPath }, "usage", "Cannot use tlsKey alone"],
    [{ tlsCert: one.certPath, tlsKey: other.keyPath }, "usage", "belongs to another certificate"],
    [{ tlsCert: one.keyPath, tlsKey: one.keyPath }, "usage", "has no certificate in it"],
    [{ tlsCert: one.certPath, tlsKey: one.certPath }, "usage", "has no key in it"],
    [{ tlsCert: `${one.certPath}x`, tlsKey: one.keyPath }, "local", "there is no such file"],
  ];
  for (const [tls, kind, why] of refused) {
    const start = () => TestServers.start({ files: [file.path], ...tls });
    const error = await assertRejects(start, MultiportError, why);
    assertEquals([error.code, error.message.includes("\n")], [kind, false]);
  }
});

Deno.test("serve() warns of a token that others can read on its way, and never shows it", async () => {
  await using file = await temporaryFile(CONTENT);
  const token = "not-to-be-shown";
  const options = { files: [file.path], ports: [0], token };
  await using open = await TestServers.start({ ...options, bind: "0.0.0.0" });
  const notice = await open.told(({ type }) => type === "notice");
  assert(notice.type === "notice" && notice.message.includes("unencrypted"));
  const refused = await fetch(`http://127.0.0.1:${open.port(1)}/`, {
    headers: { Authorization: "Bearer wrong" },
  });
  assertEquals(refused.status, 401);
  await refused.body?.cancel();
  const headers = { Authorization: `Bearer ${token}` };
  const response = await fetch(`http://127.0.0.1:${open.port(1)}/`, { headers });
  assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
  assertEquals(JSON.stringify(open.events).includes(token), false);
  await using local = await TestServers.start(options);
  assertEquals(local.events.some(({ type }) => type === "notice"), false);
  await assertRejects(
    () => TestServers.start({ ...options, token: "two words" }),
    MultiportError,
    "one word",
  );
});
