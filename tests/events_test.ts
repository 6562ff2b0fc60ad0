import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Events } from "../lib/events.ts";
import { MultiportError } from "../lib/multiport_error.ts";

async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  return await Array.fromAsync(events);
}

Deno.test("Events gives each reader all that is told from when it began", async () => {
  const events = new Events<number>();
  events.tell(0);
  const first = all(events);
  events.tell(1);
  const second = all(events);
  events.tell(2);
  events.end();
  events.tell(3);
  assertEquals([await first, await second], [[1, 2], [2]]);
  assertEquals([await all(events), events.hasReaders], [[], true]);
});

Deno.test("Events drops what a newer event says as well, if it was not read yet", async () => {
  const events = new Events<number>((event, newer) => event % 10 === newer % 10);
  const reading = all(events);
  for (const event of [1, 11, 21, 2, 31]) events.tell(event);
  events.end();
  assertEquals(await reading, [21, 2, 31]);
});

Deno.test("Events throws at its end what went wrong, after what had been told", async () => {
  const events = new Events<number>();
  const read: number[] = [];
  const reading = (async () => {
    for await (const event of events) read.push(event);
  })();
  events.tell(1);
  const error = new TypeError("x is not a function");
  events.fail(error);
  assertStrictEquals(await assertRejects(() => reading), error);
  assertEquals(read, [1]);
  assertStrictEquals(await assertRejects(() => all(events)), error);
});

Deno.test("Events forgets a reader that has stopped reading", async () => {
  const events = new Events<number>();
  const reading = (async () => {
    for await (const event of events) {
      assertEquals(event, 1);
      break;
    }
  })();
  events.tell(1);
  await reading;
  for (let event = 0; event < 20_000; event += 1) events.tell(event);
  events.end();
});

Deno.test("Events keeps no more than so many events for a reader who does not read", async () => {
  const events = new Events<number>();
  const reader = events[Symbol.asyncIterator]();
  for (let event = 0; event < 20_000; event += 1) events.tell(event);
  let count = 0;
  const read = async () => {
    while (!(await reader.next()).done) count += 1;
  };
  const error = await assertRejects(read, MultiportError, "10000 of them were not read");
  assertEquals([error.code, count], ["usage", 10_001]);
});
