import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type Copy, findConsensus, type Vote } from "../../lib/content/consensus.ts";

const digest = (letter: string, pieces = letter) => ({
  sha256: letter.repeat(64),
  piecesSha256: pieces.repeat(64),
});
const a: Copy = { size: 10, digest: digest("a") };
const b: Copy = { size: 10, digest: digest("b") };
const short: Copy = { size: 9, digest: digest("c") };
const hashing: Copy = { size: 10, digest: null };
const shortHashing: Copy = { size: 9, digest: null };

const judge = (copies: readonly Copy[], sha256?: string) =>
  findConsensus(new Map(copies.map((copy, at) => [at + 1, { ...copy, host: "h" }])), { sha256 });

Deno.test("findConsensus() lets the largest group that agrees win", () => {
  assertEquals(judge([a, a, b]), { type: "agreed", copy: a, sources: [1, 2], refused: [3] });
  assertEquals(judge([b, a, a]), { type: "agreed", copy: a, sources: [2, 3], refused: [1] });
  assertEquals(judge([a]), { type: "agreed", copy: a, sources: [1], refused: [] });
  assertEquals(judge([a, b, a, short, a]), {
    type: "agreed",
    copy: a,
    sources: [1, 3, 5],
    refused: [2, 4],
  });
});

Deno.test("findConsensus() cannot tell when two groups are as large", () => {
  assertEquals(judge([a, b]), { type: "tie", groups: [[1], [2]] });
  assertEquals(judge([a, b, b, a]), { type: "tie", groups: [[1, 4], [2, 3]] });
  assertEquals(judge([hashing, shortHashing]), { type: "tie", groups: [[1], [2]] });
});

Deno.test("findConsensus() takes the first of two groups that are as large where a digest will tell", () => {
  const wants = { sha256: "f".repeat(64), tries: true };
  const tried = (...copies: Copy[]) =>
    findConsensus(
      new Map(copies.map((copy, at) => [at + 1, { ...copy, host: "h", isSilent: true }])),
      wants,
    );
  const [one, two] = ["one", "two"].map((sample) => ({ ...hashing, sample }));
  if (!one || !two) throw new TypeError();
  const verdict = { type: "open", size: 10, sample: "one" } as const;
  assertEquals(tried(one, two), { ...verdict, sources: [1], refused: [2] });
  assertEquals(tried(one, two, two, one), { ...verdict, sources: [1, 4], refused: [2, 3] });
  const shorter = { ...one, size: 9 };
  assertEquals(tried(one, shorter), { ...verdict, sources: [1], refused: [2] });
});

Deno.test("findConsensus() goes by size first", () => {
  assertEquals(judge([short, short, a]), {
    type: "agreed",
    copy: short,
    sources: [1, 2],
    refused: [3],
  });
  assertEquals(judge([shortHashing, hashing, hashing]), {
    type: "open",
    size: 10,
    sources: [2, 3],
    refused: [1],
  });
});

Deno.test("findConsensus() waits for digests that could change the verdict, and for no others", () => {
  assertEquals(judge([a, hashing]).type, "open");
  assertEquals(judge([a, a, b, hashing]).type, "open");
  assertEquals(judge([a, b, hashing]).type, "open");
  assertEquals(judge([a, a, hashing]), { type: "agreed", copy: a, sources: [1, 2], refused: [] });
});

Deno.test("findConsensus() tells copies apart whose pieces differ", () => {
  const forged = { size: 10, digest: digest("a", "f") };
  assertEquals(judge([a, forged]), { type: "tie", groups: [[1], [2]] });
  assertEquals(judge([forged, a, a]), {
    type: "agreed",
    copy: a,
    sources: [2, 3],
    refused: [1],
  });
});

Deno.test("findConsensus() takes the copy with the named digest, however many have another", () => {
  const named = a.digest?.sha256;
  assertEquals(judge([b, b, a], named), {
    type: "agreed",
    copy: a,
    sources: [3],
    refused: [1, 2],
  });
  assertEquals(judge([a, b], named), { type: "agreed", copy: a, sources: [1], refused: [2] });
});

Deno.test("findConsensus() needs no other digest once one is the named one", () => {
  const named = a.digest?.sha256;
  assertEquals(judge([hashing, hashing, a, shortHashing, shortHashing, shortHashing], named), {
    type: "agreed",
    copy: a,
    sources: [3],
    refused: [4, 5, 6],
  });
});

Deno.test("findConsensus() refuses every other digest while the named one is awaited", () => {
  assertEquals(judge([b, hashing, b], a.digest?.sha256), {
    type: "open",
    size: 10,
    sources: [2],
    refused: [1, 3],
  });
});

Deno.test("findConsensus() says that none is right when nobody can have the named digest", () => {
  assertEquals(judge([b, b], a.digest?.sha256), { type: "none" });
  assertEquals(judge([]), { type: "none" });
});

Deno.test("findConsensus() never takes and refuses the same copy, and agrees with a majority only", () => {
  const copy = fc.constantFrom(a, b, short, hashing, shortHashing);
  const named = fc.constantFrom(undefined, a.digest?.sha256);
  fc.assert(fc.property(fc.array(copy, { maxLength: 9 }), named, (copies, sha256) => {
    const verdict = judge(copies, sha256);
    if (verdict.type === "tie" || verdict.type === "none") return;
    const { sources, refused } = verdict;
    assertEquals(sources.filter((source) => refused.includes(source)), []);
    if (verdict.type === "open") return;
    const say = (one: Copy) =>
      copies.filter(({ size, digest }) => size === one.size && digest === one.digest).length;
    assertEquals(sources.length, say(verdict.copy));
    if (sha256 === undefined) {
      for (const other of [a, b]) {
        if ([other.digest, short.digest].includes(verdict.copy.digest)) continue;
        assertEquals(say(other) < sources.length, true);
      }
    } else assertEquals(verdict.copy, a);
  }));
});

/** What sources of several hosts say: `a1` is one on host 1 that has content `a`, `-1` hashes. */
const judgeHosts = (votes: string) =>
  findConsensus(
    new Map(
      votes.split(" ").map(([what, host = ""], at) => {
        const copy = what === "a" ? a : what === "b" ? b : hashing;
        return [at + 1, { ...copy, host }];
      }),
    ),
  );

Deno.test("findConsensus() gives every host one vote where there are several", () => {
  assertEquals(judgeHosts("b1 b1 b1 a2 a3"), {
    type: "agreed",
    copy: a,
    sources: [4, 5],
    refused: [1, 2, 3],
  });
  assertEquals(judgeHosts("b1 b1 b1 a2"), { type: "tie", groups: [[1, 2, 3], [4]] });
  assertEquals(judgeHosts("b1 b1 a1"), { type: "agreed", copy: b, sources: [1, 2], refused: [3] });
});

Deno.test("findConsensus() lets a host whose ports disagree speak for both", () => {
  assertEquals(judgeHosts("b1 a1 a2"), {
    type: "agreed",
    copy: a,
    sources: [2, 3],
    refused: [1],
  });
  assertEquals(judgeHosts("b1 a1 b2 a2").type, "tie");
});

Deno.test("findConsensus() waits for hosts whose digests could change the verdict", () => {
  assertEquals(judgeHosts("a1 a2 -3 -3 -3").type, "agreed");
  assertEquals(judgeHosts("a1 -2 -2").type, "open");
  assertEquals(judgeHosts("a1 a2 b3 -4").type, "open");
});

Deno.test("findConsensus() waits for nobody who will never tell a digest", () => {
  const silent = { ...hashing, host: "w", isSilent: true };
  const votes = new Map<number, Vote>([
    [1, { ...a, host: "h" }],
    [2, silent],
    [3, { ...silent, host: "x" }],
  ]);
  assertEquals(findConsensus(votes), { type: "agreed", copy: a, sources: [1], refused: [] });
  assertEquals(findConsensus(new Map([[1, silent], [2, silent]])).type, "open");
});

Deno.test("findConsensus() tells copies without digests apart by their samples", () => {
  const one = { ...hashing, sample: "1", isSilent: true };
  const two = { ...hashing, sample: "2", isSilent: true };
  const none = { ...hashing, sample: "", isSilent: true };
  const open = { type: "open", size: 10, sample: "1" } as const;
  assertEquals(judge([two, one, one]), { ...open, sources: [2, 3], refused: [1] });
  assertEquals(judge([one, none]), { ...open, sources: [1], refused: [2] });
  assertEquals(judge([one, hashing, two, one]), { ...open, sources: [1, 4, 2], refused: [3] });
  assertEquals(judge([one, two]), { type: "tie", groups: [[1], [2]] });
  assertEquals(judge([a, one, two]), { type: "agreed", copy: a, sources: [1], refused: [] });
});

Deno.test("findConsensus() counts who tells the digest of the whole with those who tell that of the pieces, too", () => {
  const whole: Copy = { size: 10, digest: { sha256: "a".repeat(64) } };
  const other: Copy = { size: 10, digest: { sha256: "b".repeat(64) } };
  const forged = { size: 10, digest: digest("a", "f") };
  assertEquals(judge([whole, b, a]), {
    type: "agreed",
    copy: a,
    sources: [1, 3],
    refused: [2],
  });
  assertEquals(judge([whole, other, whole]), {
    type: "agreed",
    copy: whole,
    sources: [1, 3],
    refused: [2],
  });
  assertEquals(judge([whole, other]), { type: "tie", groups: [[1], [2]] });
  assertEquals(judge([whole, a, forged]), { type: "tie", groups: [[2], [3]] });
  assertEquals(judge([whole, a, a, forged]).type, "agreed");
  assertEquals(judge([whole, other], a.digest?.sha256), {
    type: "agreed",
    copy: whole,
    sources: [1],
    refused: [2],
  });
});

Deno.test("findConsensus() compares those without a digest with the samples of those who have the right one", () => {
  const whole = { size: 10, digest: { sha256: "a".repeat(64) }, isSilent: true, sample: "1" };
  const same = { ...hashing, sample: "1", isSilent: true };
  const other = { ...hashing, sample: "2", isSilent: true };
  assertEquals(judge([other, whole, same, other, other]), {
    type: "agreed",
    copy: { size: 10, digest: { sha256: "a".repeat(64) } },
    sample: "1",
    sources: [2],
    refused: [1, 4, 5],
  });
});

Deno.test("findConsensus() goes by SHA-512 where all tell that and nothing else", () => {
  const one = { ...hashing, sha512: "1", sample: "s", isSilent: true };
  const two = { ...hashing, sha512: "2", sample: "s", isSilent: true };
  const none = { ...hashing, sample: "s", isSilent: true };
  const open = { type: "open", size: 10 } as const;
  assertEquals(judge([one, two, one]), { ...open, sha512: "1", sources: [1, 3], refused: [2] });
  assertEquals(judge([one, two]), { type: "tie", groups: [[1], [2]] });
  assertEquals(judge([one]), { ...open, sha512: "1", sources: [1], refused: [] });
  assertEquals(judge([one, two, none]), { ...open, sample: "s", sources: [1, 2, 3], refused: [] });
});

Deno.test("findConsensus() takes no copy of another size than was named", () => {
  const votes = new Map(
    [short, short, hashing].map((copy, at) => [at + 1, { ...copy, host: "h" }]),
  );
  assertEquals(findConsensus(votes, { size: 10 }), {
    type: "open",
    size: 10,
    sources: [3],
    refused: [1, 2],
  });
  assertEquals(findConsensus(votes, { size: 11 }), { type: "none" });
});
