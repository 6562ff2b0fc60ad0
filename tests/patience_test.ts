import { assertEquals } from "@std/assert";
import { lateness, Patience } from "../lib/patience.ts";

Deno.test("Patience ends once, when its time is over", async () => {
  const over = Promise.withResolvers<void>();
  let times = 0;
  using _patience = new Patience(1_050, () => {
    times += 1;
    over.resolve();
  });
  const since = performance.now();
  await over.promise;
  // Timers of Deno may be a millisecond early.
  assertEquals([times, performance.now() - since >= 1_048], [1, true]);
});

Deno.test("Patience does not end after it was disposed of", async () => {
  let times = 0;
  new Patience(1, () => times += 1)[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(times, 0);
});

Deno.test("Patience does not count the time in which nothing could run", async () => {
  const order: string[] = [];
  const over = Promise.withResolvers<void>();
  using _patience = new Patience(600, () => {
    order.push("over");
    over.resolve();
  });
  const since = performance.now();
  while (performance.now() - since < 1_300);
  // What came meanwhile has its turn first.
  setTimeout(() => order.push("news"), 0);
  await over.promise;
  assertEquals(order, ["news", "over"]);
});

Deno.test("Patience begins anew when a sign of life has come", async () => {
  const over = Promise.withResolvers<void>();
  using patience = new Patience(1_200, () => over.resolve());
  const since = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  patience.renew();
  await over.promise;
  assertEquals(performance.now() - since >= 2_298, true);
});

Deno.test("lateness() is what a busy machine does not explain", () => {
  assertEquals([lateness(100, 100), lateness(600, 100), lateness(700, 100)], [0, 0, 600]);
});
