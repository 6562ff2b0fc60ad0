import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { now } from "../../lib/clock.ts";
import { Agreement, type AgreementOptions, OutvotedError } from "../../lib/sources/agreement.ts";
import { canBegin, findTie } from "../../lib/sources/votes.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { type CopyOfTest, SourcesRig } from "./sources_rig.ts";

const A = "a".repeat(64);

/** An agreement on what servers have said; digests are letters, "-" is one that is not known. */
function agreed(
  digests: string,
  wanted?: string,
  { servers = digests.length, ...options }: AgreementOptions & { servers?: number } = {},
): { rig: SourcesRig; agreement: Agreement } {
  const rig = new SourcesRig(servers);
  for (const [at, digest] of [...digests].entries()) {
    rig.answer([at + 1], { digest: digest === "-" ? null : digest, etag: `"${at + 1}"` });
  }
  return { rig, agreement: new Agreement(rig.sources, { ...options, sha256: wanted }) };
}

function failsWith(work: () => unknown, kind: string, ...parts: readonly string[]): void {
  const failure = assertThrows(work, MultiportError);
  assertEquals(failure.code, kind);
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
  failsWith(() => agreed("ab"), "tie", "h:1 has 10 bytes, SHA-256 aaaaaaaaaaaa…");
  failsWith(() => agreed("abab"), "tie", "h:1, h:3 have", "h:2, h:4 have");
});

Deno.test("Agreement needs somebody who has answered and is still there", () => {
  const rig = new SourcesRig(1);
  rig.answer([1]);
  rig.silence(1);
  failsWith(() => new Agreement(rig.sources), "unreachable", "lost again");
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
  failsWith(() => agreement.reconsider(), "tie", "Cannot tell which copy is right");
});

Deno.test("Agreement.reconsider() lets most servers decide, whoever answered first", () => {
  const early = agreed("b", undefined, { servers: 3 });
  early.rig.answer([2], { digest: "a" });
  early.agreement.reconsider();
  assertEquals(early.rig.states, ["up", "differs", "connecting"]);
  early.rig.answer([3], { digest: "a" });
  const words = "Most servers have another file than the first to answer: 10 bytes, SHA-256 aaaa";
  assertStringIncludes(
    assertThrows(() => early.agreement.reconsider(), OutvotedError).message,
    words,
  );
  // It is told once, and the next agreement is theirs.
  early.agreement.reconsider();
  const next = new Agreement(early.rig.sources);
  assertEquals(next.digest?.sha256, A);
  assertEquals(early.rig.states, ["differs", "up", "up"]);
  const sizes = new SourcesRig(3);
  sizes.answer([1]);
  const agreement = new Agreement(sizes.sources);
  sizes.answer([2, 3], { size: 20 });
  assertThrows(() => agreement.reconsider(), OutvotedError, "20 bytes instead of 10 bytes");
});

Deno.test("Agreement.reconsider() keeps to what was agreed when a server comes late and alone", () => {
  const { rig, agreement } = agreed("a", undefined, { servers: 2 });
  rig.answer([2], { size: 20, digest: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "differs"]);
});

Deno.test("Agreement.reconsider() ends in a tie while votes are taken, and nobody else is to come", () => {
  const votesUntil = now() + 600;
  const { rig, agreement } = agreed("a", undefined, { servers: 2, votesUntil });
  rig.answer([2], { digest: "b" });
  failsWith(() => agreement.reconsider(), "tie", "h:1 has", "h:2 has");
});

Deno.test("Agreement.reconsider() tells of a tie at once, and waits for the others to decide", () => {
  const notices: string[] = [];
  const options = { votesUntil: now() + 600, notice: (text: string) => void notices.push(text) };
  const { rig, agreement } = agreed("a", undefined, { servers: 3, ...options });
  rig.answer([2], { digest: "b" });
  agreement.reconsider();
  agreement.look();
  assertEquals(rig.states, ["up", "differs", "connecting"]);
  const tie = notices.filter((text) => text.startsWith("Cannot tell which copy is right"));
  assertEquals(tie.length, 1);
  assertStringIncludes(tie[0] ?? "", "waiting for the other servers");
  rig.answer([3], { digest: "a" });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "differs", "up"]);
});

Deno.test("Agreement.look() ends in a tie that nobody has decided in time", () => {
  const rig = new SourcesRig(3);
  rig.answer([1], { digest: "a" });
  const options = { votesUntil: now() + 600 };
  const agreement = new Agreement(rig.sources, options);
  rig.answer([2], { digest: "b" });
  agreement.reconsider();
  agreement.look();
  options.votesUntil = 0;
  failsWith(() => agreement.look(), "tie", "Cannot tell which copy is right");
});

Deno.test("Agreement counts what a server said first, and nothing of one that sent wrong bytes", () => {
  const { rig, agreement } = agreed("aab");
  rig.answer([2], { digest: "b", etag: '"new"' });
  agreement.reconsider();
  assertEquals(rig.states, ["up", "differs", "differs"]);
  rig.source(1).blame("it sent 3 wrong pieces");
  // One against one now: what came late does not change what was agreed.
  agreement.reconsider();
  assertEquals(agreement.digest?.sha256, A);
});

Deno.test("Agreement tells once of every server that has another file", () => {
  const notices: string[] = [];
  const { rig, agreement } = agreed("aab", undefined, {
    notice: (text, about) => void notices.push(`${about}: ${text}`),
  });
  rig.answer([3], { digest: "b", etag: '"3"' });
  agreement.reconsider();
  assertEquals(notices.length, 1);
  assertStringIncludes(
    notices[0] ?? "",
    "other-copy: Server3 (h:3) has another file: 10 bytes, SHA-256 bbb",
  );
});

Deno.test("findTie() says who has what, if nobody can tell which is right", () => {
  const rig = new SourcesRig(3);
  assertEquals(findTie(rig.sources), undefined);
  rig.answer([1], { digest: "a" });
  assertEquals(findTie(rig.sources), undefined);
  rig.answer([2], { digest: "b" });
  assertStringIncludes(findTie(rig.sources) ?? "", "h:1 has 10 bytes, SHA-256 aaa");
  assertEquals(findTie(rig.sources, { sha256: A }), undefined);
  rig.answer([3], { digest: "b" });
  assertEquals(findTie(rig.sources), undefined);
});

Deno.test("Agreement.reconsider() refuses late servers without the digest that was named", () => {
  const { rig, agreement } = agreed("--", A, { servers: 3 });
  rig.answer([2], { digest: "b" });
  agreement.reconsider();
  rig.answer([1], { digest: "b" });
  agreement.reconsider();
  assertEquals(rig.states, ["differs", "differs", "connecting"]);
  assertStringIncludes(rig.source(1).reason, "instead of 10 bytes, SHA-256 aaaaaaaaaaaa…");
  rig.answer([3], { digest: "b" });
  failsWith(() => agreement.reconsider(), "content", "no server has a file with the SHA-256");
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
  assertEquals(new Agreement(rig.sources).etags, ['"v"']);
});

Deno.test("Agreement takes a web server's copy whose tag has changed if its samples have not", () => {
  for (const [before, after, isTaken] of [["x", "x", true], ["x", "y", false], ["", "", false]]) {
    const rig = new SourcesRig(2);
    for (const index of [1, 2]) rig.source(index).publishesDigests = false;
    rig.answer([1, 2], { sample: before as string, etag: '"1"' });
    const agreement = new Agreement(rig.sources);
    rig.answer([1], { sample: after as string, etag: '"2"' });
    assertEquals(agreement.accepts(rig.source(1)), isTaken);
  }
});

/** A web server alone that has answered twice. */
function answeredTwice(first: CopyOfTest, then: CopyOfTest) {
  const rig = new SourcesRig(1);
  rig.source(1).publishesDigests = false;
  rig.answer([1], first);
  const agreement = new Agreement(rig.sources);
  rig.answer([1], then);
  return { rig, agreement };
}

Deno.test("Agreement goes on with the only copy as long as nothing says that it was replaced", () => {
  const answers: [first: CopyOfTest, then: CopyOfTest][] = [
    [{}, {}],
    [{ etag: '"a"', day: 1 }, { etag: '"a"', day: 2 }],
    // A server of which the file is brand-new gives a weak tag first, as Apache does.
    [{ weakTag: '"a"', day: 1 }, { etag: '"a"', day: 1 }],
    [{ day: 1 }, { day: 1 }],
    [{ day: 1 }, {}],
    [{ weakTag: '"a"' }, { weakTag: '"a"' }],
  ];
  for (const [first, then] of answers) {
    const { rig, agreement } = answeredTwice(first, then);
    agreement.reconsider();
    assertEquals(accepted({ rig, agreement }), [1], JSON.stringify([first, then]));
  }
});

Deno.test("Agreement ends when the only copy was replaced before anybody had told its digest", () => {
  const answers: [first: CopyOfTest, then: CopyOfTest][] = [
    [{ etag: '"a"' }, { etag: '"b"' }],
    [{ etag: '"a"' }, { etag: '"b"', size: 11 }],
    [{ etag: '"a"', day: 1 }, { weakTag: '"b"', day: 2 }],
    [{ day: 1 }, { day: 2 }],
    [{ day: 1 }, { day: 2, size: 11 }],
    [{ weakTag: '"a"' }, { weakTag: '"b"' }],
  ];
  for (const [first, then] of answers) {
    const { rig, agreement } = answeredTwice(first, then);
    assertEquals(accepted({ rig, agreement }), [], JSON.stringify([first, then]));
    const says = "the file was replaced on h:1 while it was fetched";
    failsWith(() => agreement.reconsider(), "content", says);
  }
});

Deno.test("Agreement compares samples with samples, whatever digest was named", () => {
  const rig = new SourcesRig(2);
  for (const { index } of rig.sources) rig.source(index).publishesDigests = false;
  rig.answer([1], { sample: "a" });
  rig.answer([2], { sample: "b" });
  new Agreement(rig.sources, { sha256: A, tries: true });
  const says = "its copy differs: 10 bytes, samples b… instead of 10 bytes, samples a…";
  assertEquals(rig.source(2).reason, says);
});

Deno.test("Agreement takes a copy without a digest back that more have than the first one", () => {
  const rig = new SourcesRig(3);
  for (const { index } of rig.sources) rig.source(index).publishesDigests = false;
  rig.answer([1], { sample: "a" });
  const agreement = new Agreement(rig.sources, { votesUntil: now() + 600 });
  rig.answer([2], { sample: "b" });
  agreement.reconsider();
  assertEquals([agreement.isTied, rig.states], [true, ["up", "differs", "connecting"]]);
  rig.answer([3], { sample: "b" });
  assertThrows(
    () => agreement.reconsider(),
    OutvotedError,
    "samples b… instead of 10 bytes, samples a",
  );
  assertEquals(accepted({ rig, agreement: new Agreement(rig.sources) }), [2, 3]);
  assertEquals(rig.states, ["differs", "up", "up"]);
});

Deno.test("Agreement begins with the first of two that say different things, if others are to decide", () => {
  const { rig, agreement } = agreed("ab", undefined, { servers: 3, votesUntil: now() + 600 });
  assertEquals([agreement.isTied, agreement.digest?.sha256], [true, A]);
  assertEquals(rig.states, ["up", "differs", "connecting"]);
  rig.answer([3], { digest: "b" });
  assertThrows(() => agreement.reconsider(), OutvotedError);
  failsWith(() => agreed("ab", undefined, { servers: 3 }), "tie");
  failsWith(() => agreed("ab", undefined, { votesUntil: now() + 600 }), "tie");
});

Deno.test("canBegin() once one sends parts of what is right as far as is known", () => {
  const rig = new SourcesRig(3);
  const could = (wants = {}, maxSize = 10) => canBegin(rig.sources, wants, maxSize);
  assertEquals(could(), false, "nobody has answered");
  rig.source(1).servesParts = false;
  rig.answer([1]);
  assertEquals(could(), false, "nobody sends parts");
  rig.answer([2], { paused: true });
  assertEquals(could(), false, "paused");
  rig.answer([2]);
  assertEquals([could(), could({ size: 11 }), could({}, 9)], [true, false, false]);
  rig.answer([3], { size: 11 });
  assertEquals([could(), could({ size: 11 }, 11)], [true, true]);
  rig.silence(1, "it is none", true);
  assertEquals(could(), false, "one says this, another that");
});

Deno.test("Agreement takes a copy that cannot be compared, and does not mix it with others", () => {
  for (const [first, second] of [["x", ""], ["", "x"], ["", ""]] as const) {
    const rig = new SourcesRig(2);
    for (const index of [1, 2]) rig.source(index).publishesDigests = false;
    rig.answer([1], { sample: first });
    rig.answer([2], { sample: second });
    const agreement = new Agreement(rig.sources);
    assertEquals(accepted({ rig, agreement }), [1, 2]);
    rig.source(1).figures.deliver(1, now());
    assertEquals(accepted({ rig, agreement }), [1]);
    // The file that all of it has to be is named.
    assertEquals(accepted({ rig, agreement: new Agreement(rig.sources, { sha256: A }) }), [1, 2]);
  }
});
