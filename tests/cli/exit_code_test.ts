import { assertEquals } from "@std/assert";
import { type ErrorCode, MultiportError } from "../../lib/multiport_error.ts";
import { exitCode } from "../../lib/cli/exit_code.ts";
import { Interruption } from "../../lib/cli/host/interruption.ts";

Deno.test("exitCode() gives every code of an error its own, and 1 to defects", () => {
  const codes: ErrorCode[] = ["usage", "port-taken", "unreachable", "local", "exists", "content"];
  assertEquals(codes.map((code) => exitCode(new MultiportError(code, ""))), [2, 2, 3, 4, 4, 5]);
  assertEquals([exitCode(new Error("")), exitCode(undefined)], [1, 1]);
});

Deno.test("exitCode() tells by which signal a program was stopped", () => {
  const signals = ["SIGHUP", "SIGINT", "SIGBREAK", "SIGTERM", undefined] as const;
  const codes = signals.map((signal) => exitCode(new Interruption(signal)));
  assertEquals(codes, [129, 130, 130, 143, 130]);
});
