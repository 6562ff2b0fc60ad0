import type { SourceState } from "../client/client_event.ts";
import type { ClientModel, SourceRow } from "./client_model.ts";
import { BYTES_WIDTH, formatBytes, formatRate, RATE_WIDTH } from "./format_figures.ts";
import type { Glyphs } from "./glyphs.ts";
import { progressBar } from "./progress_bar.ts";
import { type Style, textWidth } from "./styled_text.ts";
import type { Column } from "./table.ts";

const STATE_STYLES: Readonly<Record<SourceState, Style>> = {
  connecting: "cyan",
  downloading: "green",
  paused: "yellow",
  waiting: "yellow",
  idle: "dim",
  failed: "red",
  terminated: "red",
};
const STATE_WIDTH = "downloading".length;
const MIN_BAR_WIDTH = 10;
const MAX_ADDRESS_WIDTH = 40;

/** What the client shows of every server, one column each. */
export function clientColumns(model: ClientModel, glyphs: Glyphs): Column<SourceRow>[] {
  const scale = barScale(model);
  const addresses = model.servers.map(({ address }) => textWidth(address));
  return [
    {
      heading: "",
      align: "right",
      width: String(model.servers.at(-1)?.index ?? 0).length,
      rank: 0,
      cell: ({ index }) => [{ text: `${index}`, style: "bold" }],
    },
    {
      heading: "server",
      align: "left",
      width: Math.min(Math.max(...addresses, 0), MAX_ADDRESS_WIDTH),
      rank: 4,
      cell: ({ address }) => [address],
    },
    {
      heading: "",
      align: "left",
      width: MIN_BAR_WIDTH,
      grows: true,
      rank: 5,
      cell: ({ received, state }, width) =>
        progressBar(received / scale, width, glyphs, STATE_STYLES[state]),
    },
    {
      heading: "received",
      align: "right",
      width: BYTES_WIDTH,
      rank: 3,
      cell: ({ received }) => [formatBytes(received)],
    },
    {
      heading: "rate",
      align: "right",
      width: RATE_WIDTH,
      rank: 2,
      cell: ({ rate, state }) =>
        state === "downloading" ? [formatRate(rate)] : [{ text: glyphs.none, style: "dim" }],
    },
    {
      heading: "state",
      align: "left",
      width: STATE_WIDTH,
      rank: 1,
      cell: ({ state }) => [{ text: state, style: STATE_STYLES[state] }],
    },
  ];
}

/** Lower for what a person would look for first: paused, failed, then the slowest. */
export function sourceInterest({ state, received }: SourceRow): number {
  switch (state) {
    case "paused":
      return 0;
    case "failed":
      return 1;
    case "waiting":
    case "connecting":
      return 2;
    case "downloading":
      return 3 + received;
    case "terminated":
    case "idle":
      return Infinity;
  }
}

/** The bytes that fill a server's bar: an equal share, or more once somebody has delivered more. */
function barScale({ file, servers }: ClientModel): number {
  const share = ((file?.size ?? 0) - (file?.kept ?? 0)) / Math.max(servers.length, 1);
  return Math.max(share, ...servers.map(({ received }) => received), 1);
}
