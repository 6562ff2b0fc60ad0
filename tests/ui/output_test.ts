import { assertEquals } from "@std/assert";
import { Output } from "../../lib/ui/output.ts";

const decoder = new TextDecoder();

Deno.test("Output sends what is written in one turn together, and everything in order", async () => {
  const taken: string[] = [];
  const output = new Output((bytes) => {
    taken.push(decoder.decode(bytes));
    return Promise.resolve(bytes.length);
  });
  output.write("a");
  output.write("b");
  assertEquals(output.busy, true);
  await output.flush();
  output.write("c");
  await output.flush();
  assertEquals([taken, output.busy], [["ab", "c"], false]);
});

Deno.test("Output sends the rest of what was taken in part", async () => {
  let taken = "";
  const output = new Output((bytes) => {
    taken += decoder.decode(bytes.subarray(0, 3));
    return Promise.resolve(Math.min(bytes.length, 3));
  });
  output.write("0123456789");
  await output.flush();
  assertEquals(taken, "0123456789");
});

Deno.test("Output tells once that its reader has gone, and drops the rest", async () => {
  const errors: unknown[] = [];
  const output = new Output(
    () => Promise.reject(new Deno.errors.BrokenPipe()),
    (error) => errors.push(error),
  );
  output.write("a");
  await output.flush();
  output.write("b");
  await output.flush();
  assertEquals(errors.map((error) => error instanceof Deno.errors.BrokenPipe), [true]);
});

Deno.test("Output drops figures long before news while nobody reads", async () => {
  const { promise: reading, resolve: read } = Promise.withResolvers<void>();
  let taken = "";
  const output = new Output(async (bytes) => {
    await reading;
    taken += decoder.decode(bytes);
    return bytes.length;
  });
  output.write("first ");
  await Promise.resolve();
  await Promise.resolve();
  output.write("x".repeat(1 << 16), "news");
  output.write("figures", "figures");
  output.write(" news");
  output.write("y".repeat(1 << 20));
  read();
  await output.flush();
  assertEquals(taken, `first ${"x".repeat(1 << 16)} news`);
});
