import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Info } from "../../lib/sources/server_info.ts";
import { Source, type SourceListener } from "../../lib/sources/multiport_source.ts";
import { contentOf } from "../client/content.ts";
import { DEADLINE_MS } from "../support/deadline.ts";
import { together } from "../support/together.ts";
import { Log } from "../client/log.ts";
import { digestsOf, manifestOf } from "../client/mpserver.ts";
import { type Peer, ScriptedServer } from "./scripted_server.ts";

const EVENTS_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
const DIGESTS = digestsOf(manifestOf("a", contentOf(0, 5)));
const INFO = { name: "a", size: 5, manifest: DIGESTS, state: "listening" };

/** What a source tells, in one word and what goes with it. */
type Told =
  | { what: "answered"; paused: boolean; hasDigest: boolean }
  | { what: "paused"; paused: boolean }
  | { what: "terminated" }
  | { what: "silent"; reason: string; final: boolean };

/** A source and the server it keeps in touch with. */
class Rig implements AsyncDisposable {
  readonly server = new ScriptedServer();
  readonly told = new Log<Told>();
  readonly source: Source;
  readonly ended: Promise<void>;

  /**
   * @param onTold Called with everything that is told.
   * @param listenAfterMs As the source takes it.
   */
  constructor(onTold: (told: Told) => void = () => {}, listenAfterMs?: number) {
    const add = (told: Told) => {
      this.told.add(told);
      onTold(told);
    };
    const listener: SourceListener = {
      answered: (_, { paused, digest }: Info) =>
        add({ what: "answered", paused, hasDigest: digest !== null }),
      paused: (_, paused) => add({ what: "paused", paused }),
      terminated: () => add({ what: "terminated" }),
      silent: (_, reason, final) => add({ what: "silent", reason, final }),
    };
    const address = { host: "127.0.0.1", port: this.server.port };
    this.source = new Source(1, address, listener, listenAfterMs);
    this.ended = this.source.run();
  }

  /** Answers the next info request on a connection of its own; answers the connection. */
  async info(fields: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await this.server.peer();
    assertStringIncludes(await peer.request() ?? "", "/.multiport/info");
    await peer.answer(200, JSON.stringify({ ...INFO, ...fields }));
    return peer;
  }

  /** Answers an info request and begins the events that follow it. */
  async touch(fields: Readonly<Record<string, unknown>> = {}): Promise<Peer> {
    const peer = await this.info(fields);
    assertStringIncludes(await peer.request() ?? "", "/.multiport/events");
    await peer.send(EVENTS_HEAD);
    return peer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.source.stop();
    await this.ended;
    await this.server[Symbol.asyncDispose]();
  }
}

const stateLine = (state: string) => `data: ${JSON.stringify({ state })}\n\n`;
const ANSWERED: Told = { what: "answered", paused: false, hasDigest: true };

Deno.test("Source.hurry() ends the pause before the next attempt", async () => {
  await using rig = new Rig();
  rig.source.maxRetryMs = Infinity;
  // Pauses that double each time would be days long in the end.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    (await rig.server.peer()).close();
    await rig.told.some(attempt + 1, ({ what }) => what === "silent");
    rig.source.hurry();
  }
});

Deno.test("Source tells what the server has, and what its operator does", async () => {
  await using rig = new Rig();
  const peer = await rig.touch();
  for (const state of ["listening", "paused", "sending", "terminated"]) {
    await peer.send(stateLine(state));
  }
  await rig.ended;
  assertEquals(rig.told.entries, [
    ANSWERED,
    { what: "paused", paused: false },
    { what: "paused", paused: true },
    { what: "paused", paused: false },
    { what: "terminated" },
  ]);
  assertEquals(rig.source.inTouch, false);
});

Deno.test("Source.listen() has the server's states asked for at once, after every answer", async () => {
  await using rig = new Rig(undefined, DEADLINE_MS);
  const answering = rig.info();
  await rig.told.some(1);
  rig.source.listen();
  const first = await answering;
  assertStringIncludes(await first.request() ?? "", "/.multiport/events");
  first.close();
  await rig.touch();
});

Deno.test("Source does not ask for states when it is stopped before it listens", async () => {
  await using rig = new Rig(undefined, DEADLINE_MS);
  const answering = rig.info();
  await rig.told.some(1);
  rig.source.stop();
  const peer = await answering;
  assertEquals(await peer.request(), undefined);
});

Deno.test("Source tells that the server is paused before anything is asked of it", async () => {
  await using rig = new Rig();
  await rig.touch({ state: "paused" });
  assertEquals(await rig.told.some(1), [{ ...ANSWERED, paused: true }]);
});

Deno.test("Source asks again when the connection ends", async () => {
  await using rig = new Rig();
  const first = await rig.touch();
  await rig.told.some(1);
  first.close();
  const [, silent] = await rig.told.some(2);
  assertEquals(silent, { what: "silent", reason: "it closed the connection", final: false });
  await rig.touch();
  assertEquals((await rig.told.some(3)).at(-1), ANSWERED);
});

Deno.test("Source ends when asking again is useless", async () => {
  await using rig = new Rig();
  const peer = await rig.server.peer();
  await peer.answer(404, "");
  await rig.ended;
  const [silent] = await rig.told.some(1);
  assert(silent?.what === "silent" && silent.final);
});

Deno.test("Source goes on asking a server that answers nonsense over the connection", async () => {
  await using rig = new Rig();
  await (await rig.server.peer()).send("SSH-2.0-OpenSSH\r\n");
  await rig.touch();
  const [silent, answered] = await rig.told.some(2);
  assert(silent?.what === "silent" && !silent.final);
  assertEquals(answered, ANSWERED);
});

Deno.test("Source asks for digests until they are there, and keeps what it heard meanwhile", async () => {
  await using rig = new Rig();
  const events = await rig.touch({ manifest: null });
  await rig.info({ manifest: null });
  await events.send(stateLine("paused"));
  await rig.told.first(({ what }) => what === "paused");
  // It may have been asked before the operator paused the server.
  await rig.info({ state: "listening" });
  assertEquals(await rig.told.some(3), [
    { ...ANSWERED, hasDigest: false },
    { what: "paused", paused: true },
    { ...ANSWERED, paused: true },
  ]);
});

Deno.test("Source believes the connection that is kept, not the one for digests", async () => {
  await using rig = new Rig();
  await rig.touch({ manifest: null, state: "paused" });
  await rig.info({ state: "listening" });
  assertEquals((await rig.told.some(2)).at(-1), { ...ANSWERED, paused: true });
});

Deno.test("Source asks for digests no longer than it is in touch", async () => {
  await using rig = new Rig();
  (await rig.touch({ manifest: null })).close();
  (await rig.touch()).close();
  await rig.touch();
  assertEquals(rig.server.connections, 3);
});

Deno.test("Source.doubt() listens for a moment to what the server has to say", async () => {
  await using rig = new Rig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.doubt();
  await events.send(stateLine("terminated"));
  await rig.ended;
  assertEquals(rig.told.entries.at(-1), { what: "terminated" });
});

Deno.test("Source.doubt() begins again when the server has nothing to say", async () => {
  await using rig = new Rig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.doubt();
  await events.gone();
  await rig.touch();
  assertEquals((await rig.told.some(3)).at(-1), ANSWERED);
});

Deno.test("Source.stop() ends it in every phase, and nothing is told after it", async () => {
  const phases: ((rig: Rig) => Promise<unknown>)[] = [
    () => Promise.resolve(),
    (rig) => rig.server.peer(),
    async (rig) => await (await rig.server.peer()).request(),
    (rig) => rig.info(),
    (rig) => rig.touch(),
    (rig) => rig.touch({ manifest: null }),
    async (rig) => {
      await rig.touch({ manifest: null });
      await (await rig.server.peer()).request();
    },
    async (rig) => {
      (await rig.touch()).close();
      await rig.told.first(({ what }) => what === "silent");
    },
  ];
  for (const phase of phases) {
    await using rig = new Rig();
    await phase(rig);
    const told = rig.told.entries.length;
    rig.source.stop();
    assertEquals(rig.source.inTouch, false);
    await rig.ended;
    assertEquals(rig.told.entries.length, told);
  }
});

Deno.test("Source.stop() before there is a connection asks for nothing", async () => {
  await using rig = new Rig();
  rig.source.stop();
  assertEquals(await (await rig.server.peer()).request(), undefined);
});

Deno.test("Source.stop() lets nothing be told after it, even what had arrived", async () => {
  for (let round = 0; round < 50; round += 1) {
    await using stopped = new Rig();
    // What one server says is told while what the other says is on its way.
    let told = 0;
    await using rig = new Rig(({ what }) => {
      if (what !== (round % 2 === 0 ? "answered" : "paused")) return;
      stopped.source.stop();
      told = stopped.told.entries.length;
    });
    const peers = [await rig.server.peer(), await stopped.server.peer()];
    for (const peer of peers) await peer.request();
    await together(peers, (peer) => peer.answer(200, JSON.stringify(INFO)));
    await rig.told.some(1);
    if (round % 2 === 1) {
      await stopped.told.some(1);
      for (const peer of peers) await peer.request();
      await together(peers, (peer) => peer.send(EVENTS_HEAD + stateLine("paused")));
      await rig.told.some(2);
    }
    await stopped.ended;
    assertEquals(stopped.told.entries.length, told);
  }
});

Deno.test("Source.name is as people write it", () => {
  const name = (host: string) => new Source(1, { host, port: 5 }, {} as SourceListener).name;
  assertEquals([name("localhost"), name("::1")], ["localhost:5", "[::1]:5"]);
});
