import { assertEquals } from "@std/assert";
import { LineLimit } from "../../lib/cli/line_limit.ts";

Deno.test("LineLimit cuts what is too long, however the text is cut, and keeps line ends", async () => {
  const text = "abc\n\nabcdef\r\nabcd\nabcde";
  for (let length = 1; length <= text.length; length += 1) {
    const chunks = Array.from(
      { length: Math.ceil(text.length / length) },
      (_, at) => text.slice(at * length, (at + 1) * length),
    );
    const cut = ReadableStream.from(chunks).pipeThrough(new LineLimit(4));
    assertEquals((await Array.fromAsync(cut)).join(""), "abc\n\nabcd\nabcd\nabcd");
  }
});
