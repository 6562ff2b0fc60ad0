import type { ServerState, ServerStatus } from "./server_event.ts";
import { BYTES_WIDTH, formatBytes, formatRate, RATE_WIDTH } from "../format_figures.ts";
import type { Glyphs } from "../terminal/glyphs.ts";
import type { ServerRow } from "./server_model.ts";
import { fitLine, type Line, type Style, textWidth } from "../terminal/styled_text.ts";
import { type Column, layoutHeadings, layoutTable } from "../terminal/table.ts";

const STATE_STYLES: Readonly<Record<ServerState, Style>> = {
  listening: "cyan",
  sending: "green",
  paused: "yellow",
  terminated: "red",
};
const STATE_WIDTH = "terminated".length;
const MAX_ADDRESS_WIDTH = 40;

/**
 * The status of servers as a table: its headings, then a line for each of `shown`.
 *
 * @param all Every server there is, so that the columns stay where they are whoever is shown.
 *
 * @example
 * ```ts
 * for (const line of serverTable(serving.status(), serving.status(), 80, UNICODE_GLYPHS)) print(line);
 * ```
 */
export function serverTable(
  shown: readonly ServerRow[],
  all: readonly ServerRow[],
  columns: number,
  glyphs: Glyphs,
): Line[] {
  const specs = serverColumns(all, glyphs);
  return [layoutHeadings(specs, columns, "dim"), ...layoutTable(specs, shown, columns)];
}

/**
 * Lower for what an operator would look for first: what is wrong, paused, then who has clients. Of equals
 * the first are shown: the busiest would be others all the time.
 */
export function serverInterest({ state, alive, clients }: ServerStatus): number {
  if (state === "terminated") return 4;
  if (!alive) return 0;
  if (state === "paused") return 1;
  return clients > 0 ? 2 : 3;
}

function serverColumns(all: readonly ServerRow[], glyphs: Glyphs): Column<ServerRow>[] {
  const addresses = all.map(({ address }) => textWidth(address));
  const none: Line = [{ text: glyphs.none, style: "dim" }];
  return [
    {
      heading: "",
      align: "right",
      width: String(all.at(-1)?.index ?? 0).length,
      rank: 0,
      cell: ({ index }) => [{ text: `${index}`, style: "bold" }],
    },
    {
      heading: "address",
      align: "left",
      width: Math.min(Math.max(...addresses, "address".length), MAX_ADDRESS_WIDTH),
      rank: 6,
      cell: ({ address }, width) => fitLine([address], width, glyphs.ellipsis),
    },
    {
      heading: "state",
      align: "left",
      width: STATE_WIDTH,
      rank: 1,
      cell: ({ state }) => [{ text: state, style: STATE_STYLES[state] }],
    },
    {
      heading: "alive",
      align: "left",
      width: "alive".length,
      rank: 4,
      cell: ({ alive, state }) => {
        if (alive) return ["yes"];
        return state === "terminated" ? none : [{ text: "no", style: "red" }];
      },
    },
    {
      heading: "sent",
      align: "right",
      width: BYTES_WIDTH,
      rank: 3,
      cell: ({ sent }) => [formatBytes(sent)],
    },
    {
      heading: "rate",
      align: "right",
      width: RATE_WIDTH,
      rank: 2,
      cell: ({ state, rate, rateUnit }) =>
        state === "sending" && rate > 0 ? [formatRate(rate, rateUnit)] : none,
    },
    {
      heading: "clients",
      align: "right",
      width: "clients".length,
      rank: 5,
      cell: ({ clients }) => clients > 0 ? [`${clients}`] : none,
    },
  ];
}
