import { assertEquals } from "@std/assert";
import type { Connection } from "../../lib/server/connection.ts";
import { ConnectionSet } from "../../lib/server/connection_set.ts";

/** A connection that is answering a request, and that the system holds on to when it is given up. */
function stuckConnection() {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const connection = { idleSinceMs: undefined, released, close() {} } as unknown as Connection;
  return { connection, release };
}

Deno.test("ConnectionSet has room beside what was given up, but not without end", async () => {
  const connections = new ConnectionSet(2);
  const held = Array.from({ length: 4 }, stuckConnection);
  const removals: Promise<void>[] = [];
  for (const { connection } of held) {
    assertEquals(connections.makeRoom(), true);
    connections.add(connection);
    removals.push(connections.remove(connection));
  }
  assertEquals(connections.size, 0);
  assertEquals(connections.makeRoom(), false, "the system holds twice as many as the limit");

  held[0]!.release();
  await removals[0];
  assertEquals(connections.makeRoom(), true);
});
