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
  /** A line was entered that has more characters than this; nothing is left of it. */
  readonly onOverlong: (most: number) => void;
  /** Ctrl-L was typed: the screen may be full of what others have written. */
  readonly onClear: () => void;
}

/** How a line might go on: the beginning that is completed, and what it may become. */
export interface Completion {
  readonly start: string;
  readonly candidates: readonly string[];
}

/** Characters in a line at most: readline looks at all of them again for every one that is added. */
const MAX_LINE = 500;

const HISTORY_LINES = 100;
const CTRL_D = "\x04";
const CTRL_L = "\f";
/** Goes to the end of the line and deletes all that is before. */
const DISCARD = "\x05\x15";
/** Keys that are looked at before readline gets them; split() keeps them. */
const OWN_KEYS = new RegExp(`([${CTRL_D}${CTRL_L}]|\r\n|[\r\n])`);
/** Keys that add nothing to the line. */
const NO_TEXT = /\p{Cc}(\[[\d;]*[~A-Za-z])?/gu;

/**
 * Edits a line with the usual keys, history and completion, without drawing it. The rules are those
 * of `node:readline`; what that would draw is thrown away, as the screen has another owner.
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
  /** Whether more was typed than the line takes. */
  #isOverlong = false;

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
      else if (this.#isOverlong && /^[\r\n]/.test(part)) this.#discard();
      else if (part !== "") this.#write(part);
    }
  }

  /** Ends without telling. */
  close(): void {
    this.#open = false;
    this.#readline.close();
  }

  /** Of a line that is too long nothing is done: what is left of it could mean something else. */
  #write(part: string): void {
    const length = this.#readline.line.length + part.replace(NO_TEXT, "").length;
    if (length > MAX_LINE) this.#isOverlong = true;
    else this.#keys.write(part);
  }

  #discard(): void {
    this.#isOverlong = false;
    this.#keys.write(DISCARD);
    this.events.onOverlong(MAX_LINE);
  }

  #tellChange(): void {
    if (!this.#open) return;
    this.events.onChange({ text: this.#readline.line, cursor: this.#readline.cursor });
  }
}
