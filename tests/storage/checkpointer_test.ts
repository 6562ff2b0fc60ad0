import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Checkpoint } from "../../lib/storage/checkpoint.ts";
import { PieceSet } from "../../lib/content/piece_set.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import { CHECKPOINT_MS } from "../../lib/storage/limits.ts";
import { Checkpointer } from "../../lib/storage/checkpointer.ts";
import { Log } from "../client/log.ts";

const IDENTITY = { size: 80, pieceLength: 10, sha256: null, etags: [] };

/** A checkpointer whose part file takes as long as the test likes. */
class Rig {
  readonly pieces = new PieceStore(80, 10);
  /** The pieces of every checkpoint, when its writing began. */
  readonly begun = new Log<number[]>();
  readonly checkpointer: Checkpointer;
  #writing = Promise.withResolvers<void>();
  /** Called when the part file's name is looked at. */
  onCheck = () => {};

  constructor() {
    const record = ({ pieces }: Checkpoint) => {
      this.begun.add([...new PieceSet(8, pieces)]);
      return this.#writing.promise;
    };
    const part = { record, begin: () => {}, checkNamed: () => this.onCheck() };
    this.checkpointer = new Checkpointer(part, this.pieces, () => IDENTITY, 1);
  }

  /** Ends the writing that is under way. */
  written(): void {
    this.#writing.resolve();
    this.#writing = Promise.withResolvers();
  }

  failed(error: Error): void {
    this.#writing.reject(error);
  }
}

Deno.test("Checkpointer.record() tells pieces that are right from those that are not compared yet", async () => {
  const recorded: Checkpoint[] = [];
  const record = (checkpoint: Checkpoint) => Promise.resolve(void recorded.push(checkpoint));
  const pieces = new PieceStore(80, 10);
  const part = { record, begin: () => {}, checkNamed: () => {} };
  const checkpointer = new Checkpointer(part, pieces, () => IDENTITY, 1);
  pieces.vouch(1);
  pieces.deliver(1, { start: 20, end: 35 });
  await checkpointer.record();
  const [checkpoint] = recorded;
  assertEquals([...new PieceSet(8, checkpoint?.pieces)], [1]);
  assertEquals([...new PieceSet(8, checkpoint?.unverified)], [2]);
});

Deno.test("Checkpointer.record() writes nothing when there is nothing new", async () => {
  const rig = new Rig();
  await rig.checkpointer.record();
  rig.pieces.vouch(1);
  const first = rig.checkpointer.record();
  rig.written();
  await first;
  await rig.checkpointer.record();
  assertEquals(rig.begun.entries, [[1]]);
});

Deno.test("Checkpointer.record() leaves what comes while it writes to the next time", async () => {
  const rig = new Rig();
  rig.pieces.vouch(1);
  const first = rig.checkpointer.record();
  rig.pieces.vouch(2);
  rig.written();
  await first;
  const second = rig.checkpointer.record();
  rig.written();
  await second;
  assertEquals(rig.begun.entries, [[1], [1, 2]]);
});

Deno.test("Checkpointer.record() notices that one piece has gone and another come", async () => {
  const rig = new Rig();
  rig.pieces.vouch(1);
  const first = rig.checkpointer.record();
  rig.written();
  await first;
  rig.pieces.discard(1);
  rig.pieces.vouch(2);
  const second = rig.checkpointer.record();
  rig.written();
  await second;
  assertEquals(rig.begun.entries, [[1], [2]]);
});

Deno.test("Checkpointer.record() tries again what could not be written", async () => {
  const rig = new Rig();
  rig.pieces.vouch(1);
  const first = rig.checkpointer.record();
  rig.failed(new Error("full"));
  await assertRejects(() => first, Error, "full");
  rig.checkpointer.record().catch(() => {});
  assertEquals(rig.begun.entries, [[1], [1]]);
});

Deno.test("Checkpointer.run() records at intervals, one checkpoint after the other", async () => {
  const rig = new Rig();
  const stop = new AbortController();
  const running = rig.checkpointer.run(stop.signal);
  rig.pieces.vouch(1);
  await rig.begun.some(1);
  rig.pieces.vouch(2);
  rig.written();
  await rig.begun.some(2);
  rig.written();
  stop.abort();
  await running;
  assertEquals(rig.begun.entries, [[1], [1, 2]]);
});

Deno.test("Checkpointer.run() begins no checkpoint when it is told to stop", async () => {
  const rig = new Rig();
  const stop = new AbortController();
  const running = rig.checkpointer.run(stop.signal);
  rig.pieces.vouch(1);
  stop.abort();
  await running;
  assertEquals(rig.begun.entries, []);
});

Deno.test("Checkpointer.run() is over only when the checkpoint under way is written", async () => {
  const rig = new Rig();
  const stop = new AbortController();
  let isOver = false;
  const running = rig.checkpointer.run(stop.signal).then(() => isOver = true);
  rig.pieces.vouch(1);
  await rig.begun.some(1);
  stop.abort();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(isOver, false);
  rig.written();
  await running;
});

Deno.test("Checkpointer.run() ends with what is the matter with the disk", async () => {
  const rig = new Rig();
  const running = rig.checkpointer.run(new AbortController().signal);
  rig.pieces.vouch(1);
  await rig.begun.some(1);
  rig.failed(new Error("full"));
  await assertRejects(() => running, Error, "full");
});

Deno.test("Checkpointer.run() ends when the part file has lost its name, also if nothing is new", async () => {
  const rig = new Rig();
  rig.onCheck = () => {
    throw new Error("taken away");
  };
  const running = rig.checkpointer.run(new AbortController().signal);
  await assertRejects(() => running, Error, "taken away");
});

Deno.test("Checkpointer.run() is a second behind at the most", () => {
  assert(CHECKPOINT_MS <= 1_000);
});
