import { assertEquals } from "@std/assert";
import { Versions } from "../../lib/content/versions.ts";

Deno.test("Versions confirms a piece that two sources sent alike", () => {
  const versions = new Versions();
  assertEquals(versions.add(0, 1, "a"), { type: "alone" });
  assertEquals(versions.add(1, 1, "b"), { type: "alone" });
  assertEquals(versions.add(0, 2, "a"), { type: "confirmed", sources: [1, 2], others: [] });
});

Deno.test("Versions has more sources decide until two agree, and names the others", () => {
  const versions = new Versions();
  versions.add(0, 1, "a");
  assertEquals(versions.disputantsOf(0), []);
  assertEquals(versions.add(0, 2, "b"), { type: "disputed", sources: [1, 2] });
  assertEquals(versions.disputantsOf(0), [1, 2]);
  assertEquals(versions.add(0, 3, "c"), { type: "disputed", sources: [1, 2, 3] });
  assertEquals(versions.add(0, 4, "b"), { type: "confirmed", sources: [2, 4], others: [1, 3] });
  assertEquals(versions.disputantsOf(0), []);
});

Deno.test("Versions lets what an earlier run left confirm a copy, but not contradict two", () => {
  const versions = new Versions();
  versions.add(0, undefined, "a");
  assertEquals(versions.add(0, 1, "a"), { type: "confirmed", sources: [1], others: [] });
  versions.add(1, undefined, "a");
  assertEquals(versions.add(1, 1, "b"), { type: "disputed", sources: [1] });
  assertEquals(versions.disputantsOf(1), []);
  // It may have been the disk: the same source may say it again, but it counts once.
  assertEquals(versions.add(1, 2, "a"), { type: "disputed", sources: [1, 2] });
});
