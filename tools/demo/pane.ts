import xterm, { type IBufferCell, type Terminal } from "@xterm/headless";
import { denoHost, type Host } from "../../lib/cli/host/host.ts";
import type { StopSignal } from "../../lib/cli/host/ignored_signals.ts";
import type { ScreenSize } from "../../lib/ui/terminal/screen.ts";
import type { Line, Span, Style } from "../../lib/ui/terminal/styled_text.ts";

/** Which colours the numbers of a terminal's palette are. */
const COLOURS: readonly (Style | undefined)[] = [
  undefined,
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
];

/** A terminal of its own for a program that runs in this process. */
export class Pane {
  /** The process that the program believes to be. */
  readonly host: Host;
  readonly #terminal: Terminal;
  readonly #keys = new TransformStream<Uint8Array, Uint8Array>();
  readonly #keyboard = this.#keys.writable.getWriter();
  readonly #resized: (() => void)[] = [];
  readonly #stops: ((signal: StopSignal) => void)[] = [];

  /** @param onChange Called whenever there is something else to be seen. */
  constructor({ columns, rows }: ScreenSize, onChange: () => void) {
    this.#terminal = new xterm.Terminal({
      cols: columns,
      rows,
      allowProposedApi: true,
      convertEol: true,
    });
    const write = async (bytes: Uint8Array) => {
      await new Promise<void>((resolve) => this.#terminal.write(bytes, resolve));
      onChange();
      return bytes.length;
    };
    const stream = { isTerminal: () => true, write };
    this.host = {
      ...denoHost,
      stdin: { isTerminal: () => true, setRaw: () => {}, readable: this.#keys.readable },
      stdout: stream,
      stderr: stream,
      size: () => ({ columns: this.#terminal.cols, rows: this.#terminal.rows }),
      ignoredSignals: () => Promise.resolve(new Set<StopSignal>()),
      isForeground: () => Promise.resolve(true),
      onStop: (callback) => this.#stops.push(callback),
      // Whoever draws the panes is stopped and goes on with them.
      onContinue: () => {},
      onResize: (callback) => this.#resized.push(callback),
      // There are two programs in this process, and neither is to answer for the other.
      onCrash: () => {},
    };
  }

  /** What is on the screen now: a line for each of its rows. */
  get lines(): readonly Line[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row): Line => {
      const cells = active.getLine(active.viewportY + row);
      return Array.from({ length: this.#terminal.cols }, (_, column) => cells?.getCell(column))
        .reduce(withCell, []);
    });
  }

  resize({ columns, rows }: ScreenSize): void {
    if (columns === this.#terminal.cols && rows === this.#terminal.rows) return;
    this.#terminal.resize(columns, rows);
    for (const callback of this.#resized) callback();
  }

  /** Presses keys; a program that has ended takes no notice. */
  type(keys: string): void {
    this.#keyboard.write(new TextEncoder().encode(keys)).catch(() => {});
  }

  /** Sends the program a signal. */
  stop(signal: StopSignal): void {
    for (const callback of this.#stops) callback(signal);
  }
}

/** Adds a cell to a line, and to its last span where that looks the same. */
function withCell(line: readonly Span[], cell: IBufferCell | undefined): Span[] {
  // The second half of a wide character has no text of its own.
  if (cell === undefined || cell.getWidth() === 0) return [...line];
  const text = cell.getChars() || " ";
  const style = styleOf(cell);
  const last = line.at(-1);
  const before = line.slice(0, -1);
  if (style === undefined) {
    return typeof last === "string" ? [...before, last + text] : [...line, text];
  }
  return typeof last === "object" && last.style === style
    ? [...before, { text: last.text + text, style }]
    : [...line, { text, style }];
}

function styleOf(cell: IBufferCell): Style | undefined {
  if (cell.isFgPalette()) return COLOURS[cell.getFgColor()];
  if (cell.isBold()) return "bold";
  return cell.isDim() ? "dim" : undefined;
}
