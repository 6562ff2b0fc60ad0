import { assertEquals } from "@std/assert";
import type { Connection } from "../../lib/server/connection.ts";
import { ConnectionSet } from "../../lib/server/connection_set.ts";

/** A connection that is answering a request, and that the system holds on to when it is given up. */
function stuckConnection(client: string) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const connection = {
    client,
    idleSinceMs: undefined,
    released,
    close() {},
  } as unknown as Connection;
  return { connection, release };
}

Deno.test("ConnectionSet has room beside what was given up, but not without end", async () => {
  const connections = new ConnectionSet({ connections: 2, streams: 2 });
  const held = ["a", "a", "a", "b"].map(stuckConnection);
  const removals: Promise<void>[] = [];
  for (const { connection } of held) {
    assertEquals(connections.makeRoom(connection.client), true);
    connections.add(connection);
    removals.push(connections.remove(connection));
  }
  assertEquals(connections.clients, 0);
  assertEquals(connections.makeRoom("a"), false, "a client may have the half of what is held");
  assertEquals(connections.makeRoom("c"), false, "the system holds twice as many as the limit");

  held[0]!.release();
  await removals[0];
  assertEquals(connections.makeRoom("c"), true);
});
