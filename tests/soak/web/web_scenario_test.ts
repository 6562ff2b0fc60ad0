import { assertEquals } from "@std/assert";
import { Random } from "../../../testing/simulation/random.ts";
import { type MirrorTraits, randomMirror } from "./mirror_traits.ts";
import { dependableSources } from "./web_scenario.ts";

/** A mirror that does all that a client may wish for. */
const WELL_BEHAVED: MirrorTraits = {
  ...randomMirror(new Random(1), 1_000_000),
  redirect: "none",
  framing: "length",
  version: "1.1",
  closes: false,
  ranges: "served",
  connections: Infinity,
  connectionMs: 0,
  content: "right",
  mishaps: 0,
};
const WITHOUT_PARTS: MirrorTraits = { ...WELL_BEHAVED, ranges: "ignored" };
const FAULTY: MirrorTraits = { ...WELL_BEHAVED, mishaps: 0.5 };
const LOOPING: MirrorTraits = { ...WELL_BEHAVED, redirect: "loop" };

Deno.test("dependableSources() counts on a mirror without parts only where its bytes need not be compared", () => {
  const cases: [mirrors: MirrorTraits[], namesChecksum: boolean, count: number][] = [
    [[WELL_BEHAVED, FAULTY], false, 1],
    [[WITHOUT_PARTS], false, 1],
    [[WITHOUT_PARTS, LOOPING], false, 1],
    // What the other one has delivered when it fails for good, nobody can compare.
    [[WITHOUT_PARTS, FAULTY], false, 0],
    [[WITHOUT_PARTS, FAULTY], true, 1],
  ];
  for (const [mirrors, namesChecksum, count] of cases) {
    assertEquals(dependableSources({ mirrors, ports: 0, namesChecksum }), count);
  }
});
