import { assert, assertEquals, assertRejects } from "@std/assert";
import { EVENTS_SILENCE_MS } from "../../../lib/sources/limits.ts";
import { MAX_PENDING_EVENTS, PORT_LIMITS } from "../../../lib/server/limits.ts";
import { EventStream } from "../../../lib/server/port/event_stream.ts";

const decoder = new TextDecoder();

Deno.test("EventStream sends every state in order, also those that come during a write", async () => {
  const stream = new EventStream();
  const written: string[] = [];
  stream.push("listening");
  await stream.send((bytes) => {
    written.push(decoder.decode(bytes));
    if (written.length === 1) {
      stream.push("sending");
      stream.push("paused");
    } else {
      stream.end();
    }
    return Promise.resolve();
  });
  assertEquals(written, [
    'event: state\ndata: {"state":"listening"}\n\n',
    'event: state\ndata: {"state":"sending"}\n\nevent: state\ndata: {"state":"paused"}\n\n',
  ]);
});

Deno.test("EventStream sends what there is before it ends", async () => {
  const stream = new EventStream();
  const written: string[] = [];
  const sending = stream.send((bytes) => {
    written.push(decoder.decode(bytes));
    return Promise.resolve();
  });
  stream.push("terminated");
  stream.end();
  await sending;
  await stream.finished;
  assertEquals(written.length, 1);
});

Deno.test("EventStream keeps the latest states for a client that does not read", async () => {
  const stream = new EventStream();
  for (let at = 0; at < 1000; at++) stream.push("sending");
  stream.heartbeat();
  stream.push("paused");
  stream.end();
  let text = "";
  await stream.send((bytes) => {
    text += decoder.decode(bytes);
    return Promise.resolve();
  });
  assertEquals(text.split("event: state").length - 1, MAX_PENDING_EVENTS);
  assertEquals(text.endsWith('{"state":"paused"}\n\n'), true);
  assertEquals(text.includes(":\n\n"), false);
});

Deno.test("the signs of life come twice before a client takes a server for dead", () => {
  assert(2 * PORT_LIMITS.heartbeatMs < EVENTS_SILENCE_MS);
});

Deno.test("EventStream is finished when its client has gone", async () => {
  const stream = new EventStream();
  stream.push("listening");
  await assertRejects(() => stream.send(() => Promise.reject(new Error("gone"))), Error, "gone");
  await stream.finished;
});
