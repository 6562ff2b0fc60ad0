import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Suspects } from "../../lib/content/suspects.ts";

Deno.test("Suspects.accuse() names who sent a piece, and one to leave out of its next version", () => {
  const suspects = new Suspects();
  for (const source of [3, 1, 3]) suspects.sent(source, 7);
  suspects.sent(2, 8);
  assertEquals(suspects.accuse(7), { senders: [3, 1], suspect: 3 });
  assertEquals(suspects.accuse(8), { senders: [2], suspect: 2 });
});

Deno.test("Suspects.accuse() suspects nobody of a piece that nobody sent", () => {
  assertEquals(new Suspects().accuse(0), { senders: [], suspect: undefined });
});

Deno.test("Suspects.accuse() suspects those who had a hand in every wrong version", () => {
  const suspects = new Suspects();
  const wrong = (...senders: number[]) => {
    for (const source of senders) suspects.sent(source, 0);
    return suspects.accuse(0).suspect;
  };
  assertEquals(wrong(1, 2, 3), 1);
  assertEquals(wrong(4, 3, 2), 2);
  assertEquals(wrong(5, 3), 3);
  // None of those who are left had: several must be at fault.
  assertEquals(wrong(6, 7), 6);
});

Deno.test("Suspects.acquit() forgets who sent a piece that is right", () => {
  const suspects = new Suspects();
  for (const source of [1, 2]) suspects.sent(source, 0);
  suspects.accuse(0);
  suspects.sent(4, 0);
  suspects.acquit(0);
  for (const source of [3, 2]) suspects.sent(source, 0);
  assertEquals(suspects.accuse(0), { senders: [3, 2], suspect: 3 });
});

Deno.test("Suspects find the one at fault after as many versions as the first had senders", () => {
  const servers = fc.integer({ min: 2, max: 12 });
  const shuffles = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(fc.property(servers, shuffles, (count, chance) => {
    const random = () => chance.next().value ?? 0;
    const suspects = new Suspects();
    const atFault = 1 + Math.floor(random() * (count - 1));
    let leftOut: number | undefined;
    let first: number | undefined;
    for (let versions = 1;; versions += 1) {
      const able = Array.from({ length: count }, (_, at) => at).filter((at) => at !== leftOut);
      const some = able.filter(() => random() < 0.5);
      const senders = new Set(some.length > 0 ? some : able.slice(0, 1));
      if (versions === 1) senders.add(atFault);
      if (!senders.has(atFault)) return;
      first ??= senders.size;
      assert(versions <= first, `${versions} versions of ${first} senders`);
      for (const source of senders) suspects.sent(source, 0);
      leftOut = suspects.accuse(0).suspect;
    }
  }));
});
