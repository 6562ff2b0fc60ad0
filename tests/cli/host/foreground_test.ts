import { assertEquals } from "@std/assert";
import { isInForeground } from "../../../lib/cli/host/ask_ps.ts";
import { Foreground } from "../../../lib/cli/host/foreground.ts";
import { FakeHost } from "./fake_host.ts";

/** Lets everybody hear who is waiting for an answer. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("isInForeground() compares the groups of the process and of its terminal", () => {
  assertEquals(isInForeground("  4711  4711\n"), true);
  assertEquals(isInForeground("  4711  4242\n"), false);
  assertEquals(isInForeground("  4711    -1\n"), true);
  assertEquals(isInForeground("nonsense"), true);
});

Deno.test("Foreground knows nothing until it has an answer", async () => {
  const host = new FakeHost();
  const foreground = new Foreground(host, 200);
  let calls = 0;
  foreground.onFront(() => calls++);
  assertEquals([foreground.state, calls], ["unknown", 0]);
  await turn();
  assertEquals([foreground.state, calls], ["front", 1]);
});

Deno.test("Foreground looks again and again until its process is brought back", async () => {
  const host = new FakeHost();
  host.inFront = false;
  const foreground = new Foreground(host, 200);
  let calls = 0;
  foreground.onFront(() => calls++);
  await turn();
  assertEquals([foreground.state, calls], ["back", 0]);
  host.inFront = true;
  host.advance(5000);
  await turn();
  assertEquals([foreground.state, calls], ["front", 1]);
});

Deno.test("Foreground asks again when its process goes on", async () => {
  const host = new FakeHost();
  const foreground = new Foreground(host, 200);
  const calls: boolean[] = [];
  foreground.onFront((wasAway) => calls.push(wasAway));
  await turn();
  host.continue();
  assertEquals(foreground.state, "unknown");
  await turn();
  assertEquals(foreground.state, "front");
  assertEquals(calls, [true, true]);
});

Deno.test("Foreground tells a stop from a machine that was busy", async () => {
  const host = new FakeHost();
  const foreground = new Foreground(host, 200);
  const calls: boolean[] = [];
  foreground.onFront((wasAway) => calls.push(wasAway));
  await turn();
  host.advance(60_000);
  assertEquals(foreground.state, "unknown");
  await turn();
  assertEquals(foreground.state, "front");
  host.advance(60_000);
  assertEquals(foreground.state, "unknown");
  // Later than the timers that noticed the gap.
  host.continue();
  await turn();
  assertEquals(foreground.state, "front");
  assertEquals(calls, [true, false, true]);
});
