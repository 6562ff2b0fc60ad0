import { assertEquals } from "@std/assert";
import { IdleConnections } from "../../lib/http/client/idle_connections.ts";
import { contentOf } from "../client/content.ts";
import { connectTo } from "../sources/scripted_server.ts";
import { FetcherRig, serve } from "./fetcher_rig.ts";

/** A source with a connection over which its server has answered before. */
async function withIdle() {
  const idle = new IdleConnections();
  const rig = new FetcherRig({ idle });
  const { port } = rig.server;
  idle.keep({ scheme: "http", host: "127.0.0.1", port }, await connectTo(rig.server));
  return { rig, idle, first: await rig.server.peer() };
}

Deno.test("Fetcher asks over a connection over which its source has answered before", async () => {
  const { rig, idle, first } = await withIdle();
  await using _rig = rig;
  using _idle = idle;
  const source = rig.source();
  rig.fetch(source, 100, 300);
  await serve(first);
  await rig.deliveredUpTo(300);
  assertEquals(rig.written(100, 300), contentOf(100, 300));
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("Fetcher opens a connection where the one that was kept is closed", async () => {
  const { rig, idle, first } = await withIdle();
  await using _rig = rig;
  using _idle = idle;
  first.close();
  const source = rig.source();
  rig.fetch(source, 100, 200);
  rig.fetch(source, 200, 300);
  const second = await rig.server.peer();
  await serve(second);
  await serve(second);
  await rig.deliveredUpTo(300);
  assertEquals(rig.delivered, [[100, 300]]);
  source.drop("over");
});
