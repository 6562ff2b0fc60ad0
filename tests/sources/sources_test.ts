import { assert, assertEquals, assertRejects } from "@std/assert";
import { STATES_SHOWN_AT_ONCE } from "../../lib/sources/limits.ts";
import { Sources } from "../../lib/sources/sources.ts";
import { ScriptedSource } from "./scripted_source.ts";
import { SourcesRig } from "./sources_rig.ts";

const REASON = "connection refused";

Deno.test("Sources take note of what servers say before they tell the observer", () => {
  const rig = new SourcesRig(2);
  rig.answer([1], { paused: true });
  rig.silence(2);
  assertEquals(rig.states, ["paused", "connecting"]);
  assertEquals(rig.source(2).reason, REASON);
  assertEquals(rig.observed, [["answered", 1], ["unreachable", 2]]);
});

Deno.test("Sources tell people every change of a state from the beginning on, once", () => {
  const rig = new SourcesRig(4);
  rig.answer([1, 2]);
  rig.answer([3], { paused: true });
  assertEquals(rig.events.entries, []);
  const idle = new Set([2]);
  rig.sources.begin(({ index }) => idle.has(index));
  idle.delete(2);
  for (const source of rig.sources) rig.sources.show(source);
  rig.silence(1);
  rig.silence(4);
  rig.source(3).terminate();
  assertEquals(rig.events.entries, [
    { type: "server", index: 1, state: "downloading" },
    { type: "server", index: 2, state: "idle" },
    { type: "server", index: 3, state: "paused" },
    { type: "server", index: 2, state: "downloading" },
    { type: "server", index: 1, state: "failed", reason: REASON },
    { type: "server", index: 4, state: "connecting", reason: REASON },
    { type: "server", index: 3, state: "terminated" },
  ]);
});

Deno.test("Sources tell why a server that was lost will not be tried again", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.sources.begin(() => false);
  rig.silence(1);
  rig.source(1).blame("it sent 3 wrong pieces");
  rig.sources.show(rig.source(1));
  assertEquals(rig.events.entries.slice(1), [
    { type: "server", index: 1, state: "failed", reason: REASON },
    { type: "server", index: 1, state: "failed", reason: "it sent 3 wrong pieces" },
  ]);
});

Deno.test("Sources do not call a disconnected server failed before it is known to be", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.sources.begin(() => false);
  rig.source(1).inTouch = true;
  rig.source(1).contentLost("connection reset", false, true);
  assertEquals(rig.states, ["disconnected"]);
  assertEquals(rig.events.entries.length, 1);
  rig.source(1).terminate();
  assertEquals(rig.events.entries.at(-1), { type: "server", index: 1, state: "terminated" });
});

Deno.test("Sources tell of a source that toggles its state a few times, and of its last state in the end", async () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.sources.begin(() => false);
  for (let toggle = 0; toggle < 10_001; toggle += 1) rig.source(1).pause(toggle % 2 === 0);
  assertEquals(rig.source(1).state, "paused");
  assert(rig.events.entries.length <= 2 * STATES_SHOWN_AT_ONCE);
  const told = rig.events.entries.length;
  rig.source(1).pause(false);
  const looking = setInterval(() => rig.sources.show(rig.source(1)), 10);
  const [, event] = await rig.events.some(told + 1).then((all) => [told, all.at(-1)]);
  clearInterval(looking);
  assertEquals(event, {
    type: "server",
    index: 1,
    state: rig.states[0] === "up" ? "downloading" : "paused",
  });
});

Deno.test("Sources tell that a lost source turned out to be of no use", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.sources.begin(() => false);
  rig.silence(1);
  rig.source(1).differ("its copy differs");
  const reasons = rig.events.entries.map((event) => event.type === "server" && event.reason);
  assertEquals(reasons, [undefined, REASON, "its copy differs"]);
});

Deno.test("Sources tell once why a source has not answered yet", () => {
  const rig = new SourcesRig(1);
  rig.silence(1);
  rig.sources.begin(() => false);
  rig.silence(1);
  assertEquals(rig.events.entries, [
    { type: "server", index: 1, state: "connecting", reason: REASON },
  ]);
});

Deno.test("Sources.begin() has every server asked for its states", () => {
  const rig = new SourcesRig(2);
  rig.sources.begin(() => false);
  assertEquals([rig.source(1).asked, rig.source(2).asked], [["listen"], ["listen"]]);
});

Deno.test("Sources.add() lets a source take part later, under the next number", () => {
  const rig = new SourcesRig(1);
  rig.sources.add((index, listener) => new ScriptedSource(index, "late", listener));
  rig.answer([2]);
  assertEquals([rig.source(2).label, rig.states], ["Server2 (late)", ["connecting", "up"]]);
});

Deno.test("Sources.progress is zero where nothing moves", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  const { figures } = rig.source(1);
  figures.deliver(1_000, 1);
  figures.sample(performance.now() / 1_000 + 1);
  rig.sources.begin(() => true);
  assertEquals(rig.sources.progress, [{ index: 1, state: "idle", received: 1_000, rate: 0 }]);
  assertEquals(rig.sources.received, 1_000);
});

Deno.test("Sources.failure is what went wrong that is no fault of a source", async () => {
  const sources = new Sources(() => {});
  const defect = new TypeError("x is not a function");
  sources.add((index, listener) => {
    const source = new ScriptedSource(index, "odd", listener);
    source.run = () => Promise.reject(defect);
    return source;
  });
  assertEquals(await assertRejects(() => sources.failure), defect);
});

Deno.test("Sources.close() ends all of them", async () => {
  const rig = new SourcesRig(2);
  await rig.sources.close();
  rig.answer([1]);
  assertEquals([rig.states, rig.observed], [["connecting", "connecting"], []]);
});
