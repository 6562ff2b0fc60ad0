import { assertMatch } from "@std/assert";
import { Program } from "../../testing/program.ts";
import type { Namespace } from "../../testing/namespace.ts";
import { HAS_PRIVATE_NETWORKS, privateNetwork } from "../../testing/private_network.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";

/** What people type, as the design and the README have it. */
const SERVER = "-i 1 -f oned.mp4      -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004";
const CLIENT = "-i 1 -o oned_copy.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004";

/** The ports have fixed numbers: they are free in a network of its own. */
const ignore = !HAS_PRIVATE_NETWORKS;
const suffix = ignore ? " (ignored: needs unshare, nsenter and ip)" : "";

Deno.test({
  name: `the two command lines of the design work, mpserver first${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    await using network = await privateNetwork();
    const start = starter(scratch, network);
    const file = await scratch.noise("oned.mp4", 32 * MIB);

    await using server = start("mpserver", SERVER);
    await server.line(/Server4 .*127\.0\.0\.1:60004/);
    await using client = start("mpclient", CLIENT);
    await client.exits(0);
    await assertSameContent(scratch.path("oned_copy.mp4"), file);

    server.kill("SIGINT");
    await server.exits(130);
  },
});

Deno.test({
  name: `the two command lines of the design work, mpclient first${suffix}`,
  ignore,
  async fn() {
    await using scratch = await Scratch.make();
    await using network = await privateNetwork();
    const start = starter(scratch, network);
    const file = await scratch.noise("oned.mp4", 32 * MIB);

    await using client = start("mpclient", CLIENT);
    assertMatch(await client.line(/waiting for/), /127\.0\.0\.1:60000/);
    await using server = start("mpserver", SERVER);
    await client.exits(0);
    await assertSameContent(scratch.path("oned_copy.mp4"), file);

    await server.type("q");
    await server.exits(0);
  },
});

function starter({ folder: cwd }: Scratch, { within }: Namespace) {
  return (name: "mpserver" | "mpclient", line: string) =>
    new Program(name, line.split(/ +/), { cwd, within });
}
