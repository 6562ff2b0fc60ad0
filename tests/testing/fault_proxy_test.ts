import { assertStringIncludes } from "@std/assert";
import { type Fault, NO_FAULT } from "../../testing/fault.ts";
import { FaultProxy } from "../../testing/fault_proxy.ts";
import { together } from "../../testing/together.ts";
import { type Peer, ScriptedServer } from "../sources/scripted_server.ts";

const EVENTS_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const ONE = { connections: 1, beyond: "wait" } as const;

/** What a client may have been waiting for when it leaves. */
const FAULTS: readonly Fault[] = [
  NO_FAULT,
  { kind: "mute" },
  { kind: "stall", after: 1 },
  { kind: "garbage" },
];

async function ask({ address }: FaultProxy, path: string, field = ""): Promise<Deno.TcpConn> {
  const [hostname = "", port] = address.split(":");
  const conn = await Deno.connect({ hostname, port: Number(port) });
  await conn.write(new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: a\r\n${field}\r\n`));
  return conn;
}

async function nextAsks(server: ScriptedServer, path: string): Promise<Peer> {
  const peer = await server.peer();
  assertStringIncludes(await peer.request() ?? "", path);
  return peer;
}

Deno.test("FaultProxy gives the place of a client that has left to the next, whatever it was sent", async () => {
  await together(FAULTS, async (fault) => {
    await using server = new ScriptedServer();
    const faultOf = ({ purpose }: { purpose: string }) => purpose === "events" ? fault : NO_FAULT;
    await using proxy = await FaultProxy.start(`127.0.0.1:${server.port}`, faultOf, ONE);
    const first = await ask(proxy, "/.multiport/events");
    const peer = await server.peer();
    if (fault.kind !== "mute") {
      await peer.request();
      // An answer without an end.
      await peer.send(`${EVENTS_HEAD}data: {}\n\n`);
      await first.read(new Uint8Array(100));
    }
    using second = await ask(proxy, "/film.mp4");
    await first.closeWrite();
    await (await nextAsks(server, "/film.mp4")).answer(200, "content");
    await second.read(new Uint8Array(100));
    first.close();
  });
});

Deno.test("FaultProxy closes a connection behind the answer when the client asks for that", async () => {
  await using server = new ScriptedServer();
  await using proxy = await FaultProxy.start(`127.0.0.1:${server.port}`, () => NO_FAULT, ONE);
  const conn = await ask(proxy, "/first", "Connection: close\r\n");
  const peer = await nextAsks(server, "/first");
  await peer.answer(200, "all of it");
  assertStringIncludes(await restOf(conn), "all of it");
});

/** All that comes until the end of a connection, which is closed then. */
async function restOf(conn: Deno.Conn): Promise<string> {
  using _closing = conn;
  const bytes = new Uint8Array(1_000);
  let text = "";
  for (let read = await conn.read(bytes); read !== null; read = await conn.read(bytes)) {
    text += new TextDecoder().decode(bytes.subarray(0, read));
  }
  return text;
}
