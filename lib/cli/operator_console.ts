import { TextLineStream } from "@std/streams/text-line-stream";
import { executeConsoleCommand, parseConsoleLine } from "../server/console.ts";
import type { Serving } from "../server/serving.ts";
import type { OperatorView } from "../ui/operator_view.ts";
import type { ServerView } from "../ui/server_view.ts";
import { completeCommand } from "./complete_command.ts";
import type { Host } from "./host.ts";
import type { Scene } from "./program.ts";

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
  const obey = (line: string) => obeyLine(line, serving, view);
  if (live === undefined || !setRaw(scene.host)) {
    readLines(scene, obey);
  } else {
    scene.atEnd(() => scene.host.stdin.setRaw(false));
    readKeys(scene, live, obey);
  }
}

/** Whether standard input passes on single keys from now on. */
function setRaw({ stdin }: Host): boolean {
  try {
    if (stdin.isTerminal()) stdin.setRaw(true);
    return stdin.isTerminal();
  } catch {
    return false;
  }
}

function obeyLine(line: string, serving: Serving, view: OperatorView): void {
  const commands = parseConsoleLine(line);
  if ("error" in commands) return view.complain(commands.error);
  for (const command of commands) {
    if (command.type === "status") view.answerStatus(serving.status());
    else view.answer(executeConsoleCommand(serving, command));
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
        live.answer([`> ${line}`]);
        obey(line);
      },
      onInterrupt: stop,
      onEnd: close,
    },
    (text) => {
      const completion = completeCommand(text, live.servers);
      if (completion.candidates.length > 1) live.answer([completion.candidates.join(" ")]);
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
