import { TextLineStream } from "@std/streams/text-line-stream";
import type { Serving } from "../server/serving.ts";
import type { OperatorView } from "../ui/operator_view.ts";
import type { ServerView } from "../ui/server_view.ts";
import { completeCommand } from "./complete_command.ts";
import { executeConsoleCommand, parseConsoleLine, quitQuestion } from "./console_command.ts";
import type { Host } from "./host.ts";
import type { Scene } from "./program.ts";

/** What is said to who types the end of a file, as one leaves a shell. */
const CTRL_D_HINT = "Ctrl-D ends nothing here: q ends all servers, h shows every command";

/**
 * Reads commands from standard input and does them, until it ends; the servers go on then.
 *
 * @param live The picture in which an operator types, when standard output is one; lines are read
 * plainly otherwise, and from pipes and files.
 *
 * @example
 * ```ts
 * openOperatorConsole(scene, serving, view, undefined);
 * ```
 */
export function openOperatorConsole(
  scene: Scene,
  serving: Serving,
  view: OperatorView,
  live: ServerView | undefined,
): void {
  const isTyped = isTerminal(scene.host);
  const operator = new Operator(serving, view, isTyped);
  if (live === undefined || !isTyped || !setRaw(scene.host)) {
    readLines(scene, (line) => operator.obey(line));
  } else {
    scene.atEnd(() => scene.host.stdin.setRaw(false));
    readKeys(scene, live, (line) => operator.obey(line));
  }
}

/** Whoever types commands. */
class Operator {
  /** Whether the last line asked to end servers that have clients. */
  #hasAsked = false;

  /** @param isTyped Whether somebody sits there who can answer a question. */
  constructor(
    private readonly serving: Serving,
    private readonly view: OperatorView,
    private readonly isTyped: boolean,
  ) {}

  obey(line: string): void {
    const { serving, view } = this;
    const commands = parseConsoleLine(line, serving.servers.length);
    if ("error" in commands) {
      return view.reply({ command: "unknown", ok: false, lines: [commands.error] });
    }
    for (const command of commands) {
      const question = command.type === "quit" ? this.#question() : undefined;
      const replies = question === undefined
        ? executeConsoleCommand(serving, command)
        : [{ command: "quit" as const, ok: false, lines: [question] }];
      this.#hasAsked = question !== undefined;
      for (const reply of replies) view.reply(reply);
    }
  }

  /** What is to be asked before everything ends; only once. */
  #question(): string | undefined {
    if (!this.isTyped || this.#hasAsked) return undefined;
    return quitQuestion(this.serving.status());
  }
}

function isTerminal({ stdin }: Host): boolean {
  try {
    return stdin.isTerminal();
  } catch {
    return false;
  }
}

/** Has standard input pass on single keys; answers whether it does. */
function setRaw({ stdin }: Host): boolean {
  try {
    stdin.setRaw(true);
    return true;
  } catch {
    return false;
  }
}

async function readLines({ host }: Scene, obey: (line: string) => void): Promise<void> {
  const text = host.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const line of untilUnreadable(text.pipeThrough(new TextLineStream()))) obey(line);
}

/** Ends quietly where standard input is closed, or something that cannot be read. */
async function* untilUnreadable(text: ReadableStream<string>): AsyncGenerator<string> {
  try {
    yield* text;
  } catch {
    // There is no console then.
  }
}

async function readKeys(
  { host, stop, atEnd }: Scene,
  live: ServerView,
  obey: (line: string) => void,
): Promise<void> {
  const { LineEditor } = await import("../ui/line_editor.ts");
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    editor.close();
    live.showTyping(undefined);
    host.stdin.setRaw(false);
  };
  const editor = new LineEditor(
    {
      onChange: (typing) => live.showTyping(typing),
      onLine(line) {
        live.echo(line);
        obey(line);
      },
      onInterrupt: stop,
      onEnd: () => live.reply({ command: "unknown", ok: false, lines: [CTRL_D_HINT] }),
      onClear: () => live.clear(),
    },
    (text) => {
      const completion = completeCommand(text, live.servers);
      if (completion.candidates.length > 1) live.suggest(completion.candidates);
      return completion;
    },
  );
  atEnd(close);
  host.onContinue(() => {
    // A shell gives the terminal back as it was before this program changed it.
    if (open) setRaw(host);
  });
  live.showTyping({ text: "", cursor: 0 });
  const text = host.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const keys of untilUnreadable(text)) {
    if (!open) return;
    editor.feed(keys);
  }
  close();
}
