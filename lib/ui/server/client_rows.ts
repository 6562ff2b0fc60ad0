import {
  BYTES_WIDTH,
  formatBytes,
  formatPercent,
  formatRate,
  RATE_WIDTH,
} from "../format_figures.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import { progressBar } from "../terminal/progress_bar.ts";
import type { ScreenSize } from "../terminal/screen.ts";
import type { ClientRow } from "./server_model.ts";
import { fitLine, type Line } from "../terminal/styled_text.ts";
import { type Column, layoutHeadings, layoutTable } from "../terminal/table.ts";

const BAR_WIDTH = 20;
/** Of an IPv6 address of usual length. */
const ADDRESS_WIDTH = 20;
/** A heading and one client take this much; in less room there are none. */
const MIN_ROWS = 2;

/**
 * What clients have of the files, one row each, below their headings; those who came first go first
 * where there is too little room.
 *
 * @example
 * ```ts
 * clientTable(serving.clients(), { columns: 79, rows: 5 }, UNICODE_GLYPHS);
 * ```
 */
export function clientTable(
  clients: readonly ClientRow[],
  { columns, rows }: ScreenSize,
  glyphs: Glyphs,
): Line[] {
  if (clients.length === 0 || rows < MIN_ROWS) return [];
  const specs = clientColumns(glyphs);
  const hidden = Math.max(clients.length - (rows - 1), 0);
  const shown = clients.slice(hidden === 0 ? 0 : hidden + 1);
  const text = `${glyphs.ellipsis} and ${hidden + 1} more clients`;
  const more: Line[] = hidden === 0 ? [] : [[{ text, style: "dim" }]];
  return [layoutHeadings(specs, columns, "dim"), ...layoutTable(specs, shown, columns), ...more];
}

function clientColumns(glyphs: Glyphs): Column<ClientRow>[] {
  return [
    {
      heading: "client",
      align: "left",
      width: ADDRESS_WIDTH,
      rank: 0,
      cell: ({ address }, width) => fitLine([address], width, glyphs.ellipsis),
    },
    {
      heading: "",
      align: "left",
      width: BAR_WIDTH,
      rank: 4,
      cell: ({ taken, size }, width) =>
        progressBar(size > 0 ? taken / size : 1, width, glyphs, "green"),
    },
    {
      heading: "",
      align: "right",
      width: "100%".length,
      rank: 1,
      cell: ({ taken, size }) => [formatPercent(taken, size)],
    },
    {
      heading: "has",
      align: "right",
      width: BYTES_WIDTH,
      rank: 3,
      cell: ({ taken }) => [formatBytes(taken)],
    },
    {
      heading: "rate",
      align: "right",
      width: RATE_WIDTH,
      rank: 2,
      cell: ({ rate, rateUnit }) =>
        rate > 0 ? [formatRate(rate, rateUnit)] : [{ text: glyphs.none, style: "dim" }],
    },
  ];
}
