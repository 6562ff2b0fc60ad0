import { TextLineStream } from "@std/streams/text-line-stream";
import type { Servers } from "../server/servers.ts";
import type { LineEditor } from "../ui/terminal/line_editor.ts";
import type { OperatorView } from "../ui/server/operator_view.ts";
import type { ServerView } from "../ui/server/server_view.ts";
import { completeCommand } from "./manual/complete_command.ts";
import { executeConsoleCommand, parseConsoleLine, quitQuestion } from "./console_command.ts";
import type { Foreground } from "./host/foreground.ts";
import type { Host } from "./host/host.ts";
import { LineLimit } from "./line_limit.ts";
import type { Scene } from "./program.ts";

/** What Ctrl-D, which leaves a shell, is answered with. */
const CTRL_D_HINT = "Ctrl-D ends nothing here: q ends all servers, h shows every command";

/** Characters of a line from a pipe or a file: more than commands for a thousand servers take. */
const MAX_LINE = 16 * 1024;

/** A terminal in which an operator types. */
export interface OperatorTerminal {
  readonly view: ServerView;
  readonly foreground: Foreground;
}

/**
 * Reads commands from standard input and does them, until it ends; the servers go on then.
 *
 * @param terminal Where an operator types, when standard output is a picture; lines are read plainly
 * otherwise, and from pipes and files.
 *
 * @example
 * ```ts
 * openOperatorConsole(scene, serving, view, undefined);
 * ```
 */
export function openOperatorConsole(
  scene: Scene,
  serving: Servers,
  view: OperatorView,
  terminal: OperatorTerminal | undefined,
): void {
  const isTyped = isTerminal(scene.host);
  const operator = new Operator(serving, view, isTyped);
  if (terminal === undefined || !isTyped) readLines(scene, operator);
  else readTerminal(scene, terminal, operator);
}

/** Whoever types commands. */
class Operator {
  /** Whether the last line asked to end servers that have clients. */
  #hasAsked = false;

  /** @param isTyped Whether somebody sits there who can answer a question. */
  constructor(
    private readonly serving: Servers,
    private readonly view: OperatorView,
    private readonly isTyped: boolean,
  ) {}

  obey(line: string): void {
    const { serving, view } = this;
    if (line.length > MAX_LINE) return this.refuseOverlong(MAX_LINE);
    const commands = parseConsoleLine(line, serving.all.length);
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

  /** @param most Characters that a line may have. */
  refuseOverlong(most: number): void {
    const line = `That is too long for a line: ${most} characters at most; nothing was done`;
    this.view.reply({ command: "unknown", ok: false, lines: [line] });
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

async function readLines({ host }: Scene, operator: Operator): Promise<void> {
  const lines = host.stdin.readable
    .pipeThrough(new TextDecoderStream())
    // One more, by which it is known that a line is too long.
    .pipeThrough(new LineLimit(MAX_LINE + 1))
    .pipeThrough(new TextLineStream());
  for await (const line of untilUnreadable(lines)) operator.obey(line);
}

/** Ends quietly where standard input is closed, or something that cannot be read. */
async function* untilUnreadable(text: ReadableStream<string>): AsyncGenerator<string> {
  try {
    yield* text;
  } catch {
    // There is no console then.
  }
}

/** Whoever reads or changes a terminal in the background is stopped, and therefore waits. */
async function readTerminal(
  scene: Scene,
  terminal: OperatorTerminal,
  operator: Operator,
): Promise<void> {
  const [{ LineEditor }] = await Promise.all([
    import("../ui/terminal/line_editor.ts"),
    terminal.foreground.whenFront(),
  ]);
  if (setRaw(scene.host)) await readKeys(scene, terminal, LineEditor, operator);
  else await readLines(scene, operator);
}

async function readKeys(
  { host, stop, atEnd }: Scene,
  { view, foreground }: OperatorTerminal,
  Editor: typeof LineEditor,
  operator: Operator,
): Promise<void> {
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    editor.close();
    view.showTyping(undefined);
    if (foreground.state !== "back") host.stdin.setRaw(false);
  };
  const editor = new Editor(
    {
      onChange: (typing) => view.showTyping(typing),
      onLine(line) {
        view.echo(line);
        operator.obey(line);
      },
      onInterrupt: stop,
      onEnd: () => view.reply({ command: "unknown", ok: false, lines: [CTRL_D_HINT] }),
      onOverlong: (most) => operator.refuseOverlong(most),
      onClear: () => view.clear(),
    },
    (text) => {
      const completion = completeCommand(text, view.servers);
      if (completion.candidates.length > 1) view.suggest(completion.candidates);
      return completion;
    },
  );
  atEnd(close);
  // A shell gives the terminal back as it was before this program changed it.
  foreground.onFront(() => open && setRaw(host));
  view.showTyping({ text: "", cursor: 0 });
  const text = host.stdin.readable.pipeThrough(new TextDecoderStream());
  for await (const keys of untilUnreadable(text)) {
    if (!open) return;
    editor.feed(keys);
  }
  close();
}
