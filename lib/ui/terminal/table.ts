import { fitLine, type Line, lineWidth, type Span, type Style } from "./styled_text.ts";

/** One column of a table whose rows are made of `Row`. */
export interface Column<Row> {
  readonly heading: string;
  readonly align: "left" | "right";
  /** What it needs, in terminal columns; the same in every frame, so that nothing jumps. */
  readonly width: number;
  /** What it is content with, before any column is left out; absent: its width. */
  readonly least?: number;
  /** Whether it takes the room that is left; one column of a table at most. */
  readonly grows?: boolean;
  /** Where there is too little room, columns with the highest rank are left out first. */
  readonly rank: number;
  readonly cell: (row: Row, width: number) => Line;
}

/** Below this many columns, cells stand closer together. */
const NARROW = 60;

/**
 * Lays rows out in aligned columns, leaving out what does not fit.
 *
 * @param columns Of the terminal; no line is longer.
 *
 * @example
 * ```ts
 * layoutTable([{ heading: "n", align: "right", width: 2, rank: 0, cell: (n) => [`${n}`] }], [1, 2], 80);
 * // [[" 1"], [" 2"]]
 * ```
 */
export function layoutTable<Row>(
  specs: readonly Column<Row>[],
  rows: readonly Row[],
  columns: number,
): Line[] {
  const placed = placeColumns(specs, columns);
  return rows.map((row) =>
    joinCells(
      placed.map(({ spec, width }) => align(spec.cell(row, width), width, spec.align)),
      columns,
    )
  );
}

/** The headings over the columns that `layoutTable` shows in the same room. */
export function layoutHeadings<Row>(
  specs: readonly Column<Row>[],
  columns: number,
  style: Style,
): Line {
  const cells = placeColumns(specs, columns).map(({ spec, width }) =>
    align([{ text: spec.heading, style }], width, spec.align)
  );
  return joinCells(cells, columns);
}

interface PlacedColumn<Row> {
  readonly spec: Column<Row>;
  readonly width: number;
}

function placeColumns<Row>(specs: readonly Column<Row>[], columns: number): PlacedColumn<Row>[] {
  const kept = [...specs];
  const needed = () =>
    kept.reduce((sum, spec) => sum + leastOf(spec), gap(columns) * (kept.length - 1));
  while (kept.length > 1 && needed() > columns) {
    const last = kept.reduce((worst, spec) => spec.rank > worst.rank ? spec : worst);
    kept.splice(kept.indexOf(last), 1);
  }
  let spare = Math.max(columns - needed(), 0);
  const placed = kept.map((spec) => {
    const width = Math.min(spec.width, leastOf(spec) + spare);
    spare -= width - leastOf(spec);
    return { spec, width };
  });
  return placed.map(({ spec, width }) => ({ spec, width: width + (spec.grows ? spare : 0) }));
}

function leastOf<Row>({ width, least = width }: Column<Row>): number {
  return Math.min(least, width);
}

function gap(columns: number): number {
  return columns < NARROW ? 1 : 2;
}

function align(cell: Line, width: number, side: "left" | "right"): Line {
  const fitted = lineWidth(cell) > width ? fitLine(cell, width, "") : cell;
  const padding = " ".repeat(width - lineWidth(fitted));
  return side === "right" ? [padding, ...fitted] : [...fitted, padding];
}

function joinCells(cells: readonly Line[], columns: number): Line {
  const space = " ".repeat(gap(columns));
  const line = cells.flatMap((cell, at) => at === 0 ? cell : [space, ...cell]);
  return isBlank(line.at(-1)) ? line.slice(0, -1) : line;
}

function isBlank(span: Span | undefined): boolean {
  return typeof span === "string" && span.trim() === "";
}
