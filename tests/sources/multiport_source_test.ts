import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { now } from "../../lib/clock.ts";
import { EVENTS_HEARTBEAT_MS } from "../../lib/server/limits.ts";
import { EVENTS_SILENCE_MS } from "../../lib/sources/limits.ts";
import { MultiportSource } from "../../lib/sources/multiport_source.ts";
import type { SourceListener } from "../../lib/sources/source.ts";
import { DEADLINE_MS } from "../../testing/deadline.ts";
import { together } from "../../testing/together.ts";
import { ANSWERED, EVENTS_HEAD, INFO, MultiportRig, stateLine } from "./multiport_rig.ts";

Deno.test("MultiportSource.hurry() ends the pause before the next attempt", async () => {
  await using rig = new MultiportRig();
  rig.source.resetBackoff();
  // Pauses that double each time would take minutes together.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    (await rig.server.peer()).close();
    await rig.told.some(attempt + 1, ({ what }) => what === "unreachable");
    rig.source.hurry();
  }
});

Deno.test("MultiportSource tells what the server has, and what its operator does", async () => {
  await using rig = new MultiportRig();
  const peer = await rig.touch();
  for (const state of ["listening", "paused", "sending", "terminated"]) {
    await peer.send(stateLine(state));
  }
  await rig.ended;
  assertEquals(rig.told.entries, [
    ANSWERED,
    { what: "paused" },
    { what: "resumed" },
    { what: "terminated" },
  ]);
  assertEquals(rig.source.inTouch, false);
});

Deno.test("MultiportSource.listenNow() has the server's states asked for at once, after every answer", async () => {
  await using rig = new MultiportRig(undefined, DEADLINE_MS);
  const answering = rig.info();
  await rig.told.some(1);
  rig.source.listenNow();
  const first = await answering;
  assertStringIncludes(await first.request() ?? "", "/.multiport/events");
  first.close();
  await rig.touch();
});

Deno.test("MultiportSource does not ask for states when it is stopped before it listens", async () => {
  await using rig = new MultiportRig(undefined, DEADLINE_MS);
  const answering = rig.info();
  await rig.told.some(1);
  rig.source.stop();
  const peer = await answering;
  assertEquals(await peer.request(), undefined);
});

Deno.test("MultiportSource tells that the server is paused before anything is asked of it", async () => {
  await using rig = new MultiportRig();
  await rig.touch({ state: "paused" });
  assertEquals(await rig.told.some(1), [{ ...ANSWERED, paused: true }]);
});

Deno.test("MultiportSource asks again when the connection ends", async () => {
  await using rig = new MultiportRig();
  const first = await rig.touch();
  await rig.told.some(1);
  first.close();
  const [, silent] = await rig.told.some(2);
  assertEquals(silent, { what: "unreachable", reason: "it closed the connection" });
  await rig.touch();
  assertEquals((await rig.told.some(3)).at(-1), ANSWERED);
});

Deno.test("MultiportSource ends when asking again is useless", async () => {
  await using rig = new MultiportRig();
  const peer = await rig.server.peer();
  await peer.answer(404, "");
  await rig.ended;
  const [silent] = await rig.told.some(1);
  assertEquals(silent?.what, "refused");
  // Nothing that is done later brings it back.
  rig.source.hurry();
  await rig.source.run();
  rig.source.contentLost("connection reset", false, true);
  assertEquals([rig.source.state, rig.server.connections], ["refused", 1]);
});

Deno.test("MultiportSource leaves a server alone that is too busy for as long as that says", async () => {
  await using rig = new MultiportRig();
  await (await rig.server.peer()).answer(503, "", "Retry-After: 600\r\n");
  await rig.told.some(1);
  assertEquals(rig.told.entries, [{ what: "busy", reason: "it answered with status 503" }]);
  rig.source.hurry();
  const { status } = rig.source;
  assert(status.state === "waiting" && Math.round((status.until - now()) / 60) === 10);
});

Deno.test("MultiportSource that sends content is up, though it is too busy to say more", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.use();
  events.close();
  await (await rig.server.peer()).answer(503, "", "Retry-After: 600\r\n");
  await rig.told.some(2, ({ what }) => what === "unreachable");
  assertEquals(rig.source.state, "up");
  await rig.touch();
});

Deno.test("MultiportSource goes on asking a server that answers nonsense over the connection", async () => {
  await using rig = new MultiportRig();
  await (await rig.server.peer()).send("SSH-2.0-OpenSSH\r\n");
  await rig.touch();
  const [silent, answered] = await rig.told.some(2);
  assertEquals(silent?.what, "unreachable");
  assertEquals(answered, ANSWERED);
});

Deno.test("MultiportSource listens for a moment, when its content broke off, to what the server has to say", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.use();
  rig.source.contentLost("connection reset", false, true);
  await events.send(stateLine("terminated"));
  await rig.ended;
  assertEquals(rig.told.entries.at(-1), { what: "terminated" });
});

Deno.test("MultiportSource begins again when its content broke off and the server has nothing to say", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.use();
  rig.source.contentLost("connection reset", false, true);
  await events.gone();
  await rig.touch();
  assertEquals((await rig.told.some(3)).at(-1), ANSWERED);
});

Deno.test("MultiportSource.stop() ends it in every phase, and nothing is told after it", async () => {
  const phases: ((rig: MultiportRig) => Promise<unknown>)[] = [
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
      await rig.told.first(({ what }) => what === "unreachable");
    },
  ];
  for (const phase of phases) {
    await using rig = new MultiportRig();
    await phase(rig);
    const told = rig.told.entries.length;
    rig.source.stop();
    assertEquals(rig.source.inTouch, false);
    await rig.ended;
    assertEquals(rig.told.entries.length, told);
  }
});

Deno.test("MultiportSource.stop() before there is a connection asks for nothing", async () => {
  await using rig = new MultiportRig();
  rig.source.stop();
  assertEquals(await (await rig.server.peer()).request(), undefined);
});

Deno.test("MultiportSource.stop() lets nothing be told after it, even what had arrived", async () => {
  for (let round = 0; round < 50; round += 1) {
    await using stopped = new MultiportRig();
    // What one server says is told while what the other says is on its way.
    let told = 0;
    await using rig = new MultiportRig(({ what }) => {
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

Deno.test("MultiportSource.name is as people write it", () => {
  const name = (host: string) =>
    new MultiportSource(1, { host, port: 5 }, {} as SourceListener).name;
  assertEquals([name("localhost"), name("::1")], ["localhost:5", "[::1]:5"]);
});

Deno.test("MultiportSource.request names the version wanted, unless its tag is weak", async () => {
  for (const [etag, fields] of [['"v1"', { "If-Match": '"v1"' }], ['W/"v1"', {}]] as const) {
    await using rig = new MultiportRig();
    await rig.touch({ name: "a b", etag });
    const endpoint = { scheme: "http", host: "127.0.0.1", port: rig.server.port } as const;
    const validators = { etags: [etag] };
    assertEquals(rig.source.request, { endpoint, target: "/a%20b", fields, validators });
  }
});

Deno.test("MultiportSource that is gone is lost at once, and asked again", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  await rig.told.some(1);
  rig.source.use();
  await events.send(stateLine("gone"));
  assertEquals((await rig.told.some(2))[1], { what: "gone", reason: "it was shut down" });
  assertEquals(rig.source.state, "lost");
  rig.source.contentLost("connection reset", false, true);
  assertEquals([rig.source.state, rig.source.reason], ["lost", "it was shut down"]);
  await rig.touch();
  await rig.told.some(2, ({ what }) => what === "answered");
});

Deno.test("A server gives signs of life more often than MultiportSource waits for them", () => {
  assert(2 * EVENTS_HEARTBEAT_MS < EVENTS_SILENCE_MS);
});
