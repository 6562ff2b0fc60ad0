import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { MAX_CONNECTIONS_PER_PORT } from "../../lib/http/limits.ts";
import { BufferPool } from "../../lib/server/buffer_pool.ts";

const KIB = 1024;

Deno.test("BufferPool lends large buffers to a few and small ones to many", () => {
  const pool = new BufferPool();
  const lent = Array.from({ length: MAX_CONNECTIONS_PER_PORT }, () => pool.take());
  assertEquals(lent[0]?.length, 512 * KIB);
  assertEquals(lent.at(-1)?.length, 64 * KIB);
  assert(pool.bytes < 32 * KIB * KIB, `${pool.bytes} bytes`);
});

Deno.test("BufferPool lends the same buffer again", () => {
  const pool = new BufferPool();
  const buffer = pool.take();
  pool.give(buffer);
  assert(pool.take() === buffer);
});

Deno.test("BufferPool never lends one buffer twice, and keeps 8 MiB at most when idle", () => {
  const steps = fc.array(fc.boolean(), { maxLength: 300 });
  fc.assert(fc.property(steps, (steps) => {
    const pool = new BufferPool();
    const lent: Uint8Array<ArrayBuffer>[] = [];
    for (const takes of steps) {
      if (takes) lent.push(pool.take());
      else if (lent.length > 0) pool.give(lent.shift() as Uint8Array<ArrayBuffer>);
      assertEquals(new Set(lent).size, lent.length);
    }
    for (const buffer of lent) pool.give(buffer);
    assert(pool.bytes <= 8 * KIB * KIB, `${pool.bytes} bytes`);
  }));
});
