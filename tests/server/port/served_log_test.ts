import { assert, assertEquals } from "@std/assert";
import { ServedLog, type ServedRecord } from "../../../lib/server/port/served_log.ts";

Deno.test("ServedLog tells a client's first record at once, and adds up what follows", () => {
  const told: ServedRecord[] = [];
  const log = new ServedLog((record) => told.push(record));
  log.add("10.0.0.7", "10.0.0.7:1", 5, 0);
  log.add("10.0.0.8", "10.0.0.8:1", 6, 0);
  log.add("10.0.0.7", "10.0.0.7:2", 1, 1);
  assertEquals(told.splice(0), [
    { client: "10.0.0.7:1", bytes: 5, connections: 1 },
    { client: "10.0.0.8:1", bytes: 6, connections: 1 },
  ]);
  log.tellDue(999);
  assertEquals(told.splice(0), []);
  log.tellDue(1000);
  assertEquals(told.splice(0), [{ client: "10.0.0.7:2", bytes: 1, connections: 1 }]);
  log.add("10.0.0.7", "10.0.0.7:3", 2, 1001);
  log.add("10.0.0.7", "10.0.0.7:4", 3, 1002);
  log.tellAll();
  assertEquals(told, [{ client: "10.0.0.7", bytes: 5, connections: 2 }]);
});

Deno.test("ServedLog tells ever less often of a client that comes without end", () => {
  const told: ServedRecord[] = [];
  const log = new ServedLog((record) => told.push(record));
  for (let nowMs = 0; nowMs < 3_600_000; nowMs += 10) {
    log.add("10.0.0.7", "10.0.0.7:1", 1, nowMs);
    log.tellDue(nowMs);
  }
  assert(told.length < 80, `${told.length} records`);
  log.tellAll();
  assertEquals(told.reduce((sum, { bytes }) => sum + bytes, 0), 360_000);
});
