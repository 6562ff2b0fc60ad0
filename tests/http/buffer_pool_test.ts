import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { BufferPool } from "../../lib/http/buffer_pool.ts";
import { MAX_CONNECTIONS_PER_PORT, PORT_BUFFERS } from "../../lib/server/limits.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

Deno.test("BufferPool lends long buffers to a few and short ones to many", () => {
  const pool = new BufferPool(PORT_BUFFERS);
  const lent = Array.from({ length: MAX_CONNECTIONS_PER_PORT }, () => pool.take());
  assertEquals(lent[0]?.length, 512 * KIB);
  assertEquals(lent.at(-1)?.length, 16 * KIB);
  assert(pool.bytes <= 16 * MIB, `${pool.bytes} bytes`);
});

Deno.test("BufferPool lends the same buffer again", () => {
  const pool = new BufferPool(PORT_BUFFERS);
  const buffer = pool.take();
  pool.give(buffer);
  assert(pool.take() === buffer);
});

Deno.test("BufferPool never lends one buffer twice, and makes few more than are lent at once", () => {
  const steps = fc.array(fc.boolean(), { maxLength: 300 });
  fc.assert(fc.property(steps, (steps) => {
    const pool = new BufferPool(PORT_BUFFERS);
    const lent: Uint8Array<ArrayBuffer>[] = [];
    const made = new Set<Uint8Array>();
    let most = 0;
    for (const takes of steps) {
      if (takes) lent.push(pool.take());
      else if (lent.length > 0) pool.give(lent.shift() as Uint8Array<ArrayBuffer>);
      assertEquals(new Set(lent).size, lent.length);
      for (const buffer of lent) made.add(buffer);
      most = Math.max(most, lent.length);
    }
    assert(made.size <= most + 88);
  }));
});

Deno.test("BufferPool lends no buffer that is longer than it has to be", () => {
  const pool = new BufferPool(PORT_BUFFERS);
  const lengths = [1, 4 * KIB, 4 * KIB + 1, 64 * KIB, 100 * KIB, 257 * KIB, MIB]
    .map((bytes) => pool.take(bytes).length / KIB);
  assertEquals(lengths, [4, 4, 16, 64, 256, 512, 512]);
});

Deno.test("BufferPool keeps long buffers for others where that is asked for", () => {
  const pool = new BufferPool(PORT_BUFFERS);
  const count = (bytes: number, reserved: number) =>
    Array.from({ length: 200 }, () => pool.take(Infinity, reserved).length)
      .filter((length) => length === bytes).length;
  assertEquals(count(512 * KIB, 0.5), 4);
  assertEquals(count(512 * KIB, 0), 4);
});
