import { assertEquals } from "@std/assert";
import type { ServerState, ServerStatus } from "../../../lib/ui/server/server_event.ts";
import { completeCommand } from "../../../lib/cli/manual/complete_command.ts";
import { parseConsoleLine } from "../../../lib/cli/console_command.ts";

function complete(text: string, ...states: ServerState[]) {
  const servers = states.map((state, at): ServerStatus => ({
    index: at + 1,
    address: "",
    state,
    alive: true,
    sent: 0,
    rate: 0,
    clients: 0,
  }));
  return completeCommand(text, servers);
}

const STATES = ["sending", "paused", "terminated", "paused"] as const;

Deno.test("completeCommand() offers what would do something now", () => {
  assertEquals(complete("", ...STATES), {
    start: "",
    candidates: ["1 ", "r2 ", "e2 ", "r4 ", "e4 ", "r all ", "e all ", "s ", "h ", "q "],
  });
  assertEquals(complete("r", ...STATES).candidates, ["r2 ", "r4 ", "r all "]);
  assertEquals(complete("p", ...STATES).candidates, ["p1 "]);
  assertEquals(complete("a", "sending", "listening").candidates, ["all "]);
});

Deno.test("completeCommand() completes words, and servers behind them", () => {
  assertEquals(complete("re", ...STATES).candidates, ["resume "]);
  assertEquals(complete("resume ", ...STATES).candidates, ["2 ", "4 ", "all "]);
  assertEquals(complete("pause 1 terminate ", ...STATES).candidates, ["2 ", "4 ", "all "]);
  assertEquals(complete("qu", ...STATES).candidates, ["quit "]);
});

Deno.test("completeCommand() completes the last of several commands", () => {
  assertEquals(complete("1,E", "listening", "paused"), { start: "E", candidates: ["e2 "] });
});

Deno.test("completeCommand() offers nothing for what cannot go on", () => {
  assertEquals(complete("x", "listening").candidates, []);
  assertEquals(complete("resume ", "listening").candidates, []);
});

Deno.test("completeCommand() offers only what the console understands", () => {
  for (const text of ["", "p", "r", "e", "a", "s", "h", "q", "st", "he", "qu"]) {
    for (const candidate of complete(text, ...STATES, "listening").candidates) {
      assertEquals("error" in parseConsoleLine(candidate, 5), false, candidate);
    }
  }
});
