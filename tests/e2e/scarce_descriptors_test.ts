import { assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import {
  HAS_PRELOADED,
  noDescriptorsFor,
  preloaded,
  WITHOUT_PRELOADED,
} from "../../testing/preloaded.ts";
import { isInstalled, run } from "../../testing/run.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

/** File descriptors that are left for connections, and how many idle clients want one. */
const LEFT = 10;
const IDLE_CLIENTS = 30;

const ignore = !isInstalled("prlimit");
const suffix = ignore ? " (ignored: needs prlimit)" : "";

Deno.test({
  name: `mpserver has room on all ports when clients of one took all descriptors${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", 1 * MIB);
    await using server = await Server.start([file], { at: 3 });
    await server.manifest("film.mp4");
    const open = await Array.fromAsync(Deno.readDir(`/proc/${server.pid}/fd`));
    // Enough for a port to notice that it has most of them.
    const most = open.length + 4 * LEFT;
    await run("prlimit", [`--pid=${server.pid}`, `--nofile=${most}:${most}`]);

    const { host: hostname, ports: [crowded = 0, ...others] } = server.place;
    const followers = await Promise.all(
      Array.from({ length: 4 * LEFT + IDLE_CLIENTS }, async () => {
        const connection = await Deno.connect({ hostname, port: crowded });
        const request = `GET /.multiport/events HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`;
        await connection.write(new TextEncoder().encode(request));
        return connection;
      }),
    );
    try {
      const addresses = others.map((port) => `${hostname}:${port}`);
      await using client = new Client(scratch.path("copy"), addresses);
      await client.finishes();
      await assertSameContent(scratch.path("copy"), file);
    } finally {
      for (const connection of followers) connection.close();
    }
  },
});

Deno.test({
  name: `mpserver makes room for an honest client when others took all descriptors${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", 8 * MIB + 1);
    await using server = await Server.start([file], { at: 1 });
    // Hashing takes descriptors of its own.
    await server.manifest("film.mp4");
    const open = await Array.fromAsync(Deno.readDir(`/proc/${server.pid}/fd`));
    const most = open.length + LEFT;
    await run("prlimit", [`--pid=${server.pid}`, `--nofile=${most}:${most}`]);

    const { host: hostname, ports: [port = 0] } = server.place;
    const idle = await Promise.all(
      Array.from({ length: IDLE_CLIENTS }, () => Deno.connect({ hostname, port })),
    );
    try {
      await using client = new Client(scratch.path("copy"), server.addresses);
      await client.finishes();
      await assertSameContent(scratch.path("copy"), file);
    } finally {
      for (const connection of idle) connection.close();
    }
  },
});

Deno.test({
  name:
    `mpserver computes the digests as soon as there is a descriptor for the file${WITHOUT_PRELOADED}`,
  ignore: !HAS_PRELOADED,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", 2 * MIB);
    const flag = scratch.path("none-left");
    await Deno.writeTextFile(flag, "");
    const env = await preloaded(scratch, noDescriptorsFor(file, flag));
    await using server = await Server.start([file], { at: 1, env });
    await server.event((event) => event.type === "notice" && event.message.includes("digests"));
    await Deno.remove(flag);
    await server.manifest("film.mp4");
    const said = server.events.entries.filter(({ type }) => type === "notice");
    assertEquals(said.length, 1);
  },
});

Deno.test({
  name: `mpserver --once waits for a client that waits for digests${WITHOUT_PRELOADED}`,
  ignore: !HAS_PRELOADED,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", 2 * MIB);
    const flag = scratch.path("none-left");
    await Deno.writeTextFile(flag, "");
    const env = await preloaded(scratch, noDescriptorsFor(file, flag));
    await using server = await Server.start([file], { at: 1, more: ["--once"], env });
    await using client = new Client(scratch.path("copy"), server.addresses);
    // Longer than a client that has everything is quiet before it is taken to be done.
    await client.progresses(30, await client.receives(2 * MIB));
    await Deno.remove(flag);
    await client.finishes();
    await server.exits(0);
    await assertSameContent(scratch.path("copy"), file);
  },
});
