import { assertEquals } from "@std/assert";
import { WindowWriter } from "../../lib/storage/window_writer.ts";
import { contentOf, sha256 } from "../client/content.ts";

const LENGTH = 100;

Deno.test("WindowWriter holds what is written wherever in the file its window is", () => {
  const memory = new SharedArrayBuffer(LENGTH);
  for (const start of [0, 1, 99, 100, 250, 2 ** 40 + 7]) {
    const end = start + LENGTH;
    // One writes and another one reads, as threads do.
    const writer = new WindowWriter(memory);
    for (let at = start; at < end; at += 30) {
      writer.write(contentOf(at, Math.min(end, at + 30)), at);
    }
    const reader = new WindowWriter(memory);
    for (const length of [1, 7, 64, 1000]) {
      const buffer = new Uint8Array(length);
      assertEquals(reader.digest({ start, end }, buffer), sha256(contentOf(start, end)));
      const read = [...reader.read({ start: start + 3, end: end - 3 }, buffer)].length;
      assertEquals(read >= 94 / length, true);
    }
  }
});
