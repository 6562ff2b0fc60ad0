import { assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams/text-line-stream";

async function lines(chunks: string[], options?: { allowCR: boolean }): Promise<string[]> {
  const stream = ReadableStream.from(chunks).pipeThrough(new TextLineStream(options));
  return await Array.fromAsync(stream);
}

Deno.test("TextLineStream joins what comes in pieces", async () => {
  assertEquals(await lines(["1", " 2\nr", "1\n"]), ["1 2", "r1"]);
});

Deno.test("TextLineStream takes \\r\\n as one end, also when it is torn", async () => {
  assertEquals(await lines(["a\r\nb\r", "\nc"]), ["a", "b", "c"]);
});

Deno.test("TextLineStream passes on empty lines and a last one without an end", async () => {
  assertEquals(await lines(["\n\na"]), ["", "", "a"]);
  assertEquals(await lines([]), []);
  assertEquals(await lines(["a\n"]), ["a"]);
});

Deno.test("TextLineStream ends lines at \\r only if told", async () => {
  assertEquals(await lines(["a\rb\n"]), ["a\rb"]);
  assertEquals(await lines(["a\rb\r", "\nc\r"], { allowCR: true }), ["a", "b", "c"]);
});
