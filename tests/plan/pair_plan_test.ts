import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { PairPlan, type PairPlanOptions } from "../../lib/plan/pair_plan.ts";
import type { Block, PlanCommand, PlanEvent } from "../../lib/plan/plan_event.ts";

const LENGTH = 1 << 20;

type Trim = Extract<PlanCommand, { type: "trim" }>;

/** A block on its way, as a fetcher knows it. */
interface Going extends Block {
  start: number;
  end: number;
  /** Where it began. */
  readonly from: number;
}

/** A plan, what fetchers do about it, and who has delivered which copies of which pieces. */
class Pairs {
  readonly plan: PairPlan;
  readonly going = new Map<number, Going[]>();
  readonly trims: Trim[] = [];
  /** By piece: whole copies that were delivered, the one that is kept last of all that are. */
  readonly kept = new Map<number, number[]>();
  readonly hashed = new Map<number, number[]>();
  readonly abandoned: PlanCommand[] = [];
  /** How many trims were ordered. */
  trimmed = 0;
  now = 0;

  constructor(options: Partial<PairPlanOptions> & { pieces: number }) {
    const { pieces, ...rest } = options;
    const size = pieces * LENGTH;
    const missing = [{ start: 0, end: size }];
    this.plan = new PairPlan({ size, pieceLength: LENGTH, missing, once: new Map(), ...rest });
  }

  start(...sources: number[]): this {
    return this.#obey(this.plan.start(sources, this.now));
  }

  tell(event: PlanEvent): this {
    if (event.type === "failed") this.going.delete(event.source);
    return this.#obey(this.plan.apply(event, this.now));
  }

  /** Has a source deliver so many bytes of what it was asked for, or fewer if it is asked for fewer. */
  deliver(source: number, bytes: number): this {
    let left = bytes;
    while (left > 0) {
      const [block] = this.going.get(source) ?? [];
      if (!block) return this;
      const part = Math.min(left, block.end - block.start);
      this.#count(source, block, block.start + part);
      left -= part;
      this.tell({ type: "received", source, bytes: part });
    }
    return this;
  }

  /** Answers a trim: the block ends where that was wanted, or where its source is. */
  answer({ source, block, end }: Trim): this {
    const blocks = this.going.get(source) ?? [];
    const at = blocks.find(({ id }) => id === block);
    if (at) at.end = Math.min(at.end, Math.max(end, at.start));
    const stop = at?.end ?? Number.MAX_SAFE_INTEGER;
    this.going.set(source, blocks.filter(({ start, end }) => start < end));
    return this.tell({ type: "trimmed", source, block, end: stop });
  }

  /** Has sources deliver until nothing is left, or nobody has anything to do. */
  finish(...sources: number[]): this {
    for (let turn = 0; this.plan.missing > 0 && turn < 10_000; turn += 1) {
      this.now += 0.1;
      for (const source of sources) this.deliver(source, LENGTH / 2);
      for (const trim of this.trims.splice(0)) this.answer(trim);
    }
    return this;
  }

  /** Who has delivered whole copies of each piece. */
  get senders(): number[][] {
    return [...this.kept].sort(([a], [b]) => a - b)
      .map(([piece, senders]) => [...senders, ...this.hashed.get(piece) ?? []]);
  }

  #count(source: number, block: Going, end: number): void {
    const copies = block.hashOnly ? this.hashed : this.kept;
    for (let piece = Math.floor(block.start / LENGTH); (piece + 1) * LENGTH <= end; piece += 1) {
      assert(piece * LENGTH >= block.from, "a part of a piece");
      copies.set(piece, [...copies.get(piece) ?? [], source]);
    }
    block.start = end;
    if (block.start === block.end) this.going.get(source)?.shift();
  }

  #obey(commands: readonly PlanCommand[]): this {
    for (const command of commands) {
      if (command.type === "trim") {
        this.trimmed += 1;
        this.trims.push(command);
      } else if (command.type === "abandon") this.abandoned.push(command);
      else {
        const { source, block } = command;
        assertEquals([block.start % LENGTH, block.end % LENGTH], [0, 0]);
        this.going.set(source, [...this.going.get(source) ?? [], { ...block, from: block.start }]);
      }
    }
    return this;
  }
}

Deno.test("PairPlan has two sources fetch everything, one copy to be kept and one to be hashed", () => {
  const pairs = new Pairs({ pieces: 64 }).start(1, 2).finish(1, 2);
  assertEquals(pairs.plan.missing, 0);
  assert(pairs.senders.every((senders) => senders.length === 2 && senders[0] !== senders[1]));
  assertEquals(pairs.senders.length, 64);
});

Deno.test("PairPlan has each piece come from two of many sources, and from no more", () => {
  const pairs = new Pairs({ pieces: 100 }).start(1, 2, 3, 4, 5).finish(1, 2, 3, 4, 5);
  assertEquals(pairs.plan.missing, 0);
  assert(pairs.senders.every((senders) => new Set(senders).size === 2 && senders.length === 2));
  for (const source of [1, 2, 3, 4, 5]) {
    const count = pairs.senders.filter((senders) => senders.includes(source)).length;
    assert(count > 20, `${count} pieces of ${source}`);
  }
});

Deno.test("PairPlan waits for a second source, and says which pieces wait for it", () => {
  const pairs = new Pairs({ pieces: 4 }).start(1).finish(1);
  assertEquals(pairs.plan.missing, 4 * LENGTH);
  assertEquals(
    [...pairs.plan.blocked()],
    [0, 1, 2, 3].map((piece) => ({ piece, deliveredBy: [1] })),
  );
  pairs.tell({ type: "joined", source: 2 });
  assertEquals([...pairs.plan.blocked()], []);
  pairs.finish(2);
  assertEquals([pairs.plan.missing, pairs.senders], [0, [[1, 2], [1, 2], [1, 2], [1, 2]]]);
});

Deno.test("PairPlan has another source decide where copies differ, and keep its copy", () => {
  const pairs = new Pairs({ pieces: 2 }).start(1, 2).finish(1, 2);
  pairs.tell({ type: "rejected", range: { start: LENGTH, end: 2 * LENGTH } });
  assertEquals([...pairs.plan.blocked()].map(({ piece }) => piece), [1]);
  pairs.tell({ type: "joined", source: 3 }).finish(1, 2, 3);
  assertEquals(pairs.kept.get(1)?.at(-1), 3);
  assertEquals([pairs.plan.missing, pairs.kept.get(1)?.length, pairs.kept.get(0)?.length], [
    0,
    2,
    1,
  ]);
  pairs.tell({ type: "rejected", range: { start: LENGTH, end: 2 * LENGTH } });
  assertEquals([...pairs.plan.blocked()][0]?.deliveredBy.toSorted(), [1, 2, 3]);
});

Deno.test("PairPlan has only the second copy fetched of what an earlier run left, from another source", () => {
  const once = new Map([[0, [1]], [1, []]]);
  const pairs = new Pairs({ pieces: 2, missing: [], once }).start(1);
  assertEquals(pairs.plan.missing, 2 * LENGTH);
  pairs.finish(1);
  assertEquals([...pairs.plan.blocked()], [{ piece: 0, deliveredBy: [1] }]);
  pairs.tell({ type: "joined", source: 2 }).finish(1, 2);
  assertEquals([pairs.plan.missing, pairs.kept.size], [0, 0]);
  assertEquals([pairs.hashed.get(0), pairs.hashed.get(1)], [[2], [1]]);
});

Deno.test("PairPlan asks again who sent what an earlier run left, if that is contradicted", () => {
  const pairs = new Pairs({ pieces: 1, missing: [], once: new Map([[0, [1]]]) }).start(1, 2).finish(
    1,
    2,
  );
  pairs.tell({ type: "rejected", range: { start: 0, end: LENGTH } }).finish(1, 2);
  assertEquals([pairs.plan.missing, pairs.kept.get(0), pairs.hashed.get(0)], [0, [1], [2]]);
});

Deno.test("PairPlan has a piece begun anew that its source leaves unfinished", () => {
  const pairs = new Pairs({ pieces: 1 }).start(1, 2);
  const kept = pairs.going.get(1)?.[0]?.hashOnly ? 2 : 1;
  const other = 3 - kept;
  pairs.deliver(kept, 1000).tell({ type: "failed", source: kept });
  assertEquals(pairs.abandoned, [{
    type: "abandon",
    source: kept,
    range: { start: 0, end: 1000 },
  }]);
  pairs.deliver(other, 1000).tell({ type: "failed", source: other });
  assertEquals([pairs.abandoned.length, pairs.plan.missing], [1, 2 * LENGTH]);
});

Deno.test("PairPlan lets a paused source keep what it was asked for, and gives it no more", () => {
  const pairs = new Pairs({ pieces: 64 }).start(1, 2, 3);
  const before = pairs.plan.portion(1);
  pairs.tell({ type: "paused", source: 1 }).finish(2, 3);
  assertEquals(pairs.plan.portion(1), before);
  pairs.tell({ type: "resumed", source: 1 }).finish(1, 2, 3);
  assertEquals(pairs.plan.missing, 0);
});

Deno.test("PairPlan has a fast source take over from one that would hold up the end", () => {
  const pairs = new Pairs({ pieces: 40 }).start(1, 2, 3);
  const rates = { 1: 4 * LENGTH, 2: 4 * LENGTH, 3: LENGTH / 100 };
  for (; pairs.plan.missing > 0 && pairs.now < 60; pairs.now += 0.1) {
    for (const [source, rate] of Object.entries(rates)) {
      pairs.deliver(Number(source), Math.round(rate / 10)).tell({
        type: "received",
        source: Number(source),
        bytes: 0,
      });
    }
    for (const trim of pairs.trims.splice(0)) pairs.answer(trim);
  }
  assert(pairs.now < 30, `it took ${pairs.now} s`);
  assert(pairs.senders.every((senders) => new Set(senders).size === 2));
});

Deno.test("PairPlan takes nothing away from a source that is as fast as the others", () => {
  const pairs = new Pairs({ pieces: 20 }).start(1, 2, 3, 4).deliver(1, LENGTH / 2);
  pairs.finish(1, 2, 3, 4);
  assertEquals([pairs.plan.missing, pairs.trimmed], [0, 0]);
});

Deno.test("PairPlan fetches more as it is added", () => {
  const pairs = new Pairs({ pieces: 3, missing: [{ start: 0, end: LENGTH }] }).start(1, 2).finish(
    1,
    2,
  );
  assertEquals([pairs.plan.missing, pairs.senders.length], [0, 1]);
  pairs.tell({ type: "added", range: { start: LENGTH, end: 3 * LENGTH } }).finish(1, 2);
  assertEquals([pairs.plan.missing, pairs.senders.length], [0, 3]);
});

Deno.test("PairPlan ends with two whole copies of every piece, whatever happens", () => {
  const source = fc.integer({ min: 1, max: 4 });
  const incident = fc.oneof(
    fc.record({
      what: fc.constant("deliver" as const),
      source,
      bytes: fc.nat({ max: 3 * LENGTH }),
    }),
    fc.record({
      what: fc.constantFrom("fail", "join", "pause", "resume", "answer" as const),
      source,
    }),
    fc.record({ what: fc.constant("reject" as const), piece: fc.nat({ max: 19 }) }),
  );
  fc.assert(fc.property(fc.array(incident, { maxLength: 200 }), (incidents) => {
    const pairs = new Pairs({ pieces: 20 }).start(1, 2, 3, 4);
    const there = new Set([1, 2, 3, 4]);
    const rejected = new Set<number>();
    for (const incident of incidents) {
      pairs.now += 0.05;
      if (incident.what === "deliver") {
        if (there.has(incident.source)) pairs.deliver(incident.source, incident.bytes);
      } else if (incident.what === "reject") {
        const { piece } = incident;
        const isThere = pairs.kept.get(piece)?.length === 1 &&
          pairs.hashed.get(piece)?.length === 1;
        if (!isThere || rejected.has(piece)) continue;
        rejected.add(piece);
        const range = { start: piece * LENGTH, end: (piece + 1) * LENGTH };
        pairs.tell({ type: "rejected", range });
      } else if (incident.what === "answer") {
        const [trim] = pairs.trims.splice(0, 1);
        if (trim) pairs.answer(trim);
      } else if (incident.what === "fail") {
        if (there.delete(incident.source)) pairs.tell({ type: "failed", source: incident.source });
      } else if (incident.what === "join") {
        if (!there.has(incident.source)) pairs.tell({ type: "joined", source: incident.source });
        there.add(incident.source);
      } else if (there.has(incident.source)) {
        const type = incident.what === "pause" ? "paused" : "resumed";
        pairs.tell({ type, source: incident.source });
      }
    }
    for (const source of [1, 2, 3, 4]) {
      pairs.tell({ type: there.has(source) ? "resumed" : "joined", source });
    }
    pairs.finish(1, 2, 3, 4);
    assertEquals(pairs.plan.missing, 0);
    assertEquals(pairs.senders.length, 20);
    for (const [piece, senders] of pairs.senders.entries()) {
      const wanted = rejected.has(piece) ? 3 : 2;
      assertEquals([senders.length, new Set(senders).size], [wanted, wanted], `piece ${piece}`);
    }
  }));
});
