import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  CONNECTING,
  isFinal,
  nextStatus,
  type SourceStatus,
  type SourceStatusState,
  type StatusEvent,
} from "../../lib/sources/source_status.ts";

const STATES = [
  "connecting",
  "up",
  "paused",
  "waiting",
  "disconnected",
  "lost",
  "differs",
  "terminated",
  "refused",
  "wrong",
] as const satisfies readonly SourceStatusState[];

const UNTIL = 60;

function statusIn(state: SourceStatusState): SourceStatus {
  return state === "waiting"
    ? { state, reason: "before", until: 30 }
    : { state, reason: state === "connecting" ? "" : "before" };
}

/** "=": stays as it is. A letter for each state above: the next one; upper case: for a new reason. */
const LETTERS: Readonly<Record<string, SourceStatusState>> = {
  c: "connecting",
  u: "up",
  p: "paused",
  w: "waiting",
  d: "disconnected",
  l: "lost",
  x: "differs",
  t: "terminated",
  r: "refused",
  b: "wrong",
};

/** One row an event; one column a state, in the order of STATES. */
const TABLE: readonly (readonly [event: StatusEvent, row: string])[] = [
  //                                                           c u p w d l x t r b
  [{ type: "answered", paused: false }, /*                  */ "u = u u u u = = = ="],
  [{ type: "answered", paused: true }, /*                   */ "p p = p p p = = = ="],
  [{ type: "unreachable", reason: "new", inUse: false }, /* */ "C L L L l L = = = ="],
  [{ type: "unreachable", reason: "new", inUse: true }, /*  */ "C = = L l L = = = ="],
  [{ type: "paused" }, /*                                   */ "= p = = = = = = = ="],
  [{ type: "resumed" }, /*                                  */ "= = u = = = = = = ="],
  [{ type: "broken", reason: "new", inTouch: true }, /*     */ "= D D = = = = = = ="],
  [{ type: "broken", reason: "new", inTouch: false }, /*    */ "= L L = = = = = = ="],
  [{ type: "busy", reason: "new", until: UNTIL }, /*        */ "W W W W W W = = = ="],
  [{ type: "waited", paused: false }, /*                    */ "= = = u = = = = = ="],
  [{ type: "waited", paused: true }, /*                     */ "= = = p = = = = = ="],
  [{ type: "gone", reason: "new" }, /*                      */ "L L L L L L = = = ="],
  [{ type: "terminated" }, /*                               */ "T T T T T T T = = ="],
  [{ type: "differs", reason: "new" }, /*                   */ "X X X X X X X = = ="],
  [{ type: "fits", paused: false }, /*                      */ "= = = = = = u = = ="],
  [{ type: "fits", paused: true }, /*                       */ "= = = = = = p = = ="],
  [{ type: "refused", reason: "new" }, /*                   */ "R R R R R R R = = ="],
  [{ type: "blamed", reason: "new" }, /*                    */ "B B B B B B B = = ="],
];

for (const [event, row] of TABLE) {
  Deno.test(`nextStatus() after ${JSON.stringify(event)}, in every state`, () => {
    const cells = row.split(" ");
    assertEquals(cells.length, STATES.length);
    for (const [at, state] of STATES.entries()) {
      const before = statusIn(state);
      const after = nextStatus(before, event);
      const cell = cells[at] ?? "";
      if (cell === "=") {
        assertStrictEquals(after, before, state);
        continue;
      }
      assertEquals(after.state, LETTERS[cell.toLowerCase()], state);
      const fresh = event.type === "terminated" ? "terminated by its operator" : "new";
      assertEquals(after.reason, cell === cell.toUpperCase() ? fresh : before.reason, state);
      if (after.state === "waiting") assertEquals(after.until, UNTIL);
    }
  });
}

Deno.test("nextStatus() is told of every kind of event here", () => {
  // A new kind that is not in the table does not compile.
  const kinds: Readonly<Record<StatusEvent["type"], true>> = {
    answered: true,
    unreachable: true,
    paused: true,
    resumed: true,
    broken: true,
    busy: true,
    waited: true,
    gone: true,
    terminated: true,
    differs: true,
    fits: true,
    refused: true,
    blamed: true,
  };
  assertEquals(new Set(TABLE.map(([{ type }]) => type)), new Set(Object.keys(kinds)));
});

Deno.test("isFinal() of the states that nothing leads out of", () => {
  const final = STATES.filter((state) => isFinal(statusIn(state)));
  assertEquals(final, ["terminated", "refused", "wrong"]);
  assertEquals(isFinal(CONNECTING), false);
});
