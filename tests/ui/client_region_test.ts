import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { ClientEvent, SourceState } from "../../lib/client/client_event.ts";
import { EMPTY_CLIENT_MODEL, nextClientModel } from "../../lib/ui/client_model.ts";
import { clientRegion } from "../../lib/ui/client_region.ts";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../lib/ui/glyphs.ts";
import { lineWidth, renderLine } from "../../lib/ui/styled_text.ts";
import { PROGRESS, START } from "./client_events.ts";

function picture(
  events: readonly ClientEvent[],
  columns: number,
  rows = 23,
  glyphs = UNICODE_GLYPHS,
): string[] {
  const model = events.reduce(nextClientModel, EMPTY_CLIENT_MODEL);
  return clientRegion(model, { columns, rows }, { glyphs, wait: 60 })
    .map((line) => renderLine(line, false));
}

function withStates(...states: SourceState[]): ClientEvent {
  const servers = PROGRESS.servers.map((server, at) => ({
    ...server,
    state: states[at] ?? "idle",
  }));
  return { ...PROGRESS, rate: 0, eta: null, servers };
}

Deno.test("clientRegion() shows every server and the whole in 80 columns", () => {
  assertEquals(picture([START, PROGRESS], 79), [
    "oned.mp4 → oned_copy.mp4",
    "1  127.0.0.1:60000  ▕█████████         ▏   128.5 MiB    48.1 MiB/s  downloading",
    "2  127.0.0.1:60002  ▕████▌             ▏    64.0 MiB             –  paused",
    "3  [::1]:60003      ▕███████           ▏   100.0 MiB             –  failed",
    "4  127.0.0.1:60004  ▕█████████████▌    ▏   192.0 MiB    61.0 MiB/s  downloading",
    "▕██████████████████████████████████▏                                     ▏  47%",
    "484.5 MiB of 1.0 GiB  109.1 MiB/s  0:05 left  avg 115.4 MiB/s  0:04 elapsed",
  ]);
});

Deno.test("clientRegion() leaves columns out and breaks lines in 40 columns", () => {
  assertEquals(picture([START, PROGRESS], 39), [
    "oned.mp4 → oned_copy.mp4",
    "1  128.5 MiB   48.1 MiB/s downloading",
    "2   64.0 MiB            – paused",
    "3  100.0 MiB            – failed",
    "4  192.0 MiB   61.0 MiB/s downloading",
    "▕███████████████▏                ▏  47%",
    "484.5 MiB of 1.0 GiB  109.1 MiB/s",
    "0:05 left  avg 115.4 MiB/s",
    "0:04 elapsed",
  ]);
});

Deno.test("clientRegion() says which server does what in 20 columns", () => {
  assertEquals(picture([START, PROGRESS], 19), [
    "oned.mp4 → oned_copy.mp4",
    "1 downloading",
    "2 paused",
    "3 failed",
    "4 downloading",
    "▕█████▋      ▏  47%",
    "484.5 MiB of 1.0 GiB",
    "109.1 MiB/s",
    "0:05 left",
    "avg 115.4 MiB/s",
    "0:04 elapsed",
  ]);
});

Deno.test("clientRegion() does without letters that are not ASCII", () => {
  const text = picture([START, PROGRESS], 79, 23, ASCII_GLYPHS);
  assertEquals(
    text[1],
    "1  127.0.0.1:60000  [#########.........]   128.5 MiB    48.1 MiB/s  downloading",
  );
  assert(text.every((line) => /^[ -~]*$/.test(line)));
});

Deno.test("clientRegion() is no wider than eyes can follow", () => {
  assertEquals(Math.max(...picture([START, PROGRESS], 300).map((line) => line.length)), 110);
});

Deno.test("clientRegion() keeps the whole where rows are few", () => {
  const [bar, figures] = picture([START, PROGRESS], 79).slice(-2);
  assertEquals(picture([START, PROGRESS], 79, 1), [bar]);
  assertEquals(picture([START, PROGRESS], 79, 2), [bar, figures]);
  assertEquals(picture([START, PROGRESS], 79, 4).slice(1), ["… and 4 more", bar, figures]);
});

Deno.test("clientRegion() shows who is paused, lost or slow where not all have room", () => {
  const shown = picture([START, PROGRESS], 79, 6);
  assertEquals(shown.map((line) => line[0]), ["o", "2", "3", "…", "▕", "4"]);
  assertEquals(shown[3], "… and 2 more");
});

Deno.test("clientRegion() says for whom it waits while nobody sends", () => {
  const lastLine = (...states: SourceState[]) =>
    picture([START, withStates(...states)], 119).at(-1) ?? "";
  assertStringIncludes(lastLine("idle", "paused", "failed"), "waiting for Server2 to be resumed");
  assertStringIncludes(lastLine("paused", "paused"), "waiting for 2 servers to be resumed");
  assertStringIncludes(lastLine("idle", "failed"), "waiting for a server to come back");
  assertStringIncludes(lastLine("paused", "downloading"), "– left");
});

Deno.test("clientRegion() says for whom it waits before the start", () => {
  const waiting = {
    type: "waiting",
    addresses: ["127.0.0.1:60000"],
    reasons: ["connection refused"],
    elapsed: 3.5,
  } as const;
  assertEquals(picture([waiting], 79), [
    "waiting for 127.0.0.1:60000 (connection refused)  0:03 of 1:00…",
  ]);
  const more = {
    ...waiting,
    addresses: ["a.example:1", "b.example:2", "c.example:3"],
    reasons: [],
  };
  assertEquals(picture([more], 39), ["waiting for a.example:1 and 2 more", "0:03 of 1:00…"]);
  assertEquals(picture([], 79), []);
});

Deno.test("clientRegion() starts from what an earlier run has fetched", () => {
  const start = { ...START, kept: 2 ** 29 } as ClientEvent;
  const [bar, figures] = picture([start], 79).slice(-2);
  assertEquals(bar?.slice(-3), "50%");
  assertEquals(figures?.slice(0, 20), "512.0 MiB of 1.0 GiB");
});

Deno.test("clientRegion() fills a server's bar with an equal share, or with the greatest", () => {
  const bars = (...received: number[]) => {
    const servers = PROGRESS.servers.map((server, at) => ({
      ...server,
      received: (received[at] ?? 0) * 2 ** 20,
    }));
    return picture([START, { ...PROGRESS, servers }], 79).slice(1, 3).map((line) =>
      line.slice(20, 40)
    );
  };
  assertEquals(bars(128, 256), ["▕█████████         ▏", "▕██████████████████▏"]);
  assertEquals(bars(256, 512), ["▕█████████         ▏", "▕██████████████████▏"]);
});

Deno.test("clientRegion() shows an empty file as complete", () => {
  const start = { ...START, size: 0 } as ClientEvent;
  assertEquals(picture([start], 79).at(-2)?.endsWith("100%"), true);
});

Deno.test("clientRegion() fits any number of servers into any terminal", () => {
  const sizes = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.nat(40) });
  fc.assert(fc.property(sizes, fc.nat(100), fc.nat(), ({ columns, rows }, count, received) => {
    const servers = Array.from({ length: count }, (_, at) => ({
      index: at + 1,
      address: `[fd00::${at}]:60000`,
      state: "downloading" as const,
      received,
      rate: received,
    }));
    const start = { ...START, servers } as ClientEvent;
    const model = [start, { ...PROGRESS, servers }].reduce(nextClientModel, EMPTY_CLIENT_MODEL);
    const lines = clientRegion(model, { columns, rows }, { glyphs: UNICODE_GLYPHS, wait: 1 });
    assert(lines.length <= rows, `${lines.length} rows of ${rows}`);
    if (columns > 30) assert(lines.slice(1).every((line) => lineWidth(line) <= columns));
  }));
});
