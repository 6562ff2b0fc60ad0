import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { now } from "../../lib/clock.ts";
import { Agreement } from "../../lib/sources/agreement.ts";
import { MAX_FRUITLESS_ATTEMPTS } from "../../lib/sources/limits.ts";
import { GiveUpPolicy, type Needs } from "../../lib/client/give_up_policy.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { type CopyOfTest, SourcesRig } from "../sources/sources_rig.ts";

const STALL = 10;
const HASHING = 60;

const CONTENT: Needs = { content: true, digests: false };
const DIGESTS: Needs = { content: false, digests: true };
const NOTHING: Needs = { content: false, digests: false };

function policyFor(
  servers: number,
  copy: CopyOfTest = {},
  pauseTimeout = Infinity,
): { rig: SourcesRig; giveUpPolicy: GiveUpPolicy } {
  const rig = new SourcesRig(servers);
  const indexes = Array.from({ length: servers }, (_, at) => at + 1);
  rig.answer(indexes, { digest: "a", etag: '"v1"', ...copy });
  const agreement = new Agreement(rig.sources);
  return {
    rig,
    giveUpPolicy: new GiveUpPolicy(
      rig.sources,
      agreement,
      { stallTimeout: STALL, pauseTimeout },
      HASHING,
    ),
  };
}

function failsWith(work: () => void, kind: string, ...parts: readonly string[]): void {
  const failure = assertThrows(work, MultiportError);
  assertEquals(failure.code, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

Deno.test("GiveUpPolicy is good as long as one server is up, be it paused", () => {
  const { rig, giveUpPolicy } = policyFor(2);
  rig.silence(1);
  rig.source(2).pause(true);
  for (let at = 0; at < 1e6; at += 1000) giveUpPolicy.look(CONTENT, at);
});

Deno.test("GiveUpPolicy counts on a paused server that had been asked in vain before", () => {
  const { rig, giveUpPolicy } = policyFor(1);
  rig.source(1).figures.fruitlessAttempts = MAX_FRUITLESS_ATTEMPTS;
  rig.source(1).pause(true);
  for (let at = 0; at < 1e6; at += 1000) giveUpPolicy.look(CONTENT, at);
});

Deno.test("GiveUpPolicy does not count the time in which one that had failed sends what is here already", () => {
  const { rig, giveUpPolicy } = policyFor(1);
  const { figures } = rig.source(1);
  figures.fruitlessAttempts = MAX_FRUITLESS_ATTEMPTS;
  rig.source(1).use();
  let at = 0;
  for (; at < 10 * STALL; at += 0.1) {
    figures.hear(at);
    giveUpPolicy.look(CONTENT, at);
  }
  giveUpPolicy.look(CONTENT, at + STALL - 1);
  failsWith(() => giveUpPolicy.look(CONTENT, at + STALL + 1), "unreachable");
});

Deno.test("GiveUpPolicy counts on a paused server no longer than anybody wants to wait for it", () => {
  const { rig, giveUpPolicy } = policyFor(2, {}, 100);
  rig.source(1).pause(true);
  rig.source(2).pause(true);
  const at = now();
  giveUpPolicy.look(CONTENT, at + 99);
  giveUpPolicy.look(CONTENT, at + 101);
  failsWith(() => giveUpPolicy.look(CONTENT, at + 101 + STALL), "unreachable", "paused");
});

Deno.test("GiveUpPolicy is bad when all servers are lost and none comes back in time", () => {
  const { rig, giveUpPolicy } = policyFor(2);
  rig.silence(1, "connection refused");
  rig.silence(2, "no answer within 5 s");
  giveUpPolicy.look(CONTENT, 100);
  giveUpPolicy.look(CONTENT, 100 + STALL - 1);
  const reasons = "h:1 (connection refused), h:2 (no answer within 5 s)";
  failsWith(() => giveUpPolicy.look(CONTENT, 100 + STALL), "unreachable", reasons);
});

Deno.test("GiveUpPolicy is good again when one comes back, and all of the time begins anew", () => {
  const { rig, giveUpPolicy } = policyFor(1, { digest: null });
  for (let at = 0; at < 100; at += STALL) {
    rig.silence(1);
    giveUpPolicy.look(CONTENT, at);
    rig.answer([1], { etag: '"v1"' });
    giveUpPolicy.look(CONTENT, at + STALL - 1);
  }
});

Deno.test("GiveUpPolicy is bad at once when nobody can come back", () => {
  const { rig, giveUpPolicy } = policyFor(2);
  rig.source(1).terminate();
  giveUpPolicy.look(CONTENT, 0);
  rig.source(2).terminate();
  const reasons = "h:1 (terminated by its operator), h:2 (terminated by its operator)";
  failsWith(() => giveUpPolicy.look(CONTENT, 0), "unreachable", reasons);
});

Deno.test("GiveUpPolicy does not count on a server that answers and never sends", () => {
  const { rig, giveUpPolicy } = policyFor(1);
  rig.source(1).figures.fruitlessAttempts = MAX_FRUITLESS_ATTEMPTS;
  giveUpPolicy.look(CONTENT, 0);
  failsWith(() => giveUpPolicy.look(CONTENT, STALL), "unreachable");
});

Deno.test("GiveUpPolicy gives a server that has another version of the file the time to hash it", () => {
  const { rig, giveUpPolicy } = policyFor(1);
  rig.answer([1], { digest: null, etag: '"v2"' });
  giveUpPolicy.look(CONTENT, 0);
  giveUpPolicy.look(CONTENT, HASHING - 1);
  failsWith(() => giveUpPolicy.look(CONTENT, HASHING + 1), "unreachable");
});

Deno.test("GiveUpPolicy gives a web server no time to hash another version: it publishes no digests", () => {
  const { rig, giveUpPolicy } = policyFor(1, { digest: null });
  rig.source(1).publishesDigests = false;
  rig.answer([1], { digest: null, etag: '"v2"' });
  giveUpPolicy.look(CONTENT, 0);
  giveUpPolicy.look(CONTENT, STALL - 1);
  failsWith(() => giveUpPolicy.look(CONTENT, STALL), "unreachable");
});

Deno.test("GiveUpPolicy does not mind lost servers when nothing is needed of them", () => {
  const { rig, giveUpPolicy } = policyFor(1);
  rig.source(1).terminate();
  giveUpPolicy.look(NOTHING, 0);
  giveUpPolicy.look(NOTHING, 1e6);
  failsWith(() => giveUpPolicy.look(DIGESTS, 1e6), "unreachable");
});

Deno.test("GiveUpPolicy is bad when digests are all that is missing, and nobody tells them", () => {
  const { giveUpPolicy } = policyFor(1, { digest: null });
  giveUpPolicy.look({ content: true, digests: true }, 0);
  giveUpPolicy.look(DIGESTS, 1000);
  giveUpPolicy.look(DIGESTS, 1000 + HASHING - 1);
  giveUpPolicy.look(CONTENT, 1000 + HASHING + 1);
  giveUpPolicy.look(DIGESTS, 2000);
  failsWith(
    () => giveUpPolicy.look(DIGESTS, 2000 + HASHING + 1),
    "no-digests",
    `within ${HASHING} s`,
  );
});

Deno.test("GiveUpPolicy waits longer for the digests of a large file", () => {
  const { giveUpPolicy } = policyFor(1, { digest: null, size: 2 ** 40 });
  giveUpPolicy.look(DIGESTS, 0);
  giveUpPolicy.look(DIGESTS, 50_000);
  failsWith(() => giveUpPolicy.look(DIGESTS, 60_000), "no-digests");
});

Deno.test("GiveUpPolicy calls the content wrong when nobody but those who have it wrong could be used", () => {
  for (const isEnded of [false, true]) {
    const { rig, giveUpPolicy } = policyFor(2);
    rig.source(1).blame("it sent 3 wrong pieces");
    if (isEnded) rig.source(2).terminate();
    else rig.source(2).refuse("it is not an mpserver");
    const kind = isEnded ? "unreachable" : "content";
    failsWith(() => giveUpPolicy.look(CONTENT, 0), kind, "h:1 (it sent 3 wrong pieces)");
  }
});
