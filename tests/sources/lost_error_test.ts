import { assertEquals, assertStrictEquals } from "@std/assert";
import { LostError } from "../../lib/sources/lost_error.ts";
import { HeadError } from "../../lib/http/head_error.ts";

Deno.test("LostError.from() puts what a connection throws into words", () => {
  const said: [cause: unknown, words: string][] = [
    [new Deno.errors.ConnectionRefused("x"), "connection refused"],
    [new Deno.errors.ConnectionReset("x"), "connection reset"],
    [new Deno.errors.BrokenPipe("x"), "connection closed"],
    [new Deno.errors.TimedOut("no answer within 5 s"), "no answer within 5 s"],
    [new HeadError("a control character"), "not a valid HTTP answer: a control character"],
    [new Error("No route to host (os error 113)"), "No route to host"],
  ];
  for (const [cause, words] of said) {
    const { message, final, cause: kept } = LostError.from(cause) ?? {};
    assertEquals({ message, final, kept }, { message: words, final: false, kept: cause });
  }
});

Deno.test("LostError.from() leaves a LostError as it is", () => {
  const error = new LostError("it has another file", true);
  assertStrictEquals(LostError.from(error), error);
});

Deno.test("LostError.from() is for faults of the other side and the network alone", () => {
  for (
    const defect of [new TypeError("x is not a function"), new Error("boom"), "odd", undefined]
  ) {
    assertStrictEquals(LostError.from(defect), undefined);
  }
  const refused = new Deno.errors.ConnectionRefused("x");
  const { message } = LostError.from(new Error("::1: x; 127.0.0.1: x", { cause: refused })) ?? {};
  assertEquals(message, "::1: x; 127.0.0.1: x");
});
