import { assertEquals } from "@std/assert";
import { RosterRig } from "./roster_rig.ts";

const REASON = "connection refused";

Deno.test("Roster takes note of what servers say before it tells the observer", () => {
  const rig = new RosterRig(2);
  rig.answer([1], { paused: true });
  rig.silence(2);
  assertEquals(rig.finishTimes, ["up", "connecting"]);
  assertEquals([rig.member(1).paused, rig.member(2).reason], [true, REASON]);
  assertEquals(rig.observed, [["paused", 1], ["answered", 1], ["silent", 2]]);
});

Deno.test("Roster tells of a pause once, however it came to know of it", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  const { source } = rig.member(1);
  for (const paused of [true, true, false]) rig.roster.paused(source, paused);
  rig.answer([1], { paused: true });
  rig.answer([1], { paused: true });
  assertEquals(rig.observed.filter(([what]) => what === "paused").length, 3);
});

Deno.test("Roster counts a server as lost that was up, and as up when it answers again", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  rig.silence(1);
  assertEquals([rig.finishTimes, rig.member(1).reason], [["lost"], REASON]);
  rig.answer([1]);
  assertEquals(rig.finishTimes, ["up"]);
});

Deno.test("Roster leaves a server that has work to whoever gave it", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  rig.member(1).joined = true;
  rig.silence(1);
  assertEquals([rig.finishTimes, rig.observed.at(-1)], [["up"], ["silent", 1]]);
});

Deno.test("Roster keeps the first reason of a server that is doubted", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  Object.assign(rig.member(1), { standing: "doubted", reason: "connection reset" });
  rig.silence(1, "it closed the connection");
  assertEquals([rig.finishTimes, rig.member(1).reason], [["lost"], "connection reset"]);
});

Deno.test("Roster.refuse() is final, and says once why", () => {
  const rig = new RosterRig(2);
  rig.answer([1, 2]);
  const reason = "it is not an mpserver";
  rig.silence(1, reason, true);
  rig.roster.begin(() => true);
  rig.roster.refuse(rig.member(1), "again");
  assertEquals(rig.finishTimes, ["refused", "up"]);
  assertEquals([rig.member(1).reason, rig.member(1).mayReturn], [reason, false]);
  const [first, ...others] = rig.events.entries;
  assertEquals(first, { type: "server", index: 1, state: "failed", reason });
  assertEquals(others, [{ type: "server", index: 2, state: "idle" }]);
});

Deno.test("Roster.refuse() leaves a server terminated that was", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  rig.roster.terminated(rig.member(1).source);
  rig.roster.refuse(rig.member(1), "odd");
  assertEquals(rig.finishTimes, ["terminated"]);
  assertEquals(rig.observed.at(-1), ["terminated", 1]);
});

Deno.test("Roster tells people every change of a state from the beginning on, once", () => {
  const rig = new RosterRig(4);
  rig.answer([1, 2]);
  rig.answer([3], { paused: true });
  assertEquals(rig.events.entries, []);
  const idle = new Set([2]);
  rig.roster.begin(({ index }) => idle.has(index));
  idle.delete(2);
  for (const member of rig.roster.members) rig.roster.show(member);
  rig.silence(1);
  rig.silence(4);
  rig.roster.terminated(rig.member(3).source);
  assertEquals(rig.events.entries, [
    { type: "server", index: 1, state: "downloading" },
    { type: "server", index: 2, state: "idle" },
    { type: "server", index: 3, state: "paused" },
    { type: "server", index: 2, state: "downloading" },
    { type: "server", index: 1, state: "failed", reason: REASON },
    { type: "server", index: 3, state: "terminated" },
  ]);
});

Deno.test("Roster does not call a doubted server failed before it is known to be", () => {
  const rig = new RosterRig(1);
  rig.answer([1]);
  rig.roster.begin(() => false);
  rig.member(1).standing = "doubted";
  rig.roster.show(rig.member(1));
  assertEquals(rig.events.entries.length, 1);
  rig.roster.terminated(rig.member(1).source);
  assertEquals(rig.events.entries.at(-1), { type: "server", index: 1, state: "terminated" });
});

Deno.test("Roster.begin() has every server asked for its states", () => {
  const { roster } = new RosterRig(2);
  const asked: number[] = [];
  for (const { source } of roster.members) source.listen = () => asked.push(source.index);
  roster.begin(() => false);
  assertEquals(asked, [1, 2]);
});
