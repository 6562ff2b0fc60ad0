import { assert, assertEquals } from "@std/assert";
import { ConcurrencyLimit, type Entry } from "../../lib/transfer/concurrency_limit.ts";
import { FIRST_ADMITTED, MIN_ADMITTED } from "../../lib/transfer/limits.ts";
import { nextTurn } from "../../lib/next_turn.ts";
import { beforeDeadline } from "../../testing/deadline.ts";

/** A source that comes in; resolves when it is asked. */
async function admitted(admission: ConcurrencyLimit): Promise<Entry> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const entry = admission.enter(resolve);
  if (!entry.admitted) await promise;
  assert(entry.admitted);
  return entry;
}

/** Sources that are asked and keep the thread busy, and others that wait, in this order. */
function crowd(admission: ConcurrencyLimit, waiting: number) {
  const order: number[] = [];
  const busy = Array.from({ length: FIRST_ADMITTED }, () => admission.enter(() => {}));
  for (const entry of busy) entry.work();
  const others = Array.from({ length: waiting }, (_, at) => admission.enter(() => order.push(at)));
  return { busy, others, order };
}

Deno.test("ConcurrencyLimit lets a few in at once, and others when one of those leaves, in their order", () => {
  const admission = new ConcurrencyLimit();
  const { busy, others, order } = crowd(admission, 3);
  assert(busy.every(({ admitted }) => admitted));
  assert(others.every(({ admitted }) => !admitted));
  assert(admission.contended);
  busy[0]?.leave();
  assertEquals([order, others.map(({ admitted }) => admitted)], [[0], [true, false, false]]);
  busy[1]?.leave();
  assertEquals(order, [0, 1]);
  others[2]?.leave();
  assert(!admission.contended);
});

Deno.test("ConcurrencyLimit forgets who leaves before being admitted", () => {
  const admission = new ConcurrencyLimit();
  const { busy, others, order } = crowd(admission, 2);
  others[0]?.leave();
  busy[0]?.leave();
  assertEquals(order, [1]);
});

Deno.test("ConcurrencyLimit lets nobody in before those who came first", () => {
  const admission = new ConcurrencyLimit();
  const { busy } = crowd(admission, 2);
  busy.slice(0, 2).forEach((entry) => entry.leave());
  const last = admission.enter(() => {});
  assertEquals([last.admitted, admission.contended], [false, true]);
  busy.slice(2).forEach((entry) => entry.leave());
  assert(last.admitted);
});

Deno.test("ConcurrencyLimit lets nobody in before those who came first, whenever they come", async () => {
  const admission = new ConcurrencyLimit();
  const order: string[] = [];
  const done = Promise.withResolvers<void>();
  // One of those is let in as the thread is idle, then several at once, as nothing comes from others.
  for (let at = 0; at <= FIRST_ADMITTED; at += 1) admission.enter(() => {});
  admission.enter(() => {
    order.push("first");
    const last = admission.enter(() => {
      order.push("last");
      done.resolve();
    });
    assert(!last.admitted);
  });
  admission.enter(() => order.push("second"));
  await beforeDeadline(done.promise, () => `${order}`);
  assertEquals(order, ["first", "second", "last"]);
});

Deno.test("ConcurrencyLimit lets all in when nothing comes from those that are asked", async () => {
  const admission = new ConcurrencyLimit();
  const all = Array.from({ length: 64 }, () => admitted(admission));
  const entries = await beforeDeadline(Promise.all(all), () => `contended: ${admission.contended}`);
  for (const entry of entries) entry.leave();
});

Deno.test("ConcurrencyLimit lets more in when those that are asked send less than the thread can take", async () => {
  const admission = new ConcurrencyLimit();
  const inside = new Set<Entry>();
  const all = Array.from({ length: 16 }, async () => {
    const entry = await admitted(admission);
    inside.add(entry);
  });
  const trickle = setInterval(() => inside.forEach((entry) => entry.work()), 1);
  await beforeDeadline(Promise.all(all), () => `${inside.size} are asked`);
  clearInterval(trickle);
});

/** Sources that take turns in which they keep the thread busy: how many were asked at a time, and how often none. */
async function rotate(admission: ConcurrencyLimit, sources: number) {
  const turns = new Array<number>(sources).fill(0);
  let [inside, total] = [0, 0];
  const insideLately: number[] = [];
  const take = async (at: number) => {
    while (total < 480) {
      const entry = await admitted(admission);
      inside += 1;
      for (let chunk = 0; chunk < 2; chunk += 1) {
        entry.work();
        const start = performance.now();
        while (performance.now() - start < 0.2);
        await nextTurn();
      }
      if (total > 240) insideLately.push(inside);
      turns[at] = (turns[at] ?? 0) + 1;
      total += 1;
      inside -= 1;
      entry.leave();
    }
  };
  const startedAt = performance.now();
  let [idle, lookedAt] = [0, startedAt];
  const look = async () => {
    for (; total < 480; await nextTurn()) {
      const now = performance.now();
      if (inside === 0) idle += now - lookedAt;
      lookedAt = now;
    }
  };
  const all = Promise.all([look(), ...turns.map((_, at) => take(at))]);
  await beforeDeadline(all, () => `${turns}`);
  insideLately.sort((a, b) => a - b);
  return {
    turns,
    inside: insideLately[Math.floor(insideLately.length / 2)],
    idle: idle / (lookedAt - startedAt),
  };
}

Deno.test("ConcurrencyLimit keeps few in while they keep the thread busy, and everybody has turns", async () => {
  const { turns, inside } = await rotate(new ConcurrencyLimit(), 16);
  assertEquals(inside, MIN_ADMITTED);
  assert(Math.max(...turns) - Math.min(...turns) <= 2, `${turns}`);
});

Deno.test("ConcurrencyLimit lets as many in when others are silent", async () => {
  const admission = new ConcurrencyLimit();
  const silent = Array.from({ length: 8 }, () => admitted(admission));
  await beforeDeadline(Promise.all(silent), () => "silent ones wait");
  const { inside, idle } = await rotate(admission, 16);
  assertEquals(inside, MIN_ADMITTED);
  assert(idle < 0.2, `nobody is asked for ${idle} of the time`);
});

Deno.test("ConcurrencyLimit does not count those from which nothing comes", async () => {
  const admission = new ConcurrencyLimit();
  const silent = Array.from({ length: FIRST_ADMITTED }, () => admission.enter(() => {}));
  const busy = await beforeDeadline(admitted(admission), () => "a silent source is in the way");
  busy.work();
  const waiting = admission.enter(() => {});
  busy.leave();
  assert(waiting.admitted);
  silent[0]?.work();
  for (const entry of [...silent, waiting]) entry.leave();
});

Deno.test("ConcurrencyLimit works as its documentation shows", () => {
  const admission = new ConcurrencyLimit();
  const entry = admission.enter(() => {});
  assert(entry.admitted);
  entry.leave();
});
