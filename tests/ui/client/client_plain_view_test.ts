import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../../../lib/ui/client/client_event.ts";
import { ClientPlainView } from "../../../lib/ui/client/client_plain_view.ts";
import { DONE, PROGRESS, START } from "./client_events.ts";

function linesOf(...events: ClientEvent[]): string[] {
  let text = "";
  const view = new ClientPlainView((part) => text += part, 60);
  for (const event of events) view.show(event);
  view.close();
  return text.split("\n").slice(0, -1);
}

Deno.test("ClientPlainView writes a block of lines for every look at the figures", () => {
  assertEquals(linesOf(START, PROGRESS), [
    "oned.mp4: 1.0 GiB from 127.0.0.1:60000, 127.0.0.1:60002, [::1]:60003, 127.0.0.1:60004 " +
    "to oned_copy.mp4",
    "0:04  47%, 484.5 MiB of 1.0 GiB, 109.1 MiB/s, average 115.4 MiB/s, 0:04 left, " +
    "Server2 is paused: 192.0 MiB wait",
    "  Server1 127.0.0.1:60000  downloading, 128.5 MiB, 48.1 MiB/s",
    "  Server2 127.0.0.1:60002  paused, 64.0 MiB",
    "  Server3 [::1]:60003  failed, 100.0 MiB",
    "  Server4 127.0.0.1:60004  downloading, 192.0 MiB, 61.0 MiB/s",
  ]);
});

Deno.test("ClientPlainView lists of many servers those that need attention, and counts the others", () => {
  const servers = Array.from({ length: 64 }, (_, at) => ({
    index: at + 1,
    address: `10.0.0.${at}:1`,
    state: at === 40 ? "failed" as const : at === 63 ? "idle" as const : "downloading" as const,
    received: 2 ** 20,
    remaining: 2 ** 20,
    portion: [],
    rate: 2 ** 20,
  }));
  const lines = linesOf({ ...START, servers }, { ...PROGRESS, servers });
  const [first = "", , ...rows] = lines;
  assertEquals(first.slice(-53), "10.0.0.13:1, 10.0.0.14:1 and 49 more to oned_copy.mp4");
  assertEquals(rows.length, 16);
  assertEquals(rows[0], "  Server1 10.0.0.0:1  downloading, 1.0 MiB, 1.0 MiB/s");
  assertEquals(rows.slice(-2), [
    "  Server41 10.0.0.40:1  failed, 1.0 MiB",
    "  and 49 more: 48 downloading, 1 idle",
  ]);
});

Deno.test("ClientPlainView writes a line for pauses and failures and their ends, for nothing less", () => {
  const states = ["downloading", "idle", "downloading", "paused", "downloading", "idle"] as const;
  const changes = states.map((state): ClientEvent => ({ type: "server", index: 1, state }));
  const failure: ClientEvent = { type: "server", index: 2, state: "failed", reason: "it stalled" };
  const busy: ClientEvent = { type: "server", index: 3, state: "waiting", reason: "status 503" };
  const again: ClientEvent = { type: "server", index: 3, state: "downloading" };
  assertEquals(linesOf(START, ...changes, failure, busy, again).slice(1), [
    "Server1 paused",
    "Server1 downloading",
    "Server2 failed: it stalled",
    "Server3 waiting: status 503",
    "Server3 downloading",
  ]);
});

Deno.test("ClientPlainView writes about servers that do not answer, but not all the time", () => {
  const waiting = (elapsed: number, ...addresses: string[]): ClientEvent => ({
    type: "waiting",
    servers: addresses.map((address) => ({ address, reason: address === "a:1" ? "refused" : "" })),
    elapsed,
  });
  const seconds = Array.from({ length: 25 }, (_, elapsed) => waiting(elapsed, "a:1", "b:2"));
  assertEquals(linesOf(...seconds, waiting(25, "b:2")), [
    "waiting for a:1 (refused), b:2: 0:00 of 1:00",
    "waiting for a:1 (refused), b:2: 0:10 of 1:00",
    "waiting for a:1 (refused), b:2: 0:20 of 1:00",
    "waiting for b:2: 0:25 of 1:00",
  ]);
});

Deno.test("ClientPlainView ends with a summary", () => {
  assertEquals(linesOf({ ...START, kept: 2 ** 30 } as typeof START, DONE), [
    "oned.mp4: 1.0 GiB, of which 1.0 GiB are here already, from 127.0.0.1:60000, " +
    "127.0.0.1:60002, [::1]:60003, 127.0.0.1:60004 to oned_copy.mp4",
    "  Server1  127.0.0.1:60000   300.0 MiB   29%",
    "  Server2  127.0.0.1:60002   200.0 MiB   20%",
    "  Server3  [::1]:60003       124.0 MiB   12%",
    "  Server4  127.0.0.1:60004   400.0 MiB   39%",
    "  kept 1.0 GiB from an earlier run",
    `  sha-256 ${"ab".repeat(32)}`,
    "oned_copy.mp4: 1.0 GiB, 1.0 GiB fetched in 9.0 s, 113.3 MiB/s on average",
  ]);
});

Deno.test("ClientPlainView writes figures as figures, so that they may be dropped", () => {
  const kinds: string[] = [];
  const view = new ClientPlainView((_text, kind) => kinds.push(kind), 60);
  for (const event of [START, PROGRESS, DONE]) view.show(event);
  assertEquals(kinds, ["news", "figures", "news"]);
});
