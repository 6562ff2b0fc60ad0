import { flow } from "../terminal/flow.ts";
import { formatBytes, formatPercent } from "../format_figures.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import { progressBar } from "../terminal/progress_bar.ts";
import { clientTable } from "./client_rows.ts";
import { chooseRows, countStates } from "../terminal/row_choice.ts";
import type { ScreenSize } from "../terminal/screen.ts";
import type { ServerModel } from "./server_model.ts";
import { serverInterest, serverTable } from "./server_table.ts";
import type { Line } from "../terminal/styled_text.ts";

const BAR_WIDTH = 22;
/** The part of the rows that clients have, however many servers there are. */
const CLIENT_SHARE = 0.2;
/** In so many rows what is served has one, however many servers there are. */
const MIN_TITLE_ROWS = 10;
const PERCENT_WIDTH = "100%".length;

/**
 * The picture of a server process in a terminal, without its prompt: what is served, the status of every
 * server, who takes what, and how far digests are. Where rows are few, the least interesting servers go.
 *
 * @param rows At most so many lines come back.
 *
 * @example
 * ```ts
 * const lines = serverRegion(model, { columns: 79, rows: 22 }, UNICODE_GLYPHS);
 * ```
 */
export function serverRegion(
  { servers, clients, files, manifests }: ServerModel,
  { columns, rows }: ScreenSize,
  glyphs: Glyphs,
): Line[] {
  if (servers.length === 0) return [];
  const digests = manifests.map(({ file, done, size }): Line => [
    ...progressBar(done / size, Math.min(BAR_WIDTH, columns - PERCENT_WIDTH), glyphs, "cyan"),
    ` ${formatPercent(done, size).padStart(PERCENT_WIDTH)}  `,
    { text: `checksums of ${file}`, style: "dim" },
  ]);
  const titles = files.flatMap((file) => titleLines(file, columns))
    .slice(0, Math.max(rows - servers.length - 2, rows < MIN_TITLE_ROWS ? 0 : 1));
  const spare = rows - titles.length - servers.length - 1;
  const shownDigests = digests.slice(0, Math.max(spare, Math.min(digests.length, 1)));
  // Where servers are many, clients keep a part of the room all the same.
  const wanted = clients.length === 0 ? 0 : clients.length + 1;
  const kept = rows < MIN_TITLE_ROWS ? 0 : Math.min(wanted, Math.floor(rows * CLIENT_SHARE));
  const room = rows - titles.length - shownDigests.length - 1 - kept;
  if (room < 1) return [];
  const { shown, hidden } = chooseRows(servers, room, serverInterest);
  const text = `${glyphs.ellipsis} and ${hidden.length} more: ${countStates(hidden)}`;
  const more: Line[] = hidden.length > 0 ? [[{ text, style: "dim" }]] : [];
  const left = room + kept - shown.length - more.length;
  return [
    ...titles,
    ...serverTable(shown, servers, columns, glyphs),
    ...more,
    ...clientTable(clients, { columns, rows: left }, glyphs),
    ...shownDigests,
  ];
}

/** What is served. */
function titleLines({ file, size, sha256 }: ServerModel["files"][number], columns: number): Line[] {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  return flow([
    [{ text: name, style: "bold" }, `  ${formatBytes(size)}`],
    ...sha256 === undefined ? [] : [[{ text: `sha-256 ${sha256}`, style: "dim" } as const]],
  ], columns);
}
