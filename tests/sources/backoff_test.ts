import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Backoff } from "../../lib/sources/backoff.ts";
import { FIRST_RETRY_MS, RETRY_JITTER } from "../../lib/sources/limits.ts";

/** Half of the chance there is: none at all. */
const even = () => 0.5;

Deno.test("Backoff.next() doubles up to the most, and stays there", () => {
  const backoff = new Backoff(even);
  const most = 8 * FIRST_RETRY_MS;
  const pauses = Array.from({ length: 2000 }, () => backoff.next(most));
  assertEquals(pauses.slice(0, 4), [1, 2, 4, 8].map((times) => times * FIRST_RETRY_MS));
  assert(pauses.slice(4).every((pause) => pause === most));
});

Deno.test("Backoff.next() goes on growing when the most does", () => {
  const backoff = new Backoff(even);
  for (let attempt = 0; attempt < 9; attempt += 1) backoff.next(2 * FIRST_RETRY_MS);
  assertEquals(backoff.next(64 * FIRST_RETRY_MS), 2 * FIRST_RETRY_MS);
  assertEquals(backoff.next(64 * FIRST_RETRY_MS), 4 * FIRST_RETRY_MS);
});

Deno.test("Backoff.next() leaves a part of every pause to chance, in both directions", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(chance, (random) => {
    const pause = new Backoff(() => random).next(10 * FIRST_RETRY_MS) / FIRST_RETRY_MS;
    assert(pause >= 1 - RETRY_JITTER && pause <= 1 + RETRY_JITTER);
  }));
  assertEquals(new Backoff(() => 0).next(1e6), FIRST_RETRY_MS * (1 - RETRY_JITTER));
  assertEquals(new Backoff(() => 1).next(1e6), FIRST_RETRY_MS * (1 + RETRY_JITTER));
});

Deno.test("Backoff.reset() starts over with a short pause", () => {
  const backoff = new Backoff(even);
  for (let attempt = 0; attempt < 9; attempt += 1) backoff.next(1e6);
  backoff.reset();
  assertEquals(backoff.next(1e6), FIRST_RETRY_MS);
});
