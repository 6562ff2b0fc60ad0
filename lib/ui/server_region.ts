import { formatBytes, formatPercent } from "./format_figures.ts";
import type { Glyphs } from "./glyphs.ts";
import { progressBar } from "./progress_bar.ts";
import { clientTable } from "./client_rows.ts";
import { chooseRows, countStates } from "./row_choice.ts";
import type { ScreenSize } from "./screen.ts";
import type { ServerModel } from "./server_model.ts";
import { serverInterest, serverTable } from "./server_table.ts";
import type { Line } from "./styled_text.ts";

const BAR_WIDTH = 22;
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
  const titles = files.map(titleLine).slice(0, rows - servers.length - 2);
  const spare = rows - titles.length - servers.length - 1;
  const shownDigests = digests.slice(0, Math.max(spare, Math.min(digests.length, 1)));
  const room = rows - titles.length - shownDigests.length - 1;
  if (room < 1) return [];
  const { shown } = chooseRows(servers, room, serverInterest);
  const hidden = servers.filter((server) => !shown.includes(server));
  const text = `${glyphs.ellipsis} and ${hidden.length} more: ${countStates(hidden)}`;
  const more: Line[] = hidden.length > 0 ? [[{ text, style: "dim" }]] : [];
  const left = room - shown.length - more.length;
  return [
    ...titles,
    ...serverTable(shown, servers, columns, glyphs),
    ...more,
    ...clientTable(clients, { columns, rows: left }, glyphs),
    ...shownDigests,
  ];
}

/** What is served. */
function titleLine({ file, size, sha256 }: ServerModel["files"][number]): Line {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  const digest: Line = sha256 === undefined ? [] : [{ text: `  sha-256 ${sha256}`, style: "dim" }];
  return [{ text: name, style: "bold" }, `  ${formatBytes(size)}`, ...digest];
}
