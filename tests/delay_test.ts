import { assertEquals } from "@std/assert";
import { delay } from "../lib/delay.ts";

const never = new AbortController().signal;

Deno.test("delay() lets what came while the thread was held up have its turn first", async () => {
  const order: string[] = [];
  const over = delay(10, never).then(() => order.push("over"));
  setTimeout(() => order.push("came"), 30);
  for (const since = performance.now(); performance.now() - since < 60;);
  await over;
  assertEquals(order, ["came", "over"]);
});

Deno.test("delay() ends when it is told to, before and while it waits", async () => {
  await delay(600_000, AbortSignal.abort());
  const stop = new AbortController();
  const waiting = delay(600_000, stop.signal);
  stop.abort();
  await waiting;
});
