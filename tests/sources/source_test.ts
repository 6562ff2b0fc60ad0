import { assertEquals } from "@std/assert";
import { now } from "../../lib/clock.ts";
import { MAX_FRUITLESS_ATTEMPTS } from "../../lib/sources/limits.ts";
import { SourcesRig } from "./sources_rig.ts";

const REASON = "connection refused";

Deno.test("Source is lost that was up, and up when it answers again", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.silence(1);
  assertEquals([rig.states, rig.source(1).reason], [["lost"], REASON]);
  rig.answer([1]);
  assertEquals(rig.states, ["up"]);
});

Deno.test("Source that is in use is left to its fetcher", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.source(1).use();
  rig.silence(1);
  assertEquals([rig.states, rig.observed.at(-1)], [["up"], ["unreachable", 1]]);
  rig.source(1).contentLost("connection reset", false, true);
  assertEquals([rig.states, rig.source(1).inUse], [["lost"], false]);
});

Deno.test("Source.contentLost() expects a goodbye where there is another connection, and keeps the first reason", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.source(1).inTouch = true;
  rig.source(1).contentLost("connection reset", false, true);
  assertEquals([rig.states, rig.source(1).asked], [["disconnected"], ["goodbye"]]);
  rig.silence(1, "it closed the connection");
  assertEquals([rig.states, rig.source(1).reason], [["lost"], "connection reset"]);
});

Deno.test("Source.contentLost() counts attempts in vain only where something was owed", () => {
  const rig = new SourcesRig(1);
  const { figures } = rig.source(1);
  rig.source(1).contentLost(REASON, false, true);
  rig.source(1).contentLost(REASON, false, false);
  assertEquals(figures.fruitlessAttempts, 1);
  figures.deliver(1, 0);
  assertEquals(figures.fruitlessAttempts, 0);
});

Deno.test("Source.contentLost() leaves a source alone for longer each time that it is too busy", () => {
  const rig = new SourcesRig(1);
  const waits: number[] = [];
  for (let times = 0; times < 8; times += 1) {
    rig.source(1).contentLost("status 503", false, true, { kind: "busy", retryAfterMs: 0 });
    const { status } = rig.source(1);
    waits.push(status.state === "waiting" ? Math.round(10 * (status.until - now())) / 10 : 0);
  }
  assertEquals(waits, [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5]);
  rig.source(1).figures.deliver(1, now());
  rig.source(1).contentLost("status 503", false, true, { kind: "busy", retryAfterMs: 7_000 });
  const { status } = rig.source(1);
  assertEquals(status.state === "waiting" && Math.round(status.until - now()), 7);
});

Deno.test("Source.contentLost() refuses what it is no use to ask again", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.source(1).contentLost("it does not serve parts of files", true, true);
  assertEquals([rig.states, rig.source(1).mayReturn], [["refused"], false]);
});

Deno.test("Source.refuse() is final, says once why, and ends all attempts", async () => {
  const rig = new SourcesRig(2);
  rig.answer([1, 2]);
  const reason = "it is not an mpserver";
  rig.silence(1, reason, true);
  rig.sources.begin(() => true);
  rig.source(1).refuse("again");
  rig.answer([1]);
  rig.source(1).pause(true);
  assertEquals(rig.states, ["refused", "up"]);
  assertEquals([rig.source(1).reason, rig.source(1).mayReturn], [reason, false]);
  assertEquals(rig.observed.filter(([, index]) => index === 1).length, 2);
  const [first, ...others] = rig.events.entries;
  assertEquals(first, { type: "server", index: 1, state: "failed", reason });
  assertEquals(others, [{ type: "server", index: 2, state: "idle" }]);
  await rig.source(1).run();
});

Deno.test("Source stays terminated, and blamed, whatever follows", () => {
  const rig = new SourcesRig(2);
  rig.answer([1, 2]);
  rig.source(1).terminate();
  rig.source(1).refuse("odd");
  rig.source(2).blame("it sent 3 wrong pieces");
  rig.source(2).fit();
  rig.answer([1, 2]);
  assertEquals(rig.states, ["terminated", "wrong"]);
});

Deno.test("Source that differs is set aside until it fits, as paused as it was last", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.source(1).differ("its copy differs");
  rig.answer([1], { paused: true });
  rig.silence(1);
  assertEquals([rig.states, rig.source(1).mayReturn], [["differs"], false]);
  rig.source(1).fit();
  assertEquals([rig.states, rig.source(1).mayReturn], [["paused"], true]);
});

Deno.test("Source.isDependable while it is up, paused or waiting, but not after attempts in vain", () => {
  const rig = new SourcesRig(1);
  const source = rig.source(1);
  assertEquals(source.isDependable, false);
  rig.answer([1]);
  assertEquals(source.isDependable, true);
  source.figures.fruitlessAttempts = MAX_FRUITLESS_ATTEMPTS;
  assertEquals(source.isDependable, false);
  source.pause(true);
  assertEquals(source.isDependable, true);
  rig.silence(1);
  assertEquals(source.isDependable, false);
});
