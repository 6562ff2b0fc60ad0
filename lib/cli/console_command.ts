import type { ServerStatus } from "../ui/server/server_event.ts";
import type { Servers } from "../server/servers.ts";
import type { Reply } from "../ui/server/operator_view.ts";
import { runsOf } from "./runs.ts";

/** One thing that an operator asks for; servers are 1 for Server1. */
export type ConsoleCommand =
  | { readonly type: ServerVerb; readonly servers: readonly number[] }
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

/** A letter or none, then a server, a range of them, or all. */
const TARGETS = /^([pre]?)(all|(\d{1,6})(?:-(\d{1,6}))?)$/;

/** Characters of unknown input that are repeated to the operator. */
const MAX_QUOTED = 20;

/** What `h` says: every form of every command. */
const HELP = [
  "1, p1, pause 1        pause Server1: its part of every download waits for it",
  "r1, resume 1          resume it",
  "e1, terminate 1       terminate it, once it is paused: the others take over",
  "1-3, r1-3, e1-3       several servers in a row",
  "all, r all, e all     all of them",
  "1 2, r1 r2, p1 e1     one after the other",
  "s, status             the status of all servers",
  "h, ?, help            this help",
  "q, quit               end all servers",
];

/**
 * Reads a line of the console. Several commands are separated by blanks or commas; upper and lower
 * case are the same.
 *
 * @param servers How many servers there are.
 * @returns The commands in their order; none for an empty line. If any of it makes no sense, one line
 * that says so, and nothing is to be done.
 *
 * @example
 * ```ts
 * parseConsoleLine("1-2, r3", 4);
 * // [{ type: "pause", servers: [1, 2] }, { type: "resume", servers: [3] }]
 * parseConsoleLine("terminate all", 2); // [{ type: "terminate", servers: [1, 2] }]
 * parseConsoleLine("x", 4); // { error: 'Unknown command "x": …' }
 * ```
 */
export function parseConsoleLine(
  line: string,
  servers: number,
): ConsoleCommand[] | { readonly error: string } {
  const commands: ConsoleCommand[] = [];
  let verb: ServerVerb = "pause";
  let withoutServer: string | undefined;
  for (const word of line.toLowerCase().split(/[\s,]+/).filter((word) => word !== "")) {
    const [, letter = "", targets, first = targets, last = first] = TARGETS.exec(word) ?? [];
    if (targets !== undefined) {
      const [from, to] = targets === "all" ? [1, servers] : [Number(first), Number(last)];
      const wrong = from < 1 || from > servers ? from : to > servers ? to : undefined;
      if (wrong !== undefined) return { error: `There is no Server${wrong}: ${whichAre(servers)}` };
      if (from > to) return { error: `There is nothing in ${first}-${last}: say ${last}-${first}` };
      const type = SERVER_VERBS.get(letter) ?? verb;
      commands.push({ type, servers: Array.from({ length: to - from + 1 }, (_, at) => from + at) });
      withoutServer = undefined;
    } else if (withoutServer !== undefined) {
      break;
    } else if (SERVER_VERBS.has(word)) {
      verb = SERVER_VERBS.get(word) ?? verb;
      withoutServer = word;
    } else {
      const other = OTHER_VERBS.get(word);
      if (other === undefined) return { error: unknown(word) };
      commands.push(other);
    }
  }
  if (withoutServer === undefined) return commands;
  return {
    error: `Which server? Say ${withoutServer} 1 for Server1, ${withoutServer} all for all`,
  };
}

/**
 * Does what an operator asks for.
 *
 * @param serving The running servers; `quit` closes them, so that `serving.finished` resolves.
 * @returns What came of it: one reply for all servers with the same outcome.
 *
 * @example
 * ```ts
 * const [reply] = executeConsoleCommand(serving, { type: "terminate", servers: [1] });
 * reply.lines; // ["Server1 is not paused: pause it first (1), then terminate it (e1)"]
 * ```
 */
export function executeConsoleCommand(serving: Servers, command: ConsoleCommand): Reply[] {
  switch (command.type) {
    case "pause":
    case "resume":
    case "terminate": {
      const { type, servers } = command;
      const outcomes = Map.groupBy(servers, (server) => serving[type](server));
      return [...outcomes].map(([outcome, about]) => ({
        command: type,
        ok: ["paused", "resumed", "terminated"].includes(outcome),
        servers: about,
        lines: [outcomeLine(type, outcome, about, serving)],
      }));
    }
    case "status":
      return [{ command: "status", ok: true, lines: [], status: serving.status() }];
    case "help":
      return [{ command: "help", ok: true, lines: HELP }];
    case "quit":
      serving.close();
      return [{ command: "quit", ok: true, lines: ["Ending all servers"] }];
  }
}

/**
 * What is asked before servers end that have clients; undefined when none has.
 *
 * @example
 * ```ts
 * quitQuestion(serving.status()); // "Server1 and Server2 have clients, …"
 * ```
 */
export function quitQuestion(servers: readonly ServerStatus[]): string | undefined {
  const busy = servers.filter(({ state, clients }) => state !== "terminated" && clients > 0);
  if (busy.length === 0) return undefined;
  const names = serverNames(busy.map(({ index }) => index));
  const [have, them] = busy.length === 1 ? ["has", "it"] : ["have", "them"];
  return `${names} ${have} clients, which would lose ${them}: q again ends all servers`;
}

/**
 * The names of servers, those in a row in short.
 *
 * @example
 * ```ts
 * serverNames([1, 2, 3, 5]); // "Server1 to Server3 and Server5"
 * ```
 */
export function serverNames(servers: readonly number[]): string {
  const names = runsOf(servers).flatMap(({ first, last }) => {
    if (last - first >= 2) return [`Server${first} to Server${last}`];
    return first === last ? [`Server${first}`] : [`Server${first}`, `Server${last}`];
  });
  const end = names.pop() ?? "";
  return names.length === 0 ? end : `${names.join(", ")} and ${end}`;
}

type Outcome = ReturnType<Servers[ServerVerb]>;

function outcomeLine(
  verb: ServerVerb,
  outcome: Outcome,
  servers: readonly number[],
  serving: Servers,
): string {
  const names = serverNames(servers);
  const [is, it] = servers.length === 1 ? ["is", "it"] : ["are", "them"];
  switch (outcome) {
    case "unknown":
      return `There is no ${names}: ${whichAre(serving.all.length)}`;
    case "paused":
      return names + " paused" + whoWaits(servers, serving);
    case "resumed":
    case "terminated":
      return `${names} ${outcome}`;
    case "not paused": {
      const [first] = servers;
      const example = servers.length === 1 ? ` (${first}), then terminate it (e${first})` : "";
      const remedy = verb === "terminate" ? `: pause ${it} first${example}` : "";
      return `${names} ${is} not paused${remedy}`;
    }
    case "already paused":
    case "already terminated":
      return `${names} ${is} ${outcome}`;
  }
}

/** Whose downloads wait for servers that were paused. */
function whoWaits(servers: readonly number[], serving: Servers): string {
  const waiting = serving.status()
    .filter(({ index }) => servers.includes(index))
    .reduce((most, { clients }) => Math.max(most, clients), 0);
  if (waiting === 0) return "";
  return waiting === 1 ? ": 1 client waits" : `: ${waiting} clients wait`;
}

function whichAre(servers: number): string {
  return servers === 1 ? "Server1 is the only one" : `the servers are 1 to ${servers}`;
}

function unknown(word: string): string {
  const quoted = JSON.stringify(word.slice(0, MAX_QUOTED));
  return `Unknown command ${quoted}: 1 pauses Server1, r1 resumes it, e1 terminates it, h helps`;
}
