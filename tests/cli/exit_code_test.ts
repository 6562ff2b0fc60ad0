import { assertEquals } from "@std/assert";
import { Failure, type FailureKind } from "../../lib/failure.ts";
import { exitCode } from "../../lib/cli/exit_code.ts";

Deno.test("exitCode() gives every kind of failure its code, and 1 to defects", () => {
  const kinds: FailureKind[] = ["usage", "unreachable", "local", "content", "interrupted"];
  assertEquals(kinds.map((kind) => exitCode(new Failure(kind, ""))), [2, 3, 4, 5, 130]);
  assertEquals([exitCode(new Error("")), exitCode(undefined)], [1, 1]);
});
