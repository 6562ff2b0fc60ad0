import { assert, assertEquals } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { HAS_PRELOADED, NO_BLOCKS, preloaded, WITHOUT_PRELOADED } from "../../testing/preloaded.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { MIB, Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 16 * MIB;

Deno.test({
  name:
    `mpclient keeps what is there where the file system says that less was written${WITHOUT_PRELOADED}`,
  ignore: !HAS_PRELOADED,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    const output = scratch.path("copy");
    const env = await preloaded(scratch, NO_BLOCKS);
    await using server = await Server.start([file], { at: 2, rate: 4 * MIB });
    await server.manifest("film.mp4");
    await using client = new Client(output, server.addresses, [], { env });
    const { received: before } = await client.receives(6 * MIB);
    client.kill("SIGKILL");
    await client.end();
    // What is there is to be found by reading, and by nothing else.
    await Deno.truncate(`${output}.part.checkpoint`);
    await using again = new Client(output, server.addresses, [], { env });
    const { kept } = await again.starts();
    assert(kept >= before, `${kept} of ${before}`);
    const { received } = await again.finishes();
    assertEquals(received <= SIZE - before, true, `${before} and then ${received} of ${SIZE}`);
    await assertSameContent(output, file);
  },
});
