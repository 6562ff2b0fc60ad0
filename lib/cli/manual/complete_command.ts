import type { ServerState, ServerStatus } from "../../ui/server/server_event.ts";
import type { Completion } from "../../ui/terminal/line_editor.ts";

/** Verbs, what else they are called, and in which states a server can be told so. */
const VERBS: readonly {
  readonly word: string;
  readonly letter: string;
  readonly isPossible: (state: ServerState) => boolean;
}[] = [
  { word: "pause", letter: "p", isPossible: (state) => state !== "paused" },
  { word: "resume", letter: "r", isPossible: (state) => state === "paused" },
  { word: "terminate", letter: "e", isPossible: (state) => state === "paused" },
];
const OTHER_WORDS = ["status", "help", "quit"];

/**
 * How the last word of a console line might go on: the commands that would do something now.
 *
 * @param servers Every server, in its present state.
 *
 * @example
 * ```ts
 * completeCommand("r", servers); // { start: "r", candidates: ["r1 ", "r all ", …] }, if some are paused
 * completeCommand("resume ", servers); // { start: "", candidates: ["1 ", "all "] }
 * ```
 */
export function completeCommand(text: string, servers: readonly ServerStatus[]): Completion {
  const start = /[^\s,]*$/.exec(text)?.[0] ?? "";
  const before = text.slice(0, text.length - start.length).toLowerCase().split(/[\s,]+/);
  const verb = verbOf(before.findLast((word) => /^[a-z]/.test(word)) ?? "");
  const candidates = (verb === undefined ? commands(start, servers) : targets(verb, servers))
    .filter((candidate) => candidate.startsWith(start.toLowerCase()))
    .map((candidate) => `${candidate} `);
  return { start, candidates };
}

type Verb = typeof VERBS[number];

function verbOf(word: string): Verb | undefined {
  return VERBS.find((verb) => verb.word === word || verb.letter === word);
}

/** Whom a verb may be followed by. */
function targets({ isPossible }: Verb, servers: readonly ServerStatus[]): string[] {
  const possible = servers.filter(({ state }) => state !== "terminated" && isPossible(state));
  const all = possible.length > 1 ? ["all"] : [];
  return [...possible.map(({ index }) => `${index}`), ...all];
}

/** Everything that makes sense at the start of a command; long words only once they are begun. */
function commands(start: string, servers: readonly ServerStatus[]): string[] {
  const short = servers.flatMap(({ index, state }) => {
    if (state === "terminated") return [];
    if (state === "paused") return [`r${index}`, `e${index}`];
    return start === "" ? [`${index}`] : [`${index}`, `p${index}`];
  });
  const [canPause = [], canResume = []] = VERBS.map((verb) => targets(verb, servers));
  const all = [
    ...(canPause.includes("all") ? ["all"] : []),
    ...(canResume.includes("all") ? ["r all", "e all"] : []),
  ];
  const words = start.length < 2
    ? []
    : [...VERBS.filter((verb) => targets(verb, servers).length > 0).map(({ word }) => word)];
  return [...short, ...all, ...words, ...(start.length < 2 ? ["s", "h", "q"] : OTHER_WORDS)];
}
