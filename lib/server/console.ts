import type { ServerStatus } from "./server_event.ts";
import type { PauseResult, ResumeResult, Serving, TerminateResult } from "./serving.ts";

/** One thing that an operator asks for; `index` is 1 for Server1. */
export type ConsoleCommand =
  | { readonly type: "pause" | "resume" | "terminate"; readonly index: number }
  | { readonly type: "status" | "help" | "quit" };

type ServerVerb = "pause" | "resume" | "terminate";

const SERVER_VERBS: ReadonlyMap<string, ServerVerb> = new Map([
  ["pause", "pause"],
  ["p", "pause"],
  ["resume", "resume"],
  ["r", "resume"],
  ["terminate", "terminate"],
  ["e", "terminate"],
]);

const OTHER_VERBS: ReadonlyMap<string, ConsoleCommand> = new Map([
  ["s", { type: "status" }],
  ["status", { type: "status" }],
  ["h", { type: "help" }],
  ["?", { type: "help" }],
  ["help", { type: "help" }],
  ["q", { type: "quit" }],
  ["quit", { type: "quit" }],
]);

/** Characters of unknown input that are repeated to the operator. */
const MAX_QUOTED = 20;

const HELP = [
  "1    pause Server1            r1   resume it",
  "e1   terminate it, paused     s    status of all servers",
  "h    this help                q    quit",
  "Several at once: 1 2, r1 r2.",
];

/**
 * Reads a line of the console. Several commands are separated by blanks or commas; upper and lower
 * case are the same.
 *
 * @returns The commands in their order; none for an empty line. If any of it makes no sense, one line
 * that says so, and nothing is to be done.
 *
 * @example
 * ```ts
 * parseConsoleLine("1, r2"); // [{ type: "pause", index: 1 }, { type: "resume", index: 2 }]
 * parseConsoleLine("terminate 3"); // [{ type: "terminate", index: 3 }]
 * parseConsoleLine("x"); // { error: 'Unknown command "x": …' }
 * ```
 */
export function parseConsoleLine(line: string): ConsoleCommand[] | { readonly error: string } {
  const commands: ConsoleCommand[] = [];
  let verb: ServerVerb = "pause";
  let withoutNumber: string | undefined;
  for (const word of line.toLowerCase().split(/[\s,]+/).filter((word) => word !== "")) {
    const [, letter = "", digits] = /^([pre]?)([0-9]{1,6})$/.exec(word) ?? [];
    if (digits !== undefined) {
      commands.push({ type: SERVER_VERBS.get(letter) ?? verb, index: Number(digits) });
      withoutNumber = undefined;
    } else if (withoutNumber !== undefined) {
      break;
    } else if (SERVER_VERBS.has(word)) {
      verb = SERVER_VERBS.get(word) ?? verb;
      withoutNumber = word;
    } else {
      const other = OTHER_VERBS.get(word);
      if (other === undefined) return { error: unknown(word) };
      commands.push(other);
    }
  }
  if (withoutNumber === undefined) return commands;
  return { error: `Which server? Say ${withoutNumber} 1 for Server1` };
}

function unknown(word: string): string {
  const quoted = JSON.stringify(word.slice(0, MAX_QUOTED));
  return `Unknown command ${quoted}: 1 pauses Server1, r1 resumes it, e1 terminates it, h helps`;
}

/**
 * Does what an operator asks for.
 *
 * @param serving The running servers; `quit` closes them, so that `serving.finished` resolves.
 * @returns The lines to show to the operator.
 *
 * @example
 * ```ts
 * executeConsoleCommand(serving, { type: "terminate", index: 1 });
 * // ["Server1 is not paused: pause it first (1), then terminate it (e1)"]
 * ```
 */
export function executeConsoleCommand(serving: Serving, command: ConsoleCommand): string[] {
  switch (command.type) {
    case "pause":
      return [outcome(command.index, serving.pause(command.index), serving)];
    case "resume":
      return [outcome(command.index, serving.resume(command.index), serving)];
    case "terminate":
      return [terminateOutcome(command.index, serving)];
    case "status":
      return serving.status().map(statusLine);
    case "help":
      return HELP;
    case "quit":
      serving.close();
      return ["Ending all servers"];
  }
}

function terminateOutcome(index: number, serving: Serving): string {
  const result = serving.terminate(index);
  return result === "not paused"
    ? `Server${index} is not paused: pause it first (${index}), then terminate it (e${index})`
    : outcome(index, result, serving);
}

function outcome(
  index: number,
  result: PauseResult | ResumeResult | TerminateResult,
  { servers }: Serving,
): string {
  switch (result) {
    case "unknown":
      return `There is no Server${index}: the servers are 1 to ${servers.length}`;
    case "paused":
    case "resumed":
    case "terminated":
      return `Server${index} ${result}`;
    case "not paused":
    case "already paused":
    case "already terminated":
      return `Server${index} is ${result}`;
  }
}

function statusLine({ index, address, state, alive, sent, clients }: ServerStatus): string {
  const silent = alive || state === "terminated" ? "" : "  does not answer";
  const figures = `${sent.toLocaleString("en-US")} bytes sent  ${clients} connections`;
  return `Server${index}  ${address}  ${state}  ${figures}${silent}`;
}
