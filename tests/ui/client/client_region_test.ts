import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type ClientEvent, PIECE, type SourceState } from "../../../lib/ui/client/client_event.ts";
import { EMPTY_CLIENT_MODEL, nextClientModel } from "../../../lib/ui/client/client_model.ts";
import { clientRegion } from "../../../lib/ui/client/client_region.ts";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { lineWidth, renderLine } from "../../../lib/ui/terminal/styled_text.ts";
import { PICTURE, PROGRESS, START } from "./client_events.ts";

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

const EVENTS = [START, PROGRESS];

function withStates(...states: SourceState[]): ClientEvent {
  const servers = PROGRESS.servers.map((server, at) => ({
    ...server,
    state: states[at] ?? "idle",
  }));
  const paused = servers.filter(({ state }) => state === "paused");
  const held = paused.reduce((sum, { remaining }) => sum + remaining, 0);
  return { ...PROGRESS, rate: 0, held, eta: null, servers };
}

Deno.test("clientRegion() shows every server and the whole in 80 columns", () => {
  assertEquals(picture(EVENTS, 79), PICTURE);
});

Deno.test("clientRegion() leaves columns out and breaks lines in 40 columns", () => {
  assertEquals(picture(EVENTS, 39), [
    "oned.mp4 → oned_copy.mp4",
    "1 ▕█▓░  ░░   ▏   48.1 MiB/s downloading",
    "2 ▕  █▓░     ▏            – paused",
    "3 ▕     █    ▏            – failed",
    "4 ▕      ░▓█▓▏   61.0 MiB/s downloading",
    "▕███████████████▏                ▏  47%",
    " 1111····22······333·····444444··",
    " 484.5 of 1024.0 MiB  109.1 MiB/s",
    "0:04 left  avg 115.4 MiB/s",
    "0:04 elapsed",
    "Server2 is paused: 192.0 MiB wait",
  ]);
});

Deno.test("clientRegion() shows bars in 60 columns, and of long names the start", () => {
  const servers = START.servers.map(({ index }) => ({
    index,
    address: `https://mirror${index}.example.org/pub`,
  }));
  assertEquals(picture([{ ...START, servers }, PROGRESS], 59).slice(1, 3), [
    "1 mirror1.example.org/… ▕█▓  ░░  ▏   48.1 MiB/s downloading",
    "2 mirror2.example.org/… ▕  ▓░    ▏            – paused",
  ]);
});

Deno.test("clientRegion() says which server does what in 20 columns", () => {
  assertEquals(picture(EVENTS, 19), [
    "oned.mp4 → oned_copy.mp4",
    "1 downloading",
    "2 paused",
    "3 failed",
    "4 downloading",
    "▕█████▋      ▏  47%",
    " 484.5 of 1024.0 MiB",
    "109.1 MiB/s",
    "0:04 left",
    "avg 115.4 MiB/s",
    "0:04 elapsed",
    "Server2 is paused:…",
  ]);
});

Deno.test("clientRegion() does without letters that are not ASCII", () => {
  const text = picture(EVENTS, 79, 23, ASCII_GLYPHS);
  assertEquals(
    text[1],
    "1  127.0.0.1:60000  [##+--     --      ]   128.5 MiB    48.1 MiB/s  downloading",
  );
  assert(text.every((line) => /^[ -~]*$/.test(line)));
});

Deno.test("clientRegion() is no wider than eyes can follow", () => {
  assertEquals(Math.max(...picture(EVENTS, 300).map((line) => line.length)), 110);
});

Deno.test("clientRegion() keeps the whole where rows are few", () => {
  const bar = picture(EVENTS, 79).find((line) => line.endsWith("47%")) ?? "";
  const [figures = "", waits = ""] = picture(EVENTS, 79).slice(-2);
  assertEquals(picture(EVENTS, 79, 1), [bar]);
  assertEquals(picture(EVENTS, 79, 2), [bar, figures]);
  assertEquals(picture(EVENTS, 79, 5).slice(1), [
    "… and 4 more: 2 downloading, 1 paused, 1 failed",
    bar,
    figures,
    waits,
  ]);
});

Deno.test("clientRegion() shows who is paused, lost or slow where not all have room", () => {
  const shown = picture(EVENTS, 79, 7);
  assertEquals(shown.map((line) => line[0]), ["o", "2", "3", "…", "▕", " ", "S"]);
  assertEquals(shown[3], "… and 2 more: 2 downloading");
});

Deno.test("clientRegion() keeps the same rows in sight while all servers take turns at being first", () => {
  const servers = Array.from({ length: 64 }, (_, at) => ({ index: at + 1, address: `a:${at}` }));
  const shownAt = (turn: number) => {
    const figures = servers.map(({ index }) => ({
      index,
      state: "downloading" as const,
      // One is slow, and all others are now and then a little behind.
      received: index === 50 ? 100 : 1000 + (index * 37 + turn * 11) % 64,
      remaining: 1,
      portion: [],
      rate: 1,
    }));
    return picture([{ ...START, servers }, { ...PROGRESS, servers: figures }], 79, 12)
      .slice(1, -3).map((line) => line.slice(0, 2).trim());
  };
  assertEquals(shownAt(0), ["1", "2", "3", "4", "5", "6", "50", "…"]);
  for (let turn = 1; turn < 64; turn++) assertEquals(shownAt(turn), shownAt(0));
});

Deno.test("clientRegion() marks in its map who delivered what, and what was wrong", () => {
  const mapOf = (change: (pieces: Int16Array) => void) => {
    const pieces = PROGRESS.pieces.slice();
    change(pieces);
    return picture([START, { ...PROGRESS, pieces }], 79)[6]?.slice(0, 16);
  };
  assertEquals(mapOf(() => {}), " 111111111······");
  assertEquals(
    mapOf((pieces) => pieces.fill(PIECE.wrong, 0, 100)),
    " !!!!!!!!1······",
  );
  assertEquals(mapOf((pieces) => pieces.fill(4, 0, 100)), " 444444411······");
  assertEquals(mapOf((pieces) => pieces.fill(PIECE.kept)), " ===============");
  assertEquals(mapOf((pieces) => pieces.fill(PIECE.unverified)), " ???????????????");
});

Deno.test("clientRegion() tells more than nine servers apart by letters", () => {
  const servers = Array.from({ length: 12 }, (_, at) => ({ index: at + 1, address: `a:${at}` }));
  const pieces = new Int16Array(1024).fill(11, 0, 512);
  const shown = picture([{ ...START, servers }, { ...PROGRESS, servers: [], pieces }], 110, 23);
  assertEquals(shown[11]?.slice(0, 10), "11  b  a:1");
  assertEquals(shown.some((line) => line.startsWith(" bbbbbbbb")), true);
});

Deno.test("clientRegion() says for whom it waits while nobody sends", () => {
  const wait = (...states: SourceState[]) =>
    picture([START, withStates(...states)], 119).at(-1) ?? "";
  assertEquals(wait("idle", "paused", "failed"), "Server2 is paused: 192.0 MiB wait");
  assertEquals(
    wait("paused", "paused"),
    "Server1 and Server2 are paused: 355.0 MiB wait",
  );
  assertEquals(wait("idle", "failed"), "waiting for Server2 to come back");
  assertEquals(
    wait("failed", "idle", "idle", "connecting"),
    "waiting for Server1 to come back, or Server4 to answer",
  );
  assertEquals(wait("waiting", "waiting"), "waiting for Server1 and Server2 to be less busy");
  assertEquals(wait("downloading").includes("left"), false);
});

Deno.test("clientRegion() waits for who reads standard output, not for a server that is lost", () => {
  const start = { ...START, output: "-" };
  const wait = (...states: SourceState[]) =>
    picture([start, withStates(...states)], 119).at(-1) ?? "";
  assertEquals(wait("idle", "failed"), "waiting for what reads the output");
  assertEquals(wait("idle", "paused"), "Server2 is paused: 192.0 MiB wait");
  const lost = wait("failed", "failed", "failed", "failed");
  assertEquals(lost, "waiting for 4 servers to come back");
});

Deno.test("clientRegion() says how long what can move takes, and what waits for whom", () => {
  const [figures, waits] = picture(EVENTS, 110).slice(-2);
  assertStringIncludes(figures ?? "", "0:04 left");
  assertEquals(waits, "Server2 is paused: 192.0 MiB wait");
});

Deno.test("clientRegion() says for whom it waits before the start, and why", () => {
  const server = (address: string, reason = "") => ({ address, reason });
  const waiting = { type: "waiting", elapsed: 3.5 } as const;
  assertEquals(picture([{ ...waiting, servers: [server("127.0.0.1:60000")] }], 79), [
    "waiting for 127.0.0.1:60000  0:03 of 1:00…",
  ]);
  const servers = [server("a.example:1", "connection refused"), server("b:2"), server("c:3")];
  assertEquals(picture([{ ...waiting, servers }], 60), [
    "waiting for a.example:1 (connection refused) and 2 more",
    "0:03 of 1:00…",
  ]);
  assertEquals(picture([], 79), []);
});

Deno.test("clientRegion() starts from what an earlier run has fetched", () => {
  const start = { ...START, kept: 2 ** 29 };
  const shown = picture([start], 79);
  assertEquals(shown.find((line) => line.startsWith("▕"))?.slice(-3), "50%");
  assertEquals(shown.some((line) => line.startsWith(" 512.0 of 1024.0 MiB")), true);
});

Deno.test("clientRegion() keeps rows in their places and amounts in their units", () => {
  const faster = {
    ...PROGRESS,
    rate: 2,
    servers: PROGRESS.servers.map((server) => ({ ...server, received: 5, rate: 900 * 1024 })),
  };
  const shown = picture([...EVENTS, faster], 79);
  assertEquals(shown.slice(1, 5).map((line) => line[0]), ["1", "2", "3", "4"]);
  // A moment ago it was tens of MiB/s.
  assertEquals(shown[1]?.slice(40), "     0.0 MiB     0.9 MiB/s  downloading");
});

Deno.test("clientRegion() says no rate while it knows none, and keeps the average in its unit", () => {
  const servers = PROGRESS.servers.map((server) => ({ ...server, rate: 0 }));
  const none = { ...PROGRESS, rate: 0, held: 0, eta: null, servers };
  const shown = picture([START, none], 79);
  assertEquals(shown.at(-1), " 484.5 of 1024.0 MiB            –  avg 115.4 MiB/s  0:04 elapsed");
  assertEquals(shown[1]?.slice(-24), "          –  downloading");
});

Deno.test("clientRegion() shows an empty file as complete", () => {
  const start = { ...START, size: 0 };
  assertEquals(picture([start], 79).some((line) => line.endsWith("100%")), true);
});

Deno.test("clientRegion() fits any number of servers into any terminal", () => {
  const sizes = fc.record({ columns: fc.integer({ min: 1, max: 250 }), rows: fc.nat(40) });
  fc.assert(fc.property(sizes, fc.nat(100), fc.nat(), ({ columns, rows }, count, received) => {
    const servers = Array.from({ length: count }, (_, at) => ({
      index: at + 1,
      address: `[fd00::${at}]:60000`,
      state: "downloading" as const,
      received,
      remaining: received,
      portion: [],
      rate: received,
    }));
    const start = { ...START, servers };
    const model = [start, { ...PROGRESS, servers }].reduce(nextClientModel, EMPTY_CLIENT_MODEL);
    const look = { glyphs: UNICODE_GLYPHS, wait: 1 };
    const lines = clientRegion(model, { columns, rows }, look);
    assert(lines.length <= rows, `${lines.length} rows of ${rows}`);
    if (columns > 30) assert(lines.slice(1).every((line) => lineWidth(line) <= columns));
  }));
});
