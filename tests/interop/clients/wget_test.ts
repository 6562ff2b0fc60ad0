import { assertEquals } from "@std/assert";
import { assertSameContent } from "../../../testing/same_content.ts";
import { PeerProcess } from "../peer_process.ts";
import { CLIENTS, testWith } from "../peers.ts";
import { withPorts } from "../ports.ts";

testWith(
  [CLIENTS.wget],
  "Wget does not download again what has not changed",
  () =>
    withPorts(async ({ server, urls: [url = ""], bytes, file, folder, copy }) => {
      for (let time = 0; time < 2; time++) {
        await using process = new PeerProcess(CLIENTS.wget, ["-nv", "-N", url], { cwd: folder });
        await process.succeeds();
        await assertSameContent(copy, file);
      }
      await server.type("q");
      await server.exits(0);
      assertEquals(server.served, bytes.length);
    }),
);
