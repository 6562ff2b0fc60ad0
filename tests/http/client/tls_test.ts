import { assertEquals, assertRejects } from "@std/assert";
import { ClientConnection } from "../../../lib/http/client/client_connection.ts";
import type { Endpoint } from "../../../lib/http/client/endpoint.ts";
import { CertificateAuthority, type ServerCertificate } from "../../../testing/certificates.ts";

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Answers every connection that is made with the first line of its request. */
class TlsServer implements AsyncDisposable {
  readonly #listener: Deno.TlsListener;
  readonly #serving: Promise<void>;

  constructor({ cert, key }: ServerCertificate, hostname = "127.0.0.1") {
    this.#listener = Deno.listenTls({ hostname, port: 0, cert, key });
    this.#serving = this.#serve();
  }

  endpoint(host: string, caCerts: readonly string[]): Endpoint {
    return { scheme: "https", host, port: this.#listener.addr.port, caCerts };
  }

  async #serve(): Promise<void> {
    const handshakes: Promise<void>[] = [];
    try {
      for await (const conn of this.#listener) handshakes.push(answer(conn));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
    await Promise.all(handshakes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#serving;
  }
}

async function answer(conn: Deno.TlsConn): Promise<void> {
  try {
    const buffer = new Uint8Array(4096);
    const count = await conn.read(buffer);
    const [line = ""] = decoder.decode(buffer.subarray(0, count ?? 0)).split("\r\n");
    await conn.write(
      encoder.encode(`HTTP/1.1 200 OK\r\nContent-Length: ${line.length}\r\n\r\n${line}`),
    );
  } catch {
    // The client did not like the certificate.
  } finally {
    conn.close();
  }
}

async function ask(endpoint: Endpoint): Promise<string> {
  using connection = await ClientConnection.open(endpoint, { buffer: new Uint8Array(65_536) });
  await connection.ask("GET", "/a");
  await connection.head();
  await connection.fill();
  return decoder.decode(connection.take(Infinity));
}

Deno.test("ClientConnection.open() speaks TLS, and trusts the authorities it was told to", async () => {
  await using authority = await CertificateAuthority.make();
  const certificate = await authority.issue(["DNS:localhost", "IP:127.0.0.1"]);
  await using server = new TlsServer(certificate);
  for (const host of ["localhost", "127.0.0.1"]) {
    assertEquals(await ask(server.endpoint(host, [authority.pem])), "GET /a HTTP/1.1");
  }
});

Deno.test("ClientConnection.open() refuses a server that cannot prove who it is", async () => {
  await using authority = await CertificateAuthority.make();
  const right = ["DNS:localhost", "IP:127.0.0.1"];
  const cases: [why: string, names: string[], days: number, caCerts: string[]][] = [
    ["UnknownIssuer", right, 30, []],
    ["not valid for name", ["DNS:example.org", "IP:127.0.0.2"], 30, [authority.pem]],
    ["Expired", right, -1, [authority.pem]],
  ];
  for (const [why, names, days, caCerts] of cases) {
    await using server = new TlsServer(await authority.issue(names, { days }));
    for (const host of ["localhost", "127.0.0.1"]) {
      await assertRejects(() => ask(server.endpoint(host, caCerts)), Error, why);
    }
  }
});

Deno.test("ClientConnection.open() gives up on a server that does not shake hands", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const endpoint = { scheme: "https", host: "127.0.0.1", port: listener.addr.port } as const;
  const buffer = new Uint8Array(65_536);
  const accepting = listener.accept();
  await assertRejects(
    () => ClientConnection.open(endpoint, { buffer, timeoutMs: 50 }),
    Deno.errors.TimedOut,
    "no connection within 0.05 s",
  );
  (await accepting).close();
});
