import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { download } from "../../lib/client/download.ts";
import { serve } from "../../lib/server/serve.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { ScriptedServer } from "../sources/scripted_server.ts";
import { contentOf, sha256 } from "./content.ts";
import { digestsOf, manifestOf } from "./mpserver.ts";
import { leave, Rig } from "./download_rig.ts";

Deno.test("download() can be stopped at any event, tells nothing after it, and goes on", async () => {
  await using rig = await Rig.make(2 * MIB + 5);
  for (let stopAt = 1, isDone = false; !isDone; stopAt += 1) {
    const output = rig.scratch.path(`out${stopAt}`);
    const stop = new AbortController();
    let told = 0;
    rig.onEvent = ({ type }) => {
      told += 1;
      if (told === stopAt) stop.abort();
      isDone ||= type === "done";
    };
    const stopped = rig.download({ output }, stop.signal);
    if (!isDone) await stopped.catch((error) => assertStrictEquals(error, stop.signal.reason));
    const toldByThen = told;
    rig.onEvent = () => {};
    await rig.download({ output, force: isDone });
    assertEquals(told, toldByThen);
    assertEquals(sha256(Deno.readFileSync(output)), sha256(rig.source));
  }
});

Deno.test("download() ends with what its listener throws, at any event, and tells it nothing more", async () => {
  await using rig = await Rig.make(2 * MIB + 5);
  // A broken pipe of its own is not one of a server's.
  for (const error of [new TypeError("x is not a function"), new Deno.errors.BrokenPipe("mine")]) {
    for (let throwAt = 1, isDone = false; !isDone; throwAt += 1) {
      let told = 0;
      rig.onEvent = ({ type }) => {
        told += 1;
        isDone = type === "done";
        if (isDone || told === throwAt) throw error;
      };
      const output = rig.scratch.path(`${error.name}${throwAt}`);
      assertStrictEquals(await assertRejects(() => rig.download({ output })), error);
      assert(isDone || told === throwAt);
    }
  }
});

Deno.test("download() leaves nothing of it when it is stopped, whatever it waits for", async () => {
  const info = { name: "a", size: 5 * MIB, state: "listening", manifest: null };
  const manifest = digestsOf(manifestOf("a", contentOf(0, 5 * MIB)));
  const answer = async (server: ScriptedServer, fields: Record<string, unknown> = {}) => {
    const peer = await server.peer();
    await peer.request();
    await peer.answer(200, JSON.stringify({ ...info, ...fields }));
    return peer;
  };
  const phases: ((server: ScriptedServer) => Promise<unknown>)[] = [
    (server) => server.peer(),
    async (server) => await (await server.peer()).request(),
    async (server) => await (await answer(server)).request(),
    // Its digests, its events and its content are asked for over connections of their own.
    async (server) => {
      await answer(server);
      for (const peer of [await server.peer(), await server.peer()]) await peer.request();
    },
    async (server) => {
      await answer(server, { manifest });
      for (const peer of [await server.peer(), await server.peer()]) await peer.request();
    },
  ];
  for (const phase of phases) {
    await using server = new ScriptedServer();
    await using scratch = await Scratch.make();
    const stop = new AbortController();
    const servers = [`127.0.0.1:${server.port}`];
    const stopped = download({ servers, output: scratch.path("out"), signal: stop.signal });
    await phase(server);
    stop.abort();
    assertStrictEquals(await assertRejects(() => stopped), stop.signal.reason);
    // Timers and sockets that are left are found by the test runner, at the end of the test.
  }
});

Deno.test("download() tells nothing more once it was stopped, while it looked at what was left", async () => {
  await using rig = await Rig.make(4 * MIB);
  leave(rig.output, rig.source);
  const stop = new AbortController();
  const stopped = rig.download({}, stop.signal);
  await rig.events.first(({ type }) => type === "notice");
  stop.abort();
  assertStrictEquals(await assertRejects(() => stopped), stop.signal.reason);
  assertEquals(rig.types, ["notice"]);
});

Deno.test("download() is over only when every thread that writes has ended", async () => {
  const RealWorker = globalThis.Worker;
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  globalThis.Worker = class extends RealWorker {
    override set onmessage(handler: (message: MessageEvent) => void) {
      super.onmessage = async (message) => {
        if (message.data.type === "closed") {
          held.resolve();
          await released.promise;
        }
        handler(message);
      };
    }
  };
  try {
    await using scratch = await Scratch.make();
    // So long that workers take part.
    const file = await scratch.noise("big", 300 * MIB, { every: 50 });
    const options = { files: [file], ports: [0, 0], bind: "127.0.0.1", allow: ["127.0.0.1"] };
    const limited = { ...options, once: false, limitRate: 8 * MIB };
    const serving = await serve(limited);
    await using _servers = { [Symbol.asyncDispose]: () => serving.close() };
    const servers = serving.all.map(({ address }) => address);
    const stop = new AbortController();
    let isOver = false;
    const onEvent = (event: DownloadEvent) => {
      const moves = event.type === "progress" &&
        event.servers.every(({ received }) => received > 0);
      if (moves) stop.abort();
    };
    const { signal } = stop;
    const run = download({ interval: 0.02, output: scratch.path("out"), servers, signal, onEvent });
    const over = run.catch(() => isOver = true);
    await beforeDeadline(held.promise, () => "a worker that closes");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve));
    assertEquals(isOver, false);
    released.resolve();
    await over;
    assertEquals(isOver, true);
  } finally {
    globalThis.Worker = RealWorker;
  }
});
