import { assert, assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";
import { copyOfStopped, stoppedDownload } from "../../testing/stopped_download.ts";
import { HAS_STRACE, tracing, WITHOUT_STRACE } from "../../testing/strace.ts";
import { together } from "../../testing/together.ts";

const SIZE = 8 * MIB;

/** Calls that change what names lead to; every system has one of each kind. */
const RENAMING = "?rename,?renameat,renameat2";
const REMOVING = "?unlink,unlinkat";

/** At which call, of those of its kind, the client is killed; the last ones come when all is done. */
const KILLS = [
  ...[1, 2, 3, 4].map((nth) => ({ calls: RENAMING, nth })),
  ...[1, 2, 3, 4, 5, 6].map((nth) => ({ calls: REMOVING, nth })),
];

Deno.test({
  name: `mpclient loses nothing that it sets aside, wherever kill -9 hits it${WITHOUT_STRACE}`,
  ignore: !HAS_STRACE,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const other = await scratch.noise("other.mp4", SIZE, { seed: 2 });
    const stopped = await stoppedDownload(scratch, file, 4 * MIB);
    await using wrong = await Server.start([other], { at: 1, rate: MIB });
    await using right = await Server.start([file], { at: 1 });
    for (const server of [wrong, right]) {
      await server.manifest(server === wrong ? "other.mp4" : "film.mp4");
    }
    let killed = 0;
    await together(KILLS, async ({ calls, nth }) => {
      const output = scratch.path(`copy ${calls} ${nth}`);
      await copyOfStopped(stopped, output);
      const within = tracing(`${output}.log`, [...calls.split(",")], [
        `${calls}:signal=KILL:when=${nth}`,
      ]);
      await using client = new Client(output, wrong.addresses, [], { within });
      const moved = await client.eventOrEnd((event) =>
        event.type === "progress" && event.received > 0
      );
      if (moved === undefined) killed += 1;
      else killTraced(client.pid);
      await client.end();
      await using again = new Client(output, right.addresses);
      const { kept } = await again.starts();
      assert(kept >= stopped.received, `${kept} of ${stopped.received}`);
      await again.finishes();
      await assertSameContent(output, file);
    });
    assert(killed >= 4, `${killed} were killed in time`);
    const left = (await scratch.names()).filter((name) => /part/.test(name));
    assertEquals(left, ["stopped.part", "stopped.part.checkpoint"]);
  },
});

Deno.test("mpclient keeps what outvoted servers sent under another name until it is done", async () => {
  await using scratch = await Scratch.make();
  const file = await scratch.noise("film.mp4", SIZE);
  const other = await scratch.noise("other.mp4", SIZE, { seed: 2 });
  await using early = await Server.start([other], { at: 1, rate: MIB });
  await early.manifest("other.mp4");
  const places = [freePlace(1), freePlace(1)] as const;
  const late = places.map(({ host, ports: [port] }) => `${host}:${port}`);
  await using client = new Client(scratch.path("in/"), [...early.addresses, ...late]);
  await client.receives(MIB);
  await early.pause(1);
  await using _one = await Server.start([file], { at: places[0], rate: 2 * MIB });
  await using _two = await Server.start([file], { at: places[1], rate: 2 * MIB });
  const isStart = ({ type }: { readonly type: string }) => type === "start";
  await client.event(isStart, await client.starts());
  const names = () => [...Deno.readDirSync(scratch.path("in"))].map(({ name }) => name).sort();
  assertEquals(names(), [
    "film.mp4.part",
    "film.mp4.part.checkpoint",
    "other.mp4.part",
    "other.mp4.part.checkpoint",
  ]);
  await client.finishes();
  assertEquals(names(), ["film.mp4"]);
  await assertSameContent(scratch.path("in/film.mp4"), file);
});

/** A program goes on without the one that traces it. */
function killTraced(tracer: number): void {
  const [traced] = Deno.readTextFileSync(`/proc/${tracer}/task/${tracer}/children`).split(" ");
  Deno.kill(Number(traced), "SIGKILL");
}
