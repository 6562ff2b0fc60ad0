import { TextLineStream } from "@std/streams/text-line-stream";
import { executeConsoleCommand, parseConsoleLine } from "../server/console.ts";
import type { Serving } from "../server/serving.ts";
import type { OperatorView } from "../ui/operator_view.ts";
import type { ServerView } from "../ui/server_view.ts";
import { completeCommand } from "./complete_command.ts";
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
  const reading = live !== undefined && scene.host.stdin.isTerminal()
    ? readKeys(scene, live, obey)
    : readLines(scene, obey);
  // Standard input may be closed, or be something that cannot be read: then there is no console.
  reading.catch(() => {});
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
  const lines = host.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) obey(line);
}

async function readKeys(
  { host, stop, atEnd }: Scene,
  live: ServerView,
  obey: (line: string) => void,
): Promise<void> {
  const { LineEditor } = await import("../ui/line_editor.ts");
  let open = true;
  const setRaw = () => {
    if (open) host.stdin.setRaw(true);
  };
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
  setRaw();
  atEnd(close);
  // A shell gives the terminal back as it was before this program changed it.
  host.onContinue(setRaw);
  live.showTyping({ text: "", cursor: 0 });
  for await (const keys of host.stdin.readable.pipeThrough(new TextDecoderStream())) {
    if (!open) return;
    editor.feed(keys);
  }
  close();
}
