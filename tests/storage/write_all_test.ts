import { assertEquals } from "@std/assert";
import { writeAll } from "../../lib/storage/write_all.ts";

Deno.test("writeAll() goes on where the system stopped, however little it takes at a time", () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, at) => at);
  for (const most of [1, 7, 99, 100, 1000]) {
    const written: number[] = [];
    const writeSync = (some: Uint8Array) => {
      const taken = some.subarray(0, most);
      written.push(...taken);
      return taken.length;
    };
    writeAll({ writeSync }, bytes);
    assertEquals(Uint8Array.from(written), bytes);
  }
});
