import { averageRate, type ClientModel } from "./client_model.ts";
import { clientColumns, sourceInterest } from "./client_table.ts";
import { flow } from "../terminal/flow.ts";
import {
  formatBytes,
  formatClock,
  formatPercent,
  formatRate,
  RATE_WIDTH,
  sharedUnit,
} from "../format_figures.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import { etaText } from "./eta_text.ts";
import { progressBar } from "../terminal/progress_bar.ts";
import { chooseRows, countStates } from "../terminal/row_choice.ts";
import type { ScreenSize } from "../terminal/screen.ts";
import { MAX_MAPPED_SERVERS, pieceMapLine } from "./source_bar.ts";
import { fitLine, type Line } from "../terminal/styled_text.ts";
import { layoutTable } from "../terminal/table.ts";

const PERCENT_WIDTH = "100%".length;
/** Beyond this width, figures would be too far from the names that they belong to. */
const MAX_COLUMNS = 110;
/** Narrower than this a piece map says nothing. */
const MIN_MAP_COLUMNS = 30;

/** How a download is drawn. */
export interface ClientLook {
  readonly glyphs: Glyphs;
  /** Seconds for which servers are waited for. */
  readonly wait: number;
}

/**
 * The picture of a download in a terminal: a line for each server, then the whole, its piece map, and
 * what it waits for. Where rows are few, the whole stays and the least interesting servers go.
 *
 * @example
 * ```ts
 * const look = { glyphs: UNICODE_GLYPHS, wait: 60 };
 * const lines = clientRegion(model, { columns: 79, rows: 23 }, look);
 * ```
 */
export function clientRegion(
  model: ClientModel,
  size: ScreenSize,
  { glyphs, wait }: ClientLook,
): Line[] {
  const { rows } = size;
  const columns = Math.min(size.columns, MAX_COLUMNS);
  if (model.file === undefined) return waitingLines(model, columns, glyphs, wait).slice(0, rows);
  const bar = wholeBar(model, columns, glyphs);
  const figures = figureLines(model, columns, glyphs);
  const room = rows - 1 - figures.length;
  if (room < 1) return [bar, ...figures].slice(0, rows);
  const hasMap = columns >= MIN_MAP_COLUMNS &&
    model.servers.length <= MAX_MAPPED_SERVERS && room >= model.servers.length + 2;
  const file = { ...model.file, pieces: model.pieces };
  const mapLine = hasMap ? [pieceMapLine(file, columns - PERCENT_WIDTH - 1, glyphs)] : [];
  const table = tableLines(
    model,
    { columns, rows: room - 1 - mapLine.length },
    hasMap,
    glyphs,
  );
  return [titleLine(model, glyphs), ...table, bar, ...mapLine, ...figures];
}

function titleLine({ file }: ClientModel, glyphs: Glyphs): Line {
  const { name = "", output = "" } = file ?? {};
  return [{ text: name, style: "bold" }, { text: ` ${glyphs.arrow} `, style: "dim" }, output];
}

function tableLines(
  model: ClientModel,
  { columns, rows }: ScreenSize,
  hasSigns: boolean,
  glyphs: Glyphs,
): Line[] {
  const { shown, hidden } = chooseRows(model.servers, rows, sourceInterest(model.servers));
  const table = layoutTable(clientColumns(model, hasSigns, glyphs), shown, columns);
  if (hidden.length === 0 || rows < 1) return table;
  const more = `${glyphs.ellipsis} and ${hidden.length} more: ${countStates(hidden)}`;
  return [...table, [{ text: more, style: "dim" }]];
}

function wholeBar({ file, completed }: ClientModel, columns: number, glyphs: Glyphs): Line {
  const size = file?.size ?? 0;
  const fraction = size > 0 ? completed / size : 1;
  const bar = progressBar(fraction, columns - PERCENT_WIDTH - 1, glyphs, "cyan");
  const percent = formatPercent(completed, size).padStart(PERCENT_WIDTH);
  return [...bar, ...(bar.length > 0 ? [" "] : []), { text: percent, style: "bold" }];
}

function figureLines(model: ClientModel, columns: number, glyphs: Glyphs): Line[] {
  const { file, completed, elapsed, rate, rateUnit, averageUnit } = model;
  const unit = sharedUnit(file?.size ?? 0);
  const total = formatBytes(file?.size ?? 0, unit);
  // The unit is said once: both have the same.
  const there = formatBytes(completed, unit).split(" ")[0] ?? "";
  const { left, waiting } = etaText(model);
  const now = rate > 0 ? formatRate(rate, rateUnit) : glyphs.none;
  const timeLeft: Line[] = left === undefined ? [] : [[left]];
  const waits: Line[] = waiting === undefined
    ? []
    : [fitLine([{ text: waiting, style: "yellow" }], columns, glyphs.ellipsis)];
  return [
    ...flow([
      [there.padStart((total.split(" ")[0] ?? "").length), ` of ${total}`],
      [now.padStart(RATE_WIDTH - 1)],
      ...timeLeft,
      [{ text: `avg ${formatRate(averageRate(model), averageUnit)}`, style: "dim" }],
      [{ text: `${formatClock(elapsed)} elapsed`, style: "dim" }],
    ], columns),
    ...waits,
  ];
}

function waitingLines(
  { waiting }: ClientModel,
  columns: number,
  glyphs: Glyphs,
  wait: number,
): Line[] {
  if (waiting === undefined) return [];
  const time = `${formatClock(waiting.elapsed)} of ${formatClock(wait)}`;
  const [first, ...others] = waiting.servers;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  const why = first === undefined || first.reason === "" ? "" : ` (${first.reason})`;
  return flow([
    [`waiting for ${first?.address ?? "servers"}${why}${more}`],
    [{ text: `${time}${glyphs.ellipsis}`, style: "dim" }],
  ], columns);
}
