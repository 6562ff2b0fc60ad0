import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { waitForSources } from "../../lib/sources/wait_for_sources.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { SourcesRig } from "./sources_rig.ts";

const LONG = 600;
const LONG_MS = LONG * 1_000;

const never = new AbortController().signal;

function gathering(
  rig: SourcesRig,
  options: {
    wait?: number;
    lateStartMs?: number;
    firstTrySeconds?: number;
    signal?: AbortSignal;
    isTied?: () => boolean;
    mayBegin?: () => boolean;
  } = {},
): Promise<void> {
  const { wait = LONG, lateStartMs = LONG_MS, firstTrySeconds = LONG, signal = never } = options;
  const gathered = waitForSources(
    rig.sources,
    wait,
    rig.events.add,
    signal,
    { ...options, lateStartMs, firstTrySeconds },
  );
  return beforeDeadline(gathered, () => rig.states.join());
}

/** Lets everything that has been resolved take its course. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function failsWith(work: Promise<void>, kind: string, ...parts: string[]): Promise<void> {
  const failure = await assertRejects(() => work, MultiportError);
  assertEquals(failure.code, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

Deno.test("waitForSources() waits until all servers have answered", async () => {
  const rig = new SourcesRig(3);
  rig.answer([1]);
  let isDone = false;
  const all = gathering(rig).then(() => isDone = true);
  rig.answer([2], { paused: true });
  await turn();
  assert(!isDone);
  rig.answer([3]);
  await all;
  assertEquals(rig.sources.observer, undefined);
});

Deno.test("waitForSources() does not wait for servers that will not come", async () => {
  const rig = new SourcesRig(3);
  const all = gathering(rig);
  rig.silence(2, "it is not an mpserver", true);
  rig.source(3).terminate();
  rig.answer([1]);
  await all;
});

Deno.test("waitForSources() does not wait for those that can join late, once it may begin", async () => {
  const rig = new SourcesRig(4);
  for (const index of [2, 3]) rig.source(index).joinsLate = true;
  let mayBegin = false;
  const gathered = gathering(rig, { mayBegin: () => mayBegin });
  let isOver = false;
  gathered.then(() => isOver = true);
  rig.answer([2]);
  await turn();
  assertEquals(isOver, false, "began without those that cannot join late");
  rig.answer([1]);
  rig.silence(4);
  await turn();
  assertEquals(isOver, false, "began with what is no beginning");
  mayBegin = true;
  await gathered;
  assertEquals(rig.states[2], "connecting");
});

Deno.test("waitForSources() waits for who may decide between servers that disagree", async () => {
  const rig = new SourcesRig(3);
  let isTied = true;
  const gathered = gathering(rig, { lateStartMs: 0, isTied: () => isTied });
  let isOver = false;
  gathered.then(() => isOver = true);
  rig.answer([1, 2]);
  rig.silence(3);
  await turn();
  assertEquals(isOver, false);
  isTied = false;
  rig.answer([3]);
  await gathered;
  const hopeless = new SourcesRig(2);
  hopeless.answer([1, 2]);
  await gathering(hopeless, { isTied: () => true });
  const late = new SourcesRig(3);
  late.answer([1, 2]);
  await gathering(late, { wait: 0, lateStartMs: 0, isTied: () => true });
});

Deno.test("waitForSources() starts without late servers after a while", async () => {
  const rig = new SourcesRig(2);
  const some = gathering(rig, { lateStartMs: 1 });
  rig.answer([1]);
  await some;
});

Deno.test("waitForSources() starts without those that did not answer when the first one had", async () => {
  const rig = new SourcesRig(4);
  let isDone = false;
  const some = gathering(rig).then(() => isDone = true);
  rig.silence(3);
  rig.answer([1]);
  rig.silence(2);
  rig.silence(4);
  await turn();
  // That it was not there before the first one says nothing: both may be starting.
  assert(!isDone);
  rig.silence(3);
  await some;
});

Deno.test("waitForSources() starts without those that asked to be left alone when the first one had", async () => {
  const rig = new SourcesRig(2);
  const some = gathering(rig);
  rig.answer([1]);
  const loss = { kind: "busy", retryAfterMs: 600_000 } as const;
  rig.source(2).lose(new LostError("status 503", false, { loss }));
  await some;
  assertEquals(rig.states, ["up", "waiting"]);
});

Deno.test("waitForSources() goes on waiting when the first one to answer is lost again", async () => {
  const rig = new SourcesRig(2);
  const some = gathering(rig, { lateStartMs: 1 });
  rig.answer([1]);
  rig.silence(1);
  rig.silence(2);
  await rig.events.first(({ type }) => type === "waiting");
  rig.answer([2]);
  await some;
});

Deno.test("waitForSources() says for whom it waits", async () => {
  const rig = new SourcesRig(3);
  const all = gathering(rig);
  rig.answer([2]);
  const event = await rig.events.first(({ type }) => type === "waiting");
  assert(event.type === "waiting");
  assertEquals(event.servers.map(({ address }) => address), ["h:1", "h:3"]);
  assert(event.elapsed >= 1);
  rig.answer([1, 3]);
  await all;
});

Deno.test("waitForSources() gives up when nobody answers in time, and names everybody", async () => {
  const rig = new SourcesRig(2);
  const nobody = gathering(rig, { wait: 0.01 });
  rig.silence(1, "connection refused");
  rig.silence(2, "no connection within 5 s");
  const words = "h:1 (connection refused), h:2 (no connection within 5 s)";
  await failsWith(nobody, "unreachable", "no server answered within 0.01 s", words);
});

Deno.test("waitForSources() gives up before servers come that are much too late", async () => {
  const rig = new SourcesRig(2);
  const nobody = gathering(rig, { wait: 0.05 });
  rig.silence(1);
  rig.silence(2);
  const tooLate = setTimeout(() => rig.answer([1, 2]), 10_000);
  await failsWith(nobody, "unreachable", "no server answered within 0.05 s");
  clearTimeout(tooLate);
});

Deno.test("waitForSources() tries every server once, however short the wait", async () => {
  const rig = new SourcesRig(2);
  const one = gathering(rig, { wait: 0, lateStartMs: 1 });
  rig.silence(1);
  rig.answer([2]);
  await one;
  const none = new SourcesRig(1);
  const nobody = gathering(none, { wait: 0 });
  none.silence(1);
  await failsWith(nobody, "unreachable", "no server answers: h:1");
});

Deno.test("waitForSources() is not held up by a server that does not even refuse", async () => {
  for (const wait of [0, 0.02, 0.05]) {
    const rig = new SourcesRig(2);
    const nobody = gathering(rig, { wait, firstTrySeconds: 0.02 });
    rig.silence(1, "connection refused");
    const seconds = Math.max(wait, 0.02);
    const words =
      `no server answered within ${seconds} s: h:1 (connection refused), h:2 (no answer yet)`;
    await failsWith(nobody, "unreachable", words);
  }
});

Deno.test("waitForSources() gives up at once when no server can be used", async () => {
  const rig = new SourcesRig(2);
  const nobody = gathering(rig);
  rig.silence(1, "it is not an mpserver", true);
  rig.source(2).terminate();
  const words = "h:1 (it is not an mpserver), h:2 (terminated by its operator)";
  await failsWith(nobody, "unreachable", "no server can be used", words);
});

Deno.test("waitForSources() ends when it is told to, before and while it waits", async () => {
  const signal = AbortSignal.abort();
  const early = gathering(new SourcesRig(1), { signal });
  assertStrictEquals(await assertRejects(() => early), signal.reason);
  const stop = new AbortController();
  const waiting = gathering(new SourcesRig(1), { signal: stop.signal });
  stop.abort();
  assertStrictEquals(await assertRejects(() => waiting), stop.signal.reason);
});

Deno.test("waitForSources() does not wait for names that nobody knows, unless it was told to wait", async () => {
  const unknown = (rig: SourcesRig, index: number) => {
    const cause = new Deno.errors.NotFound("the name h cannot be resolved");
    rig.source(index).lose(new LostError(cause.message, false, { cause }));
  };
  const rig = new SourcesRig(2);
  const nobody = waitForSources(rig.sources, undefined, rig.events.add, never);
  unknown(rig, 1);
  rig.silence(2);
  await turn();
  unknown(rig, 2);
  const words = "no server can be found: h:1 (the name h cannot be resolved), h:2 (";
  await failsWith(nobody, "unreachable", words);
  const patient = new SourcesRig(1);
  const some = gathering(patient);
  unknown(patient, 1);
  await turn();
  patient.answer([1]);
  await some;
});

Deno.test("waitForSources() says why it waits", async () => {
  const rig = new SourcesRig(2);
  const all = gathering(rig);
  rig.silence(1, "connection refused");
  const event = await rig.events.first(({ type }) => type === "waiting");
  assert(event.type === "waiting");
  assertEquals(event.servers.map(({ reason }) => reason), ["connection refused", ""]);
  rig.answer([1, 2]);
  await all;
});
