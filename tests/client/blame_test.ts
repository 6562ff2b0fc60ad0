import { assertEquals } from "@std/assert";
import { Blame } from "../../lib/client/blame.ts";
import { MAX_OFFENCES, MAX_WRONG_PIECES } from "../../lib/content/limits.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import { SourcesRig } from "../sources/sources_rig.ts";

const PIECE = 1000;

Deno.test("Blame.doubt() gives up a source on parole that leaves one piece after the other unfinished", () => {
  const rig = new SourcesRig(2);
  rig.answer([1, 2], { digest: "a" });
  const pieces = new PieceStore(10 * PIECE, PIECE);
  const blame = new Blame(rig.sources, pieces, () => {});
  for (let piece = 0; piece < MAX_OFFENCES; piece += 1) {
    assertEquals(rig.states, ["up", "up"]);
    const range = { start: piece * PIECE, end: piece * PIECE + 5 };
    pieces.deliver(1, range);
    pieces.abandon(1, range);
    blame.doubt(1);
    blame.doubt(2);
  }
  assertEquals(rig.states, ["wrong", "up"]);
  const why = "it had part in several wrong pieces, and has sent no right one since";
  assertEquals(rig.source(1).reason, why);
});

Deno.test("Blame leaves its vote to a source that has not told its digests yet", () => {
  const rig = new SourcesRig(2);
  rig.answer([1], { digest: "a" });
  rig.answer([2], { digest: null });
  const pieces = new PieceStore(10 * PIECE, PIECE);
  const blame = new Blame(rig.sources, pieces, () => {});
  for (let piece = 0; piece < MAX_WRONG_PIECES; piece += 1) {
    for (const culprit of [1, 2]) {
      blame.charge({
        type: "wrong",
        piece,
        culprit,
        senders: [culprit],
        suspect: culprit,
        rejections: 0,
      });
    }
    if (piece === 0) assertEquals(rig.states, ["up", "differs"]);
  }
  assertEquals(rig.states, ["wrong", "differs"]);
});
