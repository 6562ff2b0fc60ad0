import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Agreement } from "../../lib/sources/agreement.ts";
import { MAX_FRUITLESS_ATTEMPTS } from "../../lib/client/limits.ts";
import { type Needs, Outlook } from "../../lib/client/give_up_policy.ts";
import { Failure } from "../../lib/failure.ts";
import { type CopyOfTest, RosterRig } from "../sources/roster_rig.ts";

const STALL = 10;
const HASHING = 60;

const CONTENT: Needs = { content: true, digests: false };
const DIGESTS: Needs = { content: false, digests: true };
const NOTHING: Needs = { content: false, digests: false };

function outlookOf(servers: number, copy: CopyOfTest = {}): { rig: RosterRig; outlook: Outlook } {
  const rig = new RosterRig(servers);
  const indexes = Array.from({ length: servers }, (_, at) => at + 1);
  rig.answer(indexes, { digest: "a", etag: '"v1"', ...copy });
  const agreement = new Agreement(rig.roster, undefined);
  const parts = { roster: rig.roster, agreement, stallTimeout: STALL };
  return { rig, outlook: new Outlook(parts, HASHING) };
}

function failsWith(work: () => void, kind: string, ...parts: readonly string[]): void {
  const failure = assertThrows(work, Failure);
  assertEquals(failure.kind, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

Deno.test("Outlook is good as long as one server is up, be it paused", () => {
  const { rig, outlook } = outlookOf(2);
  rig.silence(1);
  rig.roster.paused(rig.member(2).source, true);
  for (let at = 0; at < 1e6; at += 1000) outlook.look(CONTENT, at);
});

Deno.test("Outlook is bad when all servers are lost and none comes back in time", () => {
  const { rig, outlook } = outlookOf(2);
  rig.silence(1, "connection refused");
  rig.silence(2, "no answer within 5 s");
  outlook.look(CONTENT, 100);
  outlook.look(CONTENT, 100 + STALL - 1);
  const reasons = "h:1 (connection refused), h:2 (no answer within 5 s)";
  failsWith(() => outlook.look(CONTENT, 100 + STALL), "unreachable", reasons);
});

Deno.test("Outlook is good again when one comes back, and all of the time begins anew", () => {
  const { rig, outlook } = outlookOf(1, { digest: null });
  for (let at = 0; at < 100; at += STALL) {
    rig.silence(1);
    outlook.look(CONTENT, at);
    rig.answer([1], { etag: '"v1"' });
    outlook.look(CONTENT, at + STALL - 1);
  }
});

Deno.test("Outlook is bad at once when nobody can come back", () => {
  const { rig, outlook } = outlookOf(2);
  rig.roster.terminated(rig.member(1).source);
  outlook.look(CONTENT, 0);
  rig.roster.terminated(rig.member(2).source);
  const reasons = "h:1 (terminated by its operator), h:2 (terminated by its operator)";
  failsWith(() => outlook.look(CONTENT, 0), "unreachable", reasons);
});

Deno.test("Outlook does not count on a server that answers and never sends", () => {
  const { rig, outlook } = outlookOf(1);
  rig.member(1).fruitlessAttempts = MAX_FRUITLESS_ATTEMPTS;
  outlook.look(CONTENT, 0);
  failsWith(() => outlook.look(CONTENT, STALL), "unreachable");
});

Deno.test("Outlook gives a server that has another version of the file the time to hash it", () => {
  const { rig, outlook } = outlookOf(1);
  rig.answer([1], { digest: null, etag: '"v2"' });
  outlook.look(CONTENT, 0);
  outlook.look(CONTENT, HASHING - 1);
  failsWith(() => outlook.look(CONTENT, HASHING + 1), "unreachable");
});

Deno.test("Outlook does not mind lost servers when nothing is needed of them", () => {
  const { rig, outlook } = outlookOf(1);
  rig.roster.terminated(rig.member(1).source);
  outlook.look(NOTHING, 0);
  outlook.look(NOTHING, 1e6);
  failsWith(() => outlook.look(DIGESTS, 1e6), "unreachable");
});

Deno.test("Outlook is bad when digests are all that is missing, and nobody tells them", () => {
  const { outlook } = outlookOf(1, { digest: null });
  outlook.look({ content: true, digests: true }, 0);
  outlook.look(DIGESTS, 1000);
  outlook.look(DIGESTS, 1000 + HASHING - 1);
  outlook.look(CONTENT, 1000 + HASHING + 1);
  outlook.look(DIGESTS, 2000);
  failsWith(() => outlook.look(DIGESTS, 2000 + HASHING + 1), "content", "--no-verify");
});

Deno.test("Outlook waits longer for the digests of a large file", () => {
  const { outlook } = outlookOf(1, { digest: null, size: 2 ** 40 });
  outlook.look(DIGESTS, 0);
  outlook.look(DIGESTS, 50_000);
  failsWith(() => outlook.look(DIGESTS, 60_000), "content");
});

Deno.test("Outlook calls the content wrong when nobody but those who have it wrong could be used", () => {
  for (const isEnded of [false, true]) {
    const { rig, outlook } = outlookOf(2);
    rig.roster.refuse(rig.member(1), "it sent 3 wrong pieces", "wrong");
    if (isEnded) rig.roster.terminated(rig.member(2).source);
    else rig.roster.refuse(rig.member(2), "it is not an mpserver");
    const kind = isEnded ? "unreachable" : "content";
    failsWith(() => outlook.look(CONTENT, 0), kind, "h:1 (it sent 3 wrong pieces)");
  }
});
