import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ClientConnection } from "../../../lib/http/client/client_connection.ts";
import { describeFault } from "../../../lib/http/client/describe_fault.ts";
import type { Endpoint, Proxy } from "../../../lib/http/client/endpoint.ts";
import { ProxyError } from "../../../lib/http/client/proxy_error.ts";
import { type Peer, ScriptedServer } from "../../sources/scripted_server.ts";

/** A server that nobody reaches but a proxy: no name server knows it. */
const HIDDEN = { host: "hidden.invalid", port: 8000 };

function proxyAt(server: ScriptedServer, authorization?: string): Proxy {
  const at = { host: "127.0.0.1", port: server.port };
  return authorization === undefined ? at : { ...at, authorization };
}

function open(endpoint: Endpoint, signal?: AbortSignal): Promise<ClientConnection> {
  const buffer = new Uint8Array(65_536);
  return ClientConnection.open(endpoint, { buffer, ...signal ? { signal } : {} });
}

Deno.test("ClientConnection asks a proxy for http in absolute form", async () => {
  await using server = new ScriptedServer();
  const proxy = proxyAt(server, "Basic eDp5");
  using connection = await open({ scheme: "http", ...HIDDEN, proxy });
  const peer = await server.peer();
  await connection.ask("GET", "/a%20b?c=d", { Range: "bytes=0-0" });
  assertEquals(
    await peer.request(),
    "GET http://hidden.invalid:8000/a%20b?c=d HTTP/1.1\r\nHost: hidden.invalid:8000\r\n" +
      "Range: bytes=0-0\r\nProxy-Authorization: Basic eDp5\r\n\r\n",
  );
});

Deno.test("ClientConnection asks a proxy for a tunnel to what is https, and shakes hands through it", async () => {
  await using server = new ScriptedServer();
  const proxy = proxyAt(server, "Basic eDp5");
  const opening = open({ scheme: "https", ...HIDDEN, port: 443, proxy });
  const peer = await server.peer();
  assertEquals(
    await peer.request(),
    "CONNECT hidden.invalid:443 HTTP/1.1\r\nHost: hidden.invalid:443\r\n" +
      "Proxy-Authorization: Basic eDp5\r\n\r\n",
  );
  await peer.send("HTTP/1.1 200 Connection established\r\n\r\n");
  // What comes through it now is for the server: the beginning of a handshake (RFC 8446, 5.1).
  assertEquals(await peer.byte(), 0x16);
  peer.close();
  await assertRejects(() => opening);
});

Deno.test("ClientConnection says what a proxy does not want to do", async () => {
  const cases: [answer: string, authorization: string | undefined, why: string][] = [
    ["HTTP/1.1 407 X\r\n\r\n", undefined, "the proxy wants a name and a password"],
    ["HTTP/1.1 407 X\r\n\r\n", "Basic eDp5", "the proxy does not accept the name and the password"],
    ["HTTP/1.1 403 X\r\nContent-Length: 2\r\n\r\nno", undefined, "answered with status 403"],
    ["HTTP/1.1 200 OK\r\n\r\nHello", undefined, "more than the answer to CONNECT"],
    ["", undefined, "without an answer"],
  ];
  for (const [answer, authorization, why] of cases) {
    await using server = new ScriptedServer();
    const opening = open({ scheme: "https", ...HIDDEN, proxy: proxyAt(server, authorization) });
    const peer = await server.peer();
    await peer.request();
    if (answer === "") peer.close();
    else await peer.send(answer);
    const error = await assertRejects(() => opening, ProxyError, why);
    assertEquals(error.message.includes("eDp5"), false);
    await gone(peer);
  }
});

Deno.test("ClientConnection names a proxy that cannot be reached", async () => {
  const server = new ScriptedServer();
  const proxy = proxyAt(server);
  await server[Symbol.asyncDispose]();
  for (const scheme of ["http", "https"] as const) {
    const error = await assertRejects(() => open({ scheme, ...HIDDEN, proxy }), ProxyError);
    assertStringIncludes(
      describeFault(error),
      `the proxy 127.0.0.1:${proxy.port}: connection refused`,
    );
  }
});

Deno.test("ClientConnection does not wait for a proxy longer than it may", async () => {
  await using server = new ScriptedServer();
  const stop = new AbortController();
  const endpoint = { scheme: "https", ...HIDDEN, proxy: proxyAt(server) } as const;
  const opening = open(endpoint, stop.signal);
  const peer = await server.peer();
  await peer.request();
  stop.abort(new Error("it is not asked any more"));
  await assertRejects(() => opening, Error, "it is not asked any more");
  await gone(peer);
});

async function gone(peer: Peer): Promise<void> {
  await peer.gone().catch(() => {});
}
