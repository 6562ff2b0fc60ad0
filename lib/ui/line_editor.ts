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
  /** Ctrl-D was typed in an empty line, where it ends nothing. */
  readonly onEnd: () => void;
  /** Ctrl-L was typed: the screen may be full of what others have written. */
  readonly onClear: () => void;
}

/** How a line might go on: the beginning that is completed, and what it may become. */
export interface Completion {
  readonly start: string;
  readonly candidates: readonly string[];
}

const HISTORY_LINES = 100;
const CTRL_D = "\x04";
const CTRL_L = "\f";
/** Keys that are looked at before readline gets them; split() keeps them. */
const OWN_KEYS = new RegExp(`([${CTRL_D}${CTRL_L}])`);

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
    this.#keys.on("keypress", () => this.#tellChange());
  }

  /** Takes what was typed: text, and the sequences that keys such as the arrows send. */
  feed(keys: string): void {
    for (const part of keys.split(OWN_KEYS)) {
      if (!this.#open) return;
      if (part === CTRL_L) this.events.onClear();
      // There readline would close itself for good.
      else if (part === CTRL_D && this.#readline.line === "") this.events.onEnd();
      else if (part !== "") this.#keys.write(part);
    }
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
