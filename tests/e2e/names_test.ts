import { assertMatch } from "@std/assert";
import { Client } from "../../testing/client.ts";
import { freePlace } from "../../testing/loopback.ts";
import { HAS_PRIVATE_HOSTS, privateHosts } from "../../testing/private_hosts.ts";
import { assertSameContent } from "../../testing/same_content.ts";
import { Scratch } from "../../testing/scratch.ts";
import { Server } from "../../testing/server.ts";

const SIZE = 3_000_000;

Deno.test({
  name: "mpclient reaches a name by whichever of its addresses answers",
  ignore: !HAS_PRIVATE_HOSTS,
  async fn() {
    await using scratch = await Scratch.make();
    const file = await scratch.noise("film.mp4", SIZE);
    await using server = await Server.start([file], { at: 2, more: ["--host", "film.test"] });
    const { host, ports } = server.place;
    // On the other two nobody listens.
    const hosts = ["::1 film.test", `${freePlace(0).host} film.test`, `${host} film.test`];
    await using view = await privateHosts(scratch.folder, hosts);
    const addresses = ports.map((port) => `film.test:${port}`);
    const { within } = view;
    await using client = new Client(scratch.path("copy.mp4"), addresses, [], { within });
    await client.finishes();
    await assertSameContent(scratch.path("copy.mp4"), file);
  },
});

Deno.test({
  name: "mpclient names every address of a name under which nobody answers",
  ignore: !HAS_PRIVATE_HOSTS,
  async fn() {
    await using scratch = await Scratch.make();
    const { host, ports: [port] } = freePlace(1);
    await using view = await privateHosts(scratch.folder, [`::1 film.test`, `${host} film.test`]);
    const { within } = view;
    const more = ["--wait", "0"];
    await using client = new Client(scratch.path("copy"), [`film.test:${port}`], more, { within });
    await client.exits(3);
    const refused = String.raw`(::1|${host}): connection refused`;
    assertMatch(
      client.stdout.entries.join("\n"),
      new RegExp(String.raw`film\.test:${port} \(${refused}; ${refused}\)`),
    );
  },
});

Deno.test("mpclient says so when a name has no address", async () => {
  await using scratch = await Scratch.make();
  const more = ["--wait", "0"];
  await using client = new Client(scratch.path("copy"), ["film.invalid:60000"], more);
  await client.exits(3);
  assertMatch(
    client.stdout.entries.join("\n"),
    /film\.invalid:60000 \(the name film\.invalid cannot be resolved\)/,
  );
});
