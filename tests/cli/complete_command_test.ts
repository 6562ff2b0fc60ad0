import { assertEquals } from "@std/assert";
import type { ServerState, ServerStatus } from "../../lib/server/server_event.ts";
import { completeCommand } from "../../lib/cli/complete_command.ts";

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

Deno.test("completeCommand() offers what would do something now", () => {
  const states = ["sending", "paused", "terminated", "paused"] as const;
  assertEquals(complete("", ...states), {
    start: "",
    candidates: ["1 ", "r2 ", "e2 ", "r4 ", "e4 ", "s ", "h ", "q "],
  });
  assertEquals(complete("r", ...states).candidates, ["r2 ", "r4 "]);
});

Deno.test("completeCommand() completes the last of several commands", () => {
  assertEquals(complete("1,E", "listening", "paused"), { start: "E", candidates: ["e2 "] });
});

Deno.test("completeCommand() offers nothing for what cannot go on", () => {
  assertEquals(complete("x", "listening").candidates, []);
});
