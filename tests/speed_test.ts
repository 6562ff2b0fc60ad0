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

Deno.test("Speed does not count the time for which its process was stopped", () => {
  const speed = new Speed(0, 1);
  for (let at = 0.1; at < 2; at += 0.1) speed.sample(1000 * at, at);
  // Stopped for a minute: then comes what has piled up meanwhile, and only then what is usual.
  speed.sample(2100, 62);
  speed.sample(9000, 62.1);
  assertAlmostEquals(speed.bytesPerSecond, 1000, 1);
  for (let at = 62.2; at < 64; at += 0.1) speed.sample(9000 + 3000 * (at - 62.1), at);
  assertAlmostEquals(speed.bytesPerSecond, 3000, 1);
});
