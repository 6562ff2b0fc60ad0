import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { executeConsoleCommand, parseConsoleLine } from "../../lib/server/console.ts";
import type { Serving } from "../../lib/server/serving.ts";

const pause = (index: number) => ({ type: "pause", index } as const);
const resume = (index: number) => ({ type: "resume", index } as const);
const terminate = (index: number) => ({ type: "terminate", index } as const);

Deno.test("parseConsoleLine() reads one command a line", () => {
  assertEquals(parseConsoleLine("1"), [pause(1)]);
  assertEquals(parseConsoleLine("r12"), [resume(12)]);
  assertEquals(parseConsoleLine(" E2 \r"), [terminate(2)]);
  assertEquals(parseConsoleLine("s"), [{ type: "status" }]);
  assertEquals(parseConsoleLine("H"), [{ type: "help" }]);
  assertEquals(parseConsoleLine("?"), [{ type: "help" }]);
  assertEquals(parseConsoleLine("q"), [{ type: "quit" }]);
  assertEquals(parseConsoleLine("  "), []);
});

Deno.test("parseConsoleLine() reads several commands a line, with or without commas", () => {
  assertEquals(parseConsoleLine("1 2"), [pause(1), pause(2)]);
  assertEquals(parseConsoleLine("r1,r2 ,3"), [resume(1), resume(2), pause(3)]);
  assertEquals(parseConsoleLine("1 e1 s"), [pause(1), terminate(1), { type: "status" }]);
});

Deno.test("parseConsoleLine() reads words, and the numbers behind them", () => {
  assertEquals(parseConsoleLine("pause 1"), [pause(1)]);
  assertEquals(parseConsoleLine("resume 1, 2"), [resume(1), resume(2)]);
  assertEquals(parseConsoleLine("terminate 1 resume 2"), [terminate(1), resume(2)]);
  assertEquals(parseConsoleLine("r 1"), [resume(1)]);
});

Deno.test("parseConsoleLine() does nothing of a line that makes no sense somewhere", () => {
  for (const line of ["x", "1 x", "-1", "r", "resume", "pause x", "1.5", "99999999", "r-1", "\0"]) {
    const result = parseConsoleLine(line);
    assert("error" in result, line);
    assertEquals(result.error.includes("\n"), false);
  }
  const result = parseConsoleLine("x".repeat(1000));
  assert("error" in result && result.error.length < 200);
});

/** Servers of which only the first one exists, in the state that a test wants. */
function serving(results: Partial<Serving>): Serving {
  return {
    servers: [{ index: 1, address: "127.0.0.1:60000", name: "f" }],
    pause: () => "unknown",
    resume: () => "unknown",
    terminate: () => "unknown",
    status: () => [],
    finished: Promise.resolve(),
    close: () => Promise.resolve(),
    ...results,
  };
}

Deno.test("executeConsoleCommand() says what came of it", () => {
  assertEquals(executeConsoleCommand(serving({ pause: () => "paused" }), pause(1)), [
    "Server1 paused",
  ]);
  assertEquals(executeConsoleCommand(serving({ resume: () => "not paused" }), resume(1)), [
    "Server1 is not paused",
  ]);
  assertEquals(executeConsoleCommand(serving({}), pause(7)), [
    "There is no Server7: the servers are 1 to 1",
  ]);
});

Deno.test("executeConsoleCommand() says how to terminate a server that is not paused", () => {
  const [line] = executeConsoleCommand(serving({ terminate: () => "not paused" }), terminate(1));
  assertEquals(line, "Server1 is not paused: pause it first (1), then terminate it (e1)");
});

Deno.test("executeConsoleCommand() shows a line for every server, and the help", () => {
  const status = { index: 1, address: "127.0.0.1:60000", sent: 1234567, rate: 0, clients: 2 };
  const one = serving({ status: () => [{ ...status, state: "paused", alive: false }] });
  const [line = ""] = executeConsoleCommand(one, { type: "status" });
  for (const part of ["Server1", "127.0.0.1:60000", "paused", "1,234,567", "does not answer"]) {
    assertStringIncludes(line, part);
  }
  assert(executeConsoleCommand(one, { type: "help" }).length > 1);
});

Deno.test("executeConsoleCommand() closes the servers on `q`", () => {
  let closed = 0;
  const one = serving({
    close: () => {
      closed++;
      return Promise.resolve();
    },
  });
  executeConsoleCommand(one, { type: "quit" });
  assertEquals(closed, 1);
});
