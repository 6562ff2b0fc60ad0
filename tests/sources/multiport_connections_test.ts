import { assert, assertEquals } from "@std/assert";
import { now } from "../../lib/clock.ts";
import { contentOf } from "../client/content.ts";
import { digestsOf, manifestOf } from "../client/mpserver.ts";
import { ANSWERED, MultiportRig, stateLine } from "./multiport_rig.ts";

/** What the info of a file says that has more than one piece, so that its manifest has to be asked for. */
const LARGE = largeFile(1024 * 1024 + 5);

Deno.test("MultiportSource asks for digests until they are there, and keeps what it heard meanwhile", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch({ manifest: null });
  await rig.info({ manifest: null });
  await events.send(stateLine("paused"));
  await rig.told.first(({ what }) => what === "paused");
  // It may have been asked before the operator paused the server.
  await rig.info({ state: "listening" });
  assertEquals(await rig.told.some(3), [
    { ...ANSWERED, hasDigest: false },
    { what: "paused" },
    { what: "learned", paused: true, hasDigest: true },
  ]);
});

Deno.test("MultiportSource believes the connection that is kept, not the one for digests", async () => {
  await using rig = new MultiportRig();
  await rig.touch({ manifest: null, state: "paused" });
  await rig.info({ state: "listening" });
  assertEquals((await rig.told.some(2)).at(-1), {
    what: "learned",
    paused: true,
    hasDigest: true,
  });
});

Deno.test("MultiportSource gives the connection for its states up where it keeps the digests from coming", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch({ manifest: null });
  // Another connection is one too many.
  for (let refused = 0; refused < 2; refused += 1) {
    const peer = await rig.server.peer();
    await peer.request();
    await peer.answer(503, "");
  }
  await events.gone();
  await rig.info();
  assertEquals((await rig.told.some(2)).at(-1), ANSWERED);
  await rig.source.fetchManifest(new AbortController().signal);
  await rig.touch();
});

Deno.test("MultiportSource follows a pause while its digests come before its states", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch(LARGE);
  rig.source.use();
  const none = new AbortController().signal;
  for (let refused = 0; refused < 2; refused += 1) {
    const asking = rig.source.fetchManifest(none).catch(() => {});
    await (await rig.server.peer()).answer(503, "");
    await asking;
  }
  await events.gone();
  await rig.info(LARGE);
  await rig.info({ ...LARGE, state: "paused" });
  await rig.told.first(({ what }) => what === "paused");
});

Deno.test("MultiportSource goes on asking for digests while content has the only connection", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch({ manifest: null });
  rig.source.use();
  rig.source.contentLost("busy", false, true, { kind: "busy", retryAfterMs: 1 });
  await events.gone();
  rig.source.use();
  await rig.info({ manifest: null });
  await rig.info();
  assertEquals((await rig.told.first(({ what }) => what === "learned")).what, "learned");
});

Deno.test("MultiportSource does without its states for content that fails once more", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  rig.source.use();
  rig.source.contentLost("busy", false, true, { kind: "busy", retryAfterMs: 1 });
  await events.gone();
  rig.source.use();
  await rig.info();
  await rig.told.some(2, ({ what }) => what === "answered");
  rig.source.contentLost("connection reset", false, true);
  rig.source.use();
  const peer = await rig.info();
  // It is closed, and no states are asked for.
  assertEquals(await peer.request(), undefined);
});

Deno.test("MultiportSource asks a server of one connection again soon when that was counted still", async () => {
  await using rig = new MultiportRig();
  const events = await rig.touch();
  rig.source.use();
  const busy = { kind: "busy", retryAfterMs: undefined } as const;
  rig.source.contentLost("busy", false, true, busy);
  await events.gone();
  await rig.info();
  await rig.told.some(2, ({ what }) => what === "answered");
  rig.source.use();
  rig.source.contentLost("busy", false, true, busy);
  const { status } = rig.source;
  assert(status.state === "waiting" && status.until - now() < 1);
});

Deno.test("MultiportSource asks for digests no longer than it is in touch", async () => {
  await using rig = new MultiportRig();
  (await rig.touch({ manifest: null })).close();
  (await rig.touch()).close();
  await rig.touch();
  assertEquals(rig.server.connections, 3);
});

function largeFile(size: number) {
  return { size, manifest: digestsOf(manifestOf("a", contentOf(0, size))) };
}
