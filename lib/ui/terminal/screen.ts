import { fitLine, type Line, lineWidth, renderLine } from "./styled_text.ts";
import type { TerminalTraits } from "./terminal_traits.ts";

/** The size of a terminal, in characters. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** What is drawn at the bottom of a terminal and replaced by the next frame. */
export interface Region {
  readonly lines: readonly Line[];
  /** The column of the cursor in the last line, from 0; absent: the cursor rests below the lines. */
  readonly cursor?: number;
}

/** What a screen needs of the world; `Deno.stdout` and timers, or a test's own. */
export interface ScreenDevice {
  write(text: string): void;
  /** Whether the last frame is still on its way. */
  readonly busy: boolean;
  /**
   * Whether this process may draw: `front`; not while it is in the `back`ground, nor while that is
   * `unknown`. Whoever knows that it may again calls `restart`.
   */
  readonly place: "front" | "back" | "unknown";
  size(): ScreenSize;
  /** Milliseconds that never go back. */
  now(): number;
  /** Calls back later; returns what cancels that. */
  after(ms: number, callback: () => void): () => void;
}

/** Frames per second at most: more cost time and nobody sees them. */
const MAX_FRAMES_PER_SECOND = 20;
const FRAME_MS = 1000 / MAX_FRAMES_PER_SECOND;
/** Lines that wait to be printed while the terminal takes nothing; older ones are dropped. */
const MAX_WAITING_LINES = 1000;

// A frame is one write between these: shown all at once where the terminal can, without a running
// cursor where it cannot, and without wrapping, so that a line never takes two rows whatever the
// terminal thinks of a character's width. All is undone within the frame: a program killed between
// two frames leaves nothing behind.
const FRAME_START = "\x1b[?2026h\x1b[?25l\x1b[?7l";
const FRAME_END = "\x1b[?7h\x1b[?25h\x1b[?2026l";
const WRAP_ON = "\x1b[?7h";
const WRAP_OFF = "\x1b[?7l";
const CLEAR_TO_LINE_END = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";
const CLEAR_SCREEN = "\x1b[H\x1b[2J";

/**
 * The one owner of a terminal: lines that scroll by as usual, and below them a region that is redrawn
 * in place. Only this class writes cursor movements.
 *
 * @example
 * ```ts
 * const screen = new Screen(device, traits, ({ columns }) => ({ lines: [["x".repeat(columns)]] }));
 * screen.refresh();
 * screen.print(["Server1 was paused"]);
 * screen.close();
 * ```
 */
export class Screen {
  /** Printed since the last frame. */
  #waiting: Line[] = [];
  /** The widths of the region's lines, as they were drawn, and where the cursor was left. */
  #drawn: readonly number[] = [];
  #cursor: number | undefined;
  #lastFrame = -Infinity;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  /**
   * @param render Says what the region shows now, in at most `rows` lines of at most `columns`;
   * longer lines are cut, and so are lines too many, from the top.
   */
  constructor(
    private readonly device: ScreenDevice,
    private readonly traits: TerminalTraits,
    private readonly render: (size: ScreenSize) => Region,
  ) {}

  /** Prints a line above the region, where it stays. */
  print(...lines: readonly Line[]): void {
    this.#waiting.push(...lines);
    this.#waiting.splice(0, this.#waiting.length - MAX_WAITING_LINES);
    this.refresh();
  }

  /** Draws the region anew, now or as soon as the last frame is old enough. */
  refresh(): void {
    if (this.#closed || this.#cancelTimer !== undefined || this.device.place !== "front") return;
    const dueMs = this.#lastFrame + FRAME_MS - this.device.now();
    if (dueMs <= 0 && !this.device.busy) return this.#draw(this.render(this.#room()));
    this.#cancelTimer = this.device.after(dueMs > 0 ? dueMs : FRAME_MS, () => {
      this.#cancelTimer = undefined;
      this.refresh();
    });
  }

  /** Draws the region anew from where the cursor is: the last one is out of reach. */
  restart(): void {
    this.#forget();
    this.refresh();
  }

  /** Draws the region anew at the top of an empty screen. */
  clear(): void {
    if (this.#closed) return;
    this.device.write(CLEAR_SCREEN);
    this.restart();
  }

  /**
   * Draws a last region, by default none, leaves the cursor below it, and is silent from then on.
   */
  close(render: (size: ScreenSize) => Region = () => ({ lines: [] })): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTimer?.();
    const { place } = this.device;
    // What others have written since the last frame is not to be overwritten.
    if (place !== "front") this.#forget();
    // In the background only what is to be kept is shown, and no picture.
    this.#draw({ lines: place === "back" ? [] : render(this.#room()).lines });
  }

  #forget(): void {
    this.#drawn = [];
    this.#cursor = undefined;
  }

  #draw(region: Region): void {
    const { columns, rows } = this.#room();
    const lines = region.lines.slice(-rows).map((line) =>
      fitLine(line, columns, this.traits.glyphs.ellipsis)
    );
    this.device.write(
      FRAME_START + this.#goToTop() + this.#takePrinted() +
        this.#paint(lines, region.cursor) + FRAME_END,
    );
    this.#drawn = lines.map(lineWidth);
    this.#cursor = lines.length === 0 ? undefined : region.cursor;
    this.#lastFrame = this.device.now();
  }

  /** The room for a region: the cursor needs a place beside and below it. */
  #room(): ScreenSize {
    const { columns, rows } = this.device.size();
    return { columns: Math.max(columns - 1, 1), rows: Math.max(rows - 1, 1) };
  }

  /** From where the cursor was left to the start of the region, as the terminal shows it by now. */
  #goToTop(): string {
    const { columns } = this.device.size();
    // A terminal that became narrower has broken long lines into several rows.
    const rowsOf = (width: number) => Math.max(Math.ceil(width / columns), 1);
    let rows = this.#drawn.reduce((sum, width) => sum + rowsOf(width), 0);
    if (this.#cursor !== undefined) {
      rows += Math.floor(this.#cursor / columns) - rowsOf(this.#drawn.at(-1) ?? 0);
    }
    return rows > 0 ? `\r\x1b[${rows}A` : "\r";
  }

  #takePrinted(): string {
    if (this.#waiting.length === 0) return "";
    const printed = this.#waiting.map((line) => `${renderLine(line, this.traits.color)}\r\n`);
    this.#waiting = [];
    return CLEAR_BELOW + WRAP_ON + printed.join("") + WRAP_OFF;
  }

  #paint(lines: readonly Line[], cursor: number | undefined): string {
    const painted = lines.map((line) => renderLine(line, this.traits.color) + CLEAR_TO_LINE_END);
    if (cursor === undefined || lines.length === 0) {
      return painted.map((line) => `${line}\r\n`).join("") + CLEAR_BELOW;
    }
    const column = cursor > 0 ? `\r\x1b[${cursor}C` : "\r";
    return painted.join("\r\n") + CLEAR_BELOW + column;
  }
}
