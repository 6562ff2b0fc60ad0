import type { ScreenSize } from "../../lib/ui/terminal/screen.ts";
import { fitLine, type Line, lineWidth } from "../../lib/ui/terminal/styled_text.ts";

/** Two panes, and where the second one is. */
export interface SplitLayout {
  readonly beside: boolean;
  readonly first: ScreenSize;
  readonly second: ScreenSize;
}

/** One of the two panes as it is drawn. */
export interface PanePicture {
  readonly title: string;
  readonly lines: readonly Line[];
}

/** The lines between panes; those of terminals that have no other letters. */
export interface Borders {
  readonly across: string;
  readonly down: string;
}

export const UNICODE_BORDERS: Borders = { across: "─", down: "│" };
export const ASCII_BORDERS: Borders = { across: "-", down: "|" };

/** In less than this a program leaves out what the demonstration is about. */
const LEAST_COLUMNS = 64;
const LEAST_ROWS = 10;
/** In so much each program shows everything. */
const GOOD_COLUMNS = 78;
/** What the two panes share: the titles above each other or side by side, and the line below. */
const STACKED_BORDERS = 3;
const SIDE_BORDERS = 2;

/** Whether a terminal has room for both programs. The cursor needs a place beside and below. */
export function hasRoomForBoth({ columns, rows }: ScreenSize): boolean {
  return columns > LEAST_COLUMNS && rows > 2 * LEAST_ROWS + STACKED_BORDERS ||
    isWide(columns - 1) && rows > LEAST_ROWS + SIDE_BORDERS;
}

/**
 * Divides a screen: side by side where both are wide enough for everything, else one above the other.
 *
 * @param size Of what may be drawn on.
 *
 * @example
 * ```ts
 * splitLayout({ columns: 99, rows: 39 });
 * // { beside: false, first: { columns: 99, rows: 18 }, second: { columns: 99, rows: 18 } }
 * ```
 */
export function splitLayout({ columns, rows }: ScreenSize): SplitLayout {
  if (isWide(columns)) {
    const left = Math.floor((columns - 1) / 2);
    const height = Math.max(rows - SIDE_BORDERS, 1);
    return {
      beside: true,
      first: { columns: left, rows: height },
      second: { columns: columns - 1 - left, rows: height },
    };
  }
  const both = Math.max(rows - STACKED_BORDERS, 2);
  const first = Math.ceil(both / 2);
  return {
    beside: false,
    first: { columns, rows: first },
    second: { columns, rows: both - first },
  };
}

/**
 * Both panes under their titles, and a line below them.
 *
 * @param caption What happens now; it stands in the lowest line.
 */
export function drawPanes(
  layout: SplitLayout,
  first: PanePicture,
  second: PanePicture,
  caption: string,
  borders: Borders,
): Line[] {
  const upper = titleLine(first.title, layout.first.columns, borders);
  const other = titleLine(second.title, layout.second.columns, borders);
  const panes = layout.beside
    ? [
      [...upper, { text: borders.across, style: "dim" } as const, ...other],
      ...Array.from({ length: layout.first.rows }, (_, row): Line => [
        ...padded(first.lines[row] ?? [], layout.first.columns),
        { text: borders.down, style: "dim" },
        ...(second.lines[row] ?? []),
      ]),
    ]
    : [upper, ...first.lines, other, ...second.lines];
  const width = layout.beside
    ? layout.first.columns + 1 + layout.second.columns
    : layout.first.columns;
  return [...panes, titleLine(caption, width, borders)];
}

function isWide(columns: number): boolean {
  return columns >= 2 * GOOD_COLUMNS + 1;
}

function titleLine(title: string, columns: number, { across }: Borders): Line {
  const text = title === "" ? [] : fitLine([` ${title} `], Math.max(columns - 4, 0), " ");
  const rest = Math.max(columns - 2 - lineWidth(text), 0);
  return [
    { text: across.repeat(2), style: "dim" },
    ...text.map((span) => typeof span === "string" ? { text: span, style: "bold" } as const : span),
    { text: across.repeat(rest), style: "dim" },
  ];
}

function padded(line: Line, columns: number): Line {
  return [...line, " ".repeat(Math.max(columns - lineWidth(line), 0))];
}
