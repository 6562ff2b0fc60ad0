import type { ServerStatus } from "../server/server_event.ts";
import type { Completion } from "../ui/line_editor.ts";

/**
 * How the last word of a console line might go on: the commands that would do something now.
 *
 * @param servers Every server, in its present state.
 *
 * @example
 * ```ts
 * completeCommand("r", servers); // { start: "r", candidates: ["r1 "] }, if Server1 is paused
 * ```
 */
export function completeCommand(text: string, servers: readonly ServerStatus[]): Completion {
  const start = /[^\s,]*$/.exec(text)?.[0] ?? "";
  const commands = servers.flatMap(({ index, state }) => {
    if (state === "terminated") return [];
    return state === "paused" ? [`r${index}`, `e${index}`] : [`${index}`];
  });
  const candidates = [...commands, "s", "h", "q"]
    .filter((command) => command.startsWith(start.toLowerCase()))
    .map((command) => `${command} `);
  return { start, candidates };
}
