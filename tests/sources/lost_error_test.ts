import { assertEquals, assertStrictEquals } from "@std/assert";
import { LostError, refusal } from "../../lib/sources/lost_error.ts";
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

Deno.test("refusal() is final where to ask again is no use, and says when where the server does", () => {
  const headers = new Map([["retry-after", "7"]]);
  const meant = (status: number) => refusal({ status, minorVersion: 1, headers, byteLength: 0 });
  for (const status of [302, 400, 401, 403, 404, 410, 416, 421, 451]) {
    const { message, final } = meant(status);
    assertEquals([message, final], [`it answered with status ${status}`, true]);
  }
  for (const status of [408, 425, 500, 502, 504]) {
    const { final, loss } = meant(status);
    assertEquals([final, loss.kind], [false, "broken"]);
  }
  for (const status of [429, 503]) {
    const { final, loss } = meant(status);
    assertEquals([final, loss], [false, { kind: "busy", retryAfterMs: 7_000 }]);
  }
});
