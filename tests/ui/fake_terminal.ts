import { unicodeWidth } from "@std/cli/unicode-width";
import type { ScreenDevice, ScreenSize } from "../../lib/ui/terminal/screen.ts";
import { FakeClock } from "./fake_clock.ts";

/** What may follow an escape character. */
const SEQUENCE = /^\[(\??)([\d;]*)([A-Za-z])/;

/**
 * A terminal in memory: it obeys the few sequences that a screen may use, as xterm does, and refuses
 * all others. Lines that scroll out at the top are kept.
 */
export class FakeTerminal extends FakeClock implements ScreenDevice {
  busy = false;
  place: ScreenDevice["place"] = "front";
  /** Each text that was written, as it came. */
  readonly writes: string[] = [];
  readonly modes = new Map([["7", true], ["25", true], ["2026", false]]);
  row = 0;
  column = 0;
  #cells: string[][] = [[]];
  #top = 0;

  constructor(public columns = 40, public rows = 10) {
    super();
  }

  size(): ScreenSize {
    return { columns: this.columns, rows: this.rows };
  }

  write(text: string): void {
    this.writes.push(text);
    const [plain = "", ...escaped] = text.split("\x1b");
    for (const character of plain) this.#put(character);
    for (const rest of escaped) {
      const [sequence = "", question, numbers = "", command = ""] = SEQUENCE.exec(rest) ?? [];
      this.#obey(sequence, question === "?", numbers, command);
      for (const character of rest.slice(sequence.length)) this.#put(character);
    }
  }

  /** Everything that was ever on the screen, without blanks at the ends of lines. */
  get lines(): string[] {
    const lines = this.#cells.map((row) =>
      Array.from(row, (cell) => cell ?? " ").join("").trimEnd()
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  #obey(sequence: string, isMode: boolean, numbers: string, command: string): void {
    const count = Number(numbers === "" ? 1 : numbers);
    if (isMode && this.modes.has(numbers) && /[hl]/.test(command)) {
      this.modes.set(numbers, command === "h");
    } else if (command === "A") {
      this.row = Math.max(this.row - count, this.#top);
    } else if (command === "C") {
      this.column = Math.min(this.column + count, this.columns - 1);
    } else if (command === "K" && numbers === "") {
      this.#rowCells(this.row).splice(this.column);
    } else if (command === "H" && numbers === "") {
      [this.row, this.column] = [this.#top, 0];
    } else if (command === "J" && numbers === "2") {
      this.#cells.splice(this.#top);
    } else if (command === "J" && numbers === "") {
      this.#rowCells(this.row).splice(this.column);
      this.#cells.splice(this.row + 1);
    } else if (command !== "m") {
      throw new Error(`The terminal does not know ${sequence}`);
    }
  }

  #put(character: string): void {
    if (character === "\r") {
      this.column = 0;
    } else if (character === "\n") {
      this.row++;
      this.#top = Math.max(this.#top, this.row - this.rows + 1);
      this.#rowCells(this.row);
    } else if (/\p{Cc}/u.test(character)) {
      throw new Error(`The terminal was sent ${JSON.stringify(character)}`);
    } else {
      this.#putVisible(character, unicodeWidth(character));
    }
  }

  #putVisible(character: string, width: number): void {
    if (this.column + width > this.columns) {
      if (!this.modes.get("7")) return;
      this.#put("\r");
      this.#put("\n");
    }
    this.#rowCells(this.row)[this.column] = character;
    if (width === 2) this.#rowCells(this.row)[this.column + 1] = "";
    this.column += width;
  }

  #rowCells(row: number): string[] {
    while (this.#cells.length <= row) this.#cells.push([]);
    return this.#cells[row] ?? [];
  }
}
