import { assertEquals, assertStringIncludes } from "@std/assert";
import { ClientConnection } from "../../../lib/http/client/client_connection.ts";
import { describeFault } from "../../../lib/http/client/describe_fault.ts";
import {
  CertificateAuthority,
  type KeyKind,
  type ServerCertificate,
} from "../../../testing/certificates.ts";
import { OpensslServer } from "../../../testing/openssl_server.ts";

/** Which key a server has, how it is started, and why it cannot be spoken to; empty: it can. */
type Case = readonly [key: KeyKind, args: readonly string[], fault?: string];

const NO_COMMON_WAY = "no way to speak TLS in common";
const WRONG_HASH = "signs TLS 1.2 with a hash that does not belong to its key";

/** Other Denos than the one that executables are made of speak some of what it cannot. */
const SPEAKS_MORE = Deno.version.deno !== "2.7.14";

const CASES: readonly Case[] = [
  ["RSA", ["-tls1_2"]],
  ["RSA", ["-tls1_3"]],
  ["P-256", ["-tls1_3"]],
  ["P-256", ["-tls1_2", "-sigalgs", "ECDSA+SHA256"]],
  // OpenSSL takes the hash that the client names first: SHA-384.
  ["P-256", ["-tls1_2"], WRONG_HASH],
  ["P-384", ["-tls1_2"]],
  ["P-384", ["-tls1_3"]],
  ["P-521", ["-tls1_2"], NO_COMMON_WAY],
  ["P-521", ["-tls1_3"]],
  ["RSA", ["-tls1_3", "-groups", "P-521"], NO_COMMON_WAY],
  ["RSA", ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"], NO_COMMON_WAY],
  ["RSA", ["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"], "no TLS newer than 1.1"],
];

Deno.test("ClientConnection.open() speaks TLS 1.2 and 1.3, and names what it cannot speak", async () => {
  await using authority = await CertificateAuthority.make();
  const certificates = new Map<KeyKind, ServerCertificate>();
  for (const [key, args, fault = ""] of CASES) {
    const certificate = certificates.get(key) ?? await authority.issue(["DNS:localhost"], { key });
    certificates.set(key, certificate);
    await using server = await OpensslServer.start(certificate, args);
    const found = await faultOf(await server.port, authority.pem);
    const what = `${key} ${args.join(" ")}: `;
    if (fault === "" || found === "" && SPEAKS_MORE) assertEquals(what + found, what);
    else assertStringIncludes(what + found, fault);
  }
});

Deno.test("ClientConnection.open() says that a server speaks no TLS", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering = listener.accept().then(async (conn) => {
    await conn.read(new Uint8Array(4096));
    await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    conn.close();
  });
  assertStringIncludes(await faultOf(listener.addr.port, ""), "try http instead of https");
  await answering;
});

/** Why a server cannot be spoken to; empty if it can. */
async function faultOf(port: number, authority: string): Promise<string> {
  const caCerts = authority === "" ? [] : [authority];
  const endpoint = { scheme: "https", host: "localhost", port, caCerts } as const;
  try {
    const options = { buffer: new Uint8Array(65_536), timeoutMs: 60_000 };
    using connection = await ClientConnection.open(endpoint, options);
    await connection.ask("GET", "/");
    return (await connection.head())?.status === 200 ? "" : "no answer";
  } catch (error) {
    return describeFault(error);
  }
}
