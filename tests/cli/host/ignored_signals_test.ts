import { assertEquals } from "@std/assert";
import { findIgnoredSignals } from "../../../lib/cli/host/ignored_signals.ts";

const NULL_INPUT = { nullInput: true, anyTerminal: false };

async function found(mask: string, surroundings = NULL_INPUT): Promise<string[]> {
  return [...await findIgnoredSignals(surroundings, () => Promise.resolve(mask))];
}

Deno.test("findIgnoredSignals() reads the mask that ps prints", async () => {
  assertEquals(await found("0000000000001000\n"), []);
  assertEquals(await found("0000000000001001\n"), ["SIGHUP"]);
  assertEquals(await found("  0000000000000006\n"), ["SIGINT"]);
  assertEquals(await found("0000000000004003\n"), ["SIGHUP", "SIGINT", "SIGTERM"]);
});

Deno.test("findIgnoredSignals() asks nobody where input is not the null device", async () => {
  assertEquals(await found("ffffffffffffffff", { nullInput: false, anyTerminal: false }), []);
});

Deno.test("findIgnoredSignals() without an answer leaves closed terminals to those who have one", async () => {
  for (const nonsense of ["", "PID TTY", "<00001001"]) {
    assertEquals(await found(nonsense), ["SIGHUP"], nonsense);
    assertEquals(await found(nonsense, { nullInput: true, anyTerminal: true }), [], nonsense);
  }
});
