import { createInterface, type Interface } from "node:readline";
import { PassThrough, Writable } from "node:stream";
import type { Typing } from "./prompt_line.ts";

/** What a line editor tells. */
export interface LineEditorEvents {
  /** The text or the cursor changed. */
  readonly onChange: (typing: Typing) => void;
  /** A line was entered. */
  readonly onLine: (line: string) => void;
  /** Ctrl-C was typed, where the terminal makes no signal of it. */
  readonly onInterrupt: () => void;
  /** Ctrl-D was typed in an empty line: no more lines will come. */
  readonly onEnd: () => void;
}

/** How a line might go on: the beginning that is completed, and what it may become. */
export interface Completion {
  readonly start: string;
  readonly candidates: readonly string[];
}

const HISTORY_LINES = 100;

/**
 * Edits a line, with history and completion as everybody's fingers know them, without drawing it:
 * the keys and rules are those of `node:readline`, whose own drawing goes nowhere, since a screen has
 * only one owner.
 *
 * @example
 * ```ts
 * const editor = new LineEditor(events, () => ({ start: "", candidates: [] }));
 * editor.feed("r1\r"); // onChange, onChange, onLine("r1"), onChange
 * editor.close();
 * ```
 */
export class LineEditor {
  readonly #keys = new PassThrough();
  readonly #readline: Interface;
  #open = true;

  /** @param complete Says how the text before the cursor might go on when Tab is pressed. */
  constructor(
    private readonly events: LineEditorEvents,
    complete: (text: string) => Completion,
  ) {
    this.#readline = createInterface({
      input: this.#keys,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      tabSize: 1,
      completer: (text: string) => {
        const { start, candidates } = complete(text);
        return [[...candidates], start];
      },
    });
    this.#readline.on("line", events.onLine);
    this.#readline.on("SIGINT", events.onInterrupt);
    // Ctrl-Z, where it makes no signal: there is nothing to stop then.
    this.#readline.on("SIGTSTP", () => {});
    this.#readline.on("close", () => {
      if (this.#open) events.onEnd();
      this.#open = false;
    });
    this.#keys.on("keypress", () => this.#tellChange());
  }

  /** Takes what was typed: text, and the sequences that keys such as the arrows send. */
  feed(keys: string): void {
    if (this.#open) this.#keys.write(keys);
  }

  /** Ends without telling. */
  close(): void {
    this.#open = false;
    this.#readline.close();
  }

  #tellChange(): void {
    if (!this.#open) return;
    this.events.onChange({ text: this.#readline.line, cursor: this.#readline.cursor });
  }
}
