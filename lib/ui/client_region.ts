import type { SourceState } from "../client/client_event.ts";
import { averageRate, type ClientModel } from "./client_model.ts";
import { clientColumns, sourceInterest } from "./client_table.ts";
import { flow } from "./flow.ts";
import {
  formatBytes,
  formatClock,
  formatPercent,
  formatRate,
  RATE_WIDTH,
} from "./format_figures.ts";
import type { Glyphs } from "./glyphs.ts";
import { progressBar } from "./progress_bar.ts";
import { chooseRows } from "./row_choice.ts";
import type { ScreenSize } from "./screen.ts";
import type { Line } from "./styled_text.ts";
import { layoutTable } from "./table.ts";

const PERCENT_WIDTH = "100%".length;
/** Wider than this, figures stand too far from what they belong to. */
const MAX_COLUMNS = 110;

/**
 * The picture of a download in a terminal: a line for each server, then the whole. Where rows are
 * few, the whole stays and the least interesting servers go.
 *
 * @param wait Seconds for which servers are waited for.
 *
 * @example
 * ```ts
 * const lines = clientRegion(model, { columns: 79, rows: 23 }, { glyphs: UNICODE_GLYPHS, wait: 60 });
 * ```
 */
export function clientRegion(
  model: ClientModel,
  size: ScreenSize,
  { glyphs, wait }: { readonly glyphs: Glyphs; readonly wait: number },
): Line[] {
  const { rows } = size;
  const columns = Math.min(size.columns, MAX_COLUMNS);
  if (model.file === undefined) return waitingLines(model, columns, glyphs, wait).slice(0, rows);
  const whole = wholeLines(model, columns, glyphs).slice(0, rows);
  const title = titleLine(model, glyphs);
  const room = rows - whole.length - 1;
  if (room < 0) return whole;
  const { shown, hidden } = chooseRows(model.servers, room, sourceInterest);
  const table = layoutTable(clientColumns(model, glyphs), shown, columns);
  const more: Line[] = hidden > 0 && room > 0
    ? [[{ text: `${glyphs.ellipsis} and ${hidden} more`, style: "dim" }]]
    : [];
  return [title, ...table, ...more, ...whole];
}

function titleLine({ file }: ClientModel, glyphs: Glyphs): Line {
  const { name = "", output = "" } = file ?? {};
  return [{ text: name, style: "bold" }, { text: ` ${glyphs.arrow} `, style: "dim" }, output];
}

function wholeLines(model: ClientModel, columns: number, glyphs: Glyphs): Line[] {
  const { file, completed, elapsed, rate } = model;
  const size = file?.size ?? 0;
  const total = formatBytes(size);
  const bar = progressBar(
    size > 0 ? completed / size : 1,
    columns - PERCENT_WIDTH - 1,
    glyphs,
    "cyan",
  );
  const percent = formatPercent(completed, size).padStart(PERCENT_WIDTH);
  return [
    [...bar, ...(bar.length > 0 ? [" "] : []), { text: percent, style: "bold" }],
    ...flow([
      [formatBytes(completed).padStart(total.length), ` of ${total}`],
      [formatRate(rate).padStart(RATE_WIDTH - 1)],
      timeLeft(model, glyphs),
      [{ text: `avg ${formatRate(averageRate(model))}`, style: "dim" }],
      [{ text: `${formatClock(elapsed)} elapsed`, style: "dim" }],
    ], columns),
  ];
}

/** When it will end, or what it waits for while nobody sends. */
function timeLeft({ eta, servers }: ClientModel, glyphs: Glyphs): Line {
  const inState = (state: SourceState) => servers.filter((server) => server.state === state);
  const isBusy = inState("downloading").length + inState("connecting").length > 0;
  const [paused, ...others] = inState("paused");
  if (!isBusy && paused !== undefined) {
    const who = others.length === 0 ? `Server${paused.index}` : `${others.length + 1} servers`;
    return [{ text: `waiting for ${who} to be resumed`, style: "yellow" }];
  }
  if (!isBusy && inState("failed").length > 0) {
    return [{ text: "waiting for a server to come back", style: "red" }];
  }
  return [`${eta === null ? glyphs.none : formatClock(Math.ceil(eta))} left`];
}

function waitingLines(
  { waiting }: ClientModel,
  columns: number,
  glyphs: Glyphs,
  wait: number,
): Line[] {
  if (waiting === undefined) return [];
  const time = `${formatClock(waiting.elapsed)} of ${formatClock(wait)}`;
  const [first = "", ...others] = waiting.addresses;
  const [reason = ""] = waiting.reasons;
  const why = reason === "" ? "" : ` (${reason})`;
  return flow([
    [`waiting for ${first}${why}${others.length > 0 ? ` and ${others.length} more` : ""}`],
    [{ text: `${time}${glyphs.ellipsis}`, style: "dim" }],
  ], columns);
}
