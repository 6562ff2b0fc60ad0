import type { SourceState } from "./client_event.ts";
import type { ClientModel, SourceRow } from "./client_model.ts";
import { BYTES_WIDTH, formatBytes, formatRate, RATE_WIDTH, sharedUnit } from "../format_figures.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import { ownerSign, sourceBar } from "./source_bar.ts";
import { fitLine, type Style, textWidth } from "../terminal/styled_text.ts";
import type { Column } from "../terminal/table.ts";

/** The colour of a state; words say the same. */
export const STATE_STYLES: Readonly<Record<SourceState, Style>> = {
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
/** The start of a name, and that it goes on. */
const LEAST_ADDRESS_WIDTH = "127.0.0.1:60000".length;

/**
 * What the client shows of every server, one column each.
 *
 * @param hasSigns Whether servers are told apart by their signs in a piece map.
 */
export function clientColumns(
  model: ClientModel,
  hasSigns: boolean,
  glyphs: Glyphs,
): Column<SourceRow>[] {
  const file = { size: 0, pieceLength: 1, ...model.file, pieces: model.pieces };
  const unit = sharedUnit(file.size);
  const lastIndex = model.servers.at(-1)?.index ?? 0;
  const addresses = model.servers.map(({ address }) => textWidth(shortAddress(address)));
  return [
    {
      heading: "",
      align: "right",
      width: String(lastIndex).length,
      rank: 0,
      cell: ({ index }) => [{ text: `${index}`, style: "bold" }],
    },
    // Up to Server9 the sign is the number.
    ...(hasSigns && ownerSign(lastIndex) !== `${lastIndex}` ? [SIGN] : []),
    {
      heading: "server",
      align: "left",
      width: Math.min(Math.max(...addresses, 0), MAX_ADDRESS_WIDTH),
      least: LEAST_ADDRESS_WIDTH,
      rank: 5,
      cell: ({ address }, width) => fitLine([shortAddress(address)], width, glyphs.ellipsis),
    },
    {
      heading: "",
      align: "left",
      width: MIN_BAR_WIDTH,
      grows: true,
      rank: 4,
      cell: (server, width) => sourceBar(file, server, width, glyphs, STATE_STYLES[server.state]),
    },
    {
      heading: "received",
      align: "right",
      width: BYTES_WIDTH,
      // The bar says nearly the same.
      rank: 6,
      cell: ({ received }) => [formatBytes(received, unit)],
    },
    {
      heading: "rate",
      align: "right",
      width: RATE_WIDTH,
      rank: 2,
      cell: ({ rate, rateUnit, state }) =>
        state === "downloading" && rate > 0
          ? [formatRate(rate, rateUnit)]
          : [{ text: glyphs.none, style: "dim" }],
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

/** Without what URLs have in common, so that more of the rest can be seen. */
function shortAddress(address: string): string {
  return address.replace(/^https?:\/\//, "");
}

/** A source that has brought less than this part of the mean is slow. */
const SLOW = 0.5;

/**
 * What a person would look for first: paused, failed, waiting, then the slow ones. Rates go up and down
 * all the time; what has come so far does not, so that the same rows stay in sight.
 *
 * @returns Lower for what matters more.
 */
export function sourceInterest(servers: readonly SourceRow[]): (server: SourceRow) => number {
  const busy = servers.filter(({ state }) => state === "downloading");
  const sum = busy.reduce((sum, { received }) => sum + received, 0);
  const slow = SLOW * sum / Math.max(busy.length, 1);
  return ({ state, received }) => {
    switch (state) {
      case "paused":
        return 0;
      case "failed":
        return 1;
      case "waiting":
      case "connecting":
        return 2;
      case "downloading":
        return received < slow ? 3 : 4;
      case "idle":
        return 5;
      case "terminated":
        return 6;
    }
  };
}

/** Which sign in the piece map is a server's. */
const SIGN: Column<SourceRow> = {
  heading: "",
  align: "left",
  width: 1,
  rank: 7,
  cell: ({ index }) => [{ text: ownerSign(index), style: "dim" }],
};
