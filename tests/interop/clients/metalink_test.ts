import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertSameContent } from "../../../testing/same_content.ts";
import { MIB } from "../../../testing/scratch.ts";
import { PeerProcess } from "../peer_process.ts";
import { CLIENTS, testWith } from "../peers.ts";
import { hasSent, portsUsed, withPorts } from "../ports.ts";
import { ARIA2_ARGS } from "./aria2.ts";

const NAME = "größe <100%> maß.mp4";

testWith(
  [CLIENTS.aria2],
  "aria2 takes parts from all ports by the Metalink of one, and checks every piece",
  () =>
    withPorts(async ({ server, urls: [url = ""], file, folder, copy }) => {
      await server.manifest(encodeURIComponent(NAME));
      const args = [...ARIA2_ARGS, "--follow-metalink=mem", `${url}.meta4`];
      await using process = new PeerProcess(CLIENTS.aria2, args, { cwd: folder });
      await hasSent(server, 1, MIB / 2);
      await server.pause(2);
      await server.type("r2");
      await server.terminate(3);
      const { said } = await process.succeeds();
      assertStringIncludes(said, "OK");
      await assertSameContent(copy, file);
      await server.type("q");
      await server.exits(0);
      assertEquals(portsUsed(server), [1, 2, 3, 4]);
    }, { name: NAME }),
);

testWith(
  [CLIENTS.aria2],
  "aria2 goes on over a pause of all ports by a Metalink from a file",
  () =>
    withPorts(async ({ server, file, folder, copy }) => {
      await Deno.writeTextFile(`${folder}/it.meta4`, await server.manifest("film.mp4"));
      const args = [...ARIA2_ARGS, "-M", "it.meta4"];
      await using process = new PeerProcess(CLIENTS.aria2, args, { cwd: folder });
      await hasSent(server, 1, MIB / 2);
      for (const index of [1, 2, 3, 4]) await server.pause(index);
      await server.type("r1 r2 r3 r4");
      await process.succeeds();
      await assertSameContent(copy, file);
    }),
);

testWith(
  [CLIENTS.wget2],
  "Wget2 takes a file by the Metalink of one port, in parts",
  () =>
    withPorts(async ({ server, urls: [url = ""], file, folder, copy }) => {
      await server.manifest("film.mp4");
      const args = ["--metalink", "--progress=none", "--chunk-size=1M", `${url}.meta4`];
      await using process = new PeerProcess(CLIENTS.wget2, args, { cwd: folder });
      await process.succeeds();
      await assertSameContent(copy, file);
    }),
);
