import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Speed } from "../lib/speed.ts";

Deno.test("Speed is 0 before anything was counted", () => {
  const speed = new Speed(5);
  assertEquals(speed.bytesPerSecond, 0);
  speed.sample(100, 5);
  assertEquals(speed.bytesPerSecond, 0);
});

Deno.test("Speed looks back over about a second", () => {
  const speed = new Speed(0);
  for (let at = 0.1; at < 3; at += 0.1) speed.sample(1000 * at, at);
  assertAlmostEquals(speed.bytesPerSecond, 1000, 1);
  for (let at = 3; at < 4.2; at += 0.1) speed.sample(3000, at);
  assertAlmostEquals(speed.bytesPerSecond, 0, 1);
});

Deno.test("Speed looks back over all the time between samples that are far apart", () => {
  const speed = new Speed(0);
  speed.sample(0, 10);
  speed.sample(5000, 20);
  assertEquals(speed.bytesPerSecond, 500);
});
