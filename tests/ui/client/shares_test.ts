import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sharesOf } from "../../../lib/ui/client/shares.ts";

Deno.test("sharesOf() gives what is left over to the largest remainders", () => {
  assertEquals(sharesOf([1, 1, 1]), [34, 33, 33]);
  assertEquals(sharesOf([19.2, 26.7, 36.4, 36.2]), [16, 22, 31, 31]);
  assertEquals(sharesOf([0, 5]), [0, 100]);
  assertEquals(sharesOf([0, 0]), [0, 0]);
  assertEquals(sharesOf([]), []);
});

Deno.test("sharesOf() adds up to 100, and nobody's share is off by a whole percent", () => {
  const amounts = fc.array(fc.nat(2 ** 40), { minLength: 1, maxLength: 64 })
    .filter((amounts) => amounts.some((amount) => amount > 0));
  fc.assert(fc.property(amounts, (amounts) => {
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    const shares = sharesOf(amounts);
    assertEquals(shares.reduce((sum, share) => sum + share, 0), 100);
    amounts.forEach((amount, at) => assert(Math.abs(shares[at]! - amount / total * 100) < 1));
  }));
});
