import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Agreement } from "../../lib/sources/agreement.ts";
import { Failure } from "../../lib/failure.ts";
import { SourcesRig } from "./sources_rig.ts";

const A = "a".repeat(64);

/** An agreement on what servers have said; digests are letters, "-" is one that is not known. */
function agreed(digests: string, wanted?: string): { rig: SourcesRig; agreement: Agreement } {
  const rig = new SourcesRig(digests.length);
  for (const [at, digest] of [...digests].entries()) {
    rig.answer([at + 1], { digest: digest === "-" ? null : digest, etag: `"${at + 1}"` });
  }
  return { rig, agreement: new Agreement(rig.sources, wanted) };
}

function failsWith(work: () => unknown, kind: string, ...parts: readonly string[]): void {
  const failure = assertThrows(work, Failure);
  assertEquals(failure.kind, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

const accepted = ({ rig, agreement }: { rig: SourcesRig; agreement: Agreement }) =>
  rig.sources.all.filter((source) => agreement.accepts(source)).map(({ index }) => index);

Deno.test("Agreement takes name and size from the first of those that agree", () => {
  const { rig, agreement } = agreed("baa");
  assertEquals([agreement.name, agreement.size, agreement.digest?.sha256], ["file2", 10, A]);
  assertEquals(rig.states, ["differs", "up", "up"]);
  const words =
    "its copy differs: 10 bytes, SHA-256 bbbbbbbbbbbb… instead of 10 bytes, SHA-256 aaa";
  assertStringIncludes(rig.source(1).reason, words);
});

Deno.test("Agreement is none when as many servers have one copy as have another", () => {
  failsWith(() => agreed("ab"), "content", "h:1 has 10 bytes, SHA-256 aaaaaaaaaaaa…", "--checksum");
  failsWith(() => agreed("abab"), "content", "h:1, h:3 have", "h:2, h:4 have");
});

Deno.test("Agreement needs somebody who has answered and is still there", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.silence(1);
  failsWith(() => new Agreement(rig.sources, undefined), "unreachable", "lost again");
});

Deno.test("Agreement follows the digest that was named", () => {
  const named = agreed("bba", A);
  assertEquals([named.agreement.digest?.sha256, accepted(named)], [A, [3]]);
  failsWith(() => agreed("bb", A), "content", `no server has a file with the SHA-256 ${A}`);
});

Deno.test("Agreement.reconsider() settles on a digest once nothing can outvote it", () => {
  const { rig, agreement } = agreed("a--");
  assertEquals([agreement.digest, agreement.holders], [undefined, []]);
  rig.answer([2], { digest: "a" });
  agreement.reconsider();
  assertEquals(agreement.digest?.sha256, A);
  assertEquals(agreement.holders.map(({ index }) => index), [1, 2]);
});

Deno.test("Agreement.reconsider() refuses a copy that turns out to differ", () => {
  const { rig, agreement } = agreed("aa-");
  rig.answer([3], { digest: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "up", "differs"]);
});

Deno.test("Agreement.reconsider() refuses a copy whose pieces differ", () => {
  const { rig, agreement } = agreed("aa-");
  rig.answer([3], { digest: "a", pieces: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "up", "differs"]);
});

Deno.test("Agreement.reconsider() cannot settle a tie that shows after the start", () => {
  const { rig, agreement } = agreed("a-");
  rig.answer([2], { digest: "b" });
  failsWith(() => agreement.reconsider(), "content", "Cannot tell which copy is right");
});

Deno.test("Agreement.reconsider() refuses late servers with another size, however many", () => {
  const rig = new SourcesRig(3);
  rig.answer([1]);
  const agreement = new Agreement(rig.sources, undefined);
  rig.answer([2, 3], { size: 20, digest: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "differs", "differs"]);
  assertEquals(agreement.size, 10);
});

Deno.test("Agreement.reconsider() refuses late servers without the digest that was named", () => {
  const { rig, agreement } = agreed("--", A);
  rig.answer([2], { digest: "b" });
  agreement.reconsider();
  rig.answer([1], { digest: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["differs", "differs"]);
  assertStringIncludes(rig.source(1).reason, "instead of 10 bytes, SHA-256 aaaaaaaaaaaa…");
});

Deno.test("Agreement.reconsider() has no opinion while nobody is there", () => {
  const { rig, agreement } = agreed("--");
  rig.silence(1);
  rig.silence(2);
  agreement.reconsider();
  assertEquals(agreement.size, 10);
});

Deno.test("Agreement.accepts() only who is up and not known to have another copy", () => {
  const given = agreed("---");
  given.rig.silence(2);
  given.rig.source(3).terminate();
  assertEquals(accepted(given), [1]);
});

Deno.test("Agreement.accepts() a server whose file was replaced once its digest is known", () => {
  const { rig, agreement } = agreed("a-");
  rig.answer([1, 2], { digest: "a", etag: '"new"' });
  agreement.reconsider();
  const again = { rig, agreement };
  assertEquals(accepted(again), [1, 2]);
  rig.answer([2], { etag: '"newer"' });
  agreement.reconsider();
  assertEquals(accepted(again), [1]);
  rig.answer([2], { digest: "a", etag: '"newer"' });
  agreement.reconsider();
  assertEquals(accepted(again), [1, 2]);
});

Deno.test("Agreement.etags are those of the right content, whoever is there", () => {
  const { rig, agreement } = agreed("aaab-");
  assertEquals(agreement.etags, ['"1"', '"2"', '"3"', '"5"']);
  rig.silence(1);
  rig.source(2).terminate();
  rig.answer([5], { digest: "b" });
  agreement.reconsider();
  assertEquals(agreement.etags, ['"1"', '"2"', '"3"']);
});

Deno.test("Agreement.etags leave out servers that have none, and say each once", () => {
  const rig = new SourcesRig(3);
  rig.answer([1, 2], { etag: '"v"' });
  rig.answer([3]);
  assertEquals(new Agreement(rig.sources, undefined).etags, ['"v"']);
});
