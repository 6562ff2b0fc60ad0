import { assertEquals } from "@std/assert";
import type { Connection } from "../../../lib/server/port/connection.ts";
import { ConnectionQuota } from "../../../lib/server/port/connection_quota.ts";
import { ConnectionSet } from "../../../lib/server/port/connection_set.ts";

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

/** Two ports that may have six connections together, and two each whatever the other has. */
function portsOfSix(): [ConnectionSet, ConnectionSet] {
  const memory = ConnectionQuota.memoryFor(2);
  const port = (index: number) =>
    new ConnectionSet({ connections: 8, streams: 8 }, new ConnectionQuota(memory, index, 6, 2));
  return [port(1), port(2)];
}

/** Lets connections of a client in as long as there is room, at most so many. */
function fill(port: ConnectionSet, client: string, most: number): number {
  for (let count = 0; count < most; count++) {
    if (!port.makeRoom(client)) return count;
    port.add(stuckConnection(client).connection);
  }
  return most;
}

Deno.test("ConnectionSet has no more than all ports may have together, and some for each", () => {
  const [one, other] = portsOfSix();
  assertEquals(fill(one, "a", 10), 6);
  assertEquals(fill(other, "a", 10), 2);
});

Deno.test("ConnectionSet has whoever holds most give way to others when all ports are full", () => {
  const [one] = portsOfSix();
  assertEquals(fill(one, "a", 6), 6);
  assertEquals(one.makeRoom("b"), true);
  const [streams] = portsOfSix();
  for (let count = 0; count < 6; count++) {
    const { connection } = stuckConnection("a");
    streams.makeRoom("a");
    streams.add(connection);
    streams.becomeStream(connection);
  }
  assertEquals([streams.makeRoom("a"), streams.makeRoom("b")], [false, true]);
});

Deno.test("ConnectionSet has room again when another port has fewer", async () => {
  const [one, other] = portsOfSix();
  const held = Array.from({ length: 6 }, () => stuckConnection("a"));
  for (const { connection } of held) one.add(connection);
  assertEquals(fill(other, "a", 3), 2);
  for (const { connection, release } of held) {
    release();
    await one.remove(connection);
  }
  assertEquals(fill(other, "a", 3), 3);
});
