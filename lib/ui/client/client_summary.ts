import { averageRate, type ClientModel } from "./client_model.ts";
import {
  BYTES_WIDTH,
  formatBytes,
  formatDuration,
  formatRate,
  sharedUnit,
} from "../format_figures.ts";
import { sharesOf } from "./shares.ts";
import { type Line, textWidth } from "../terminal/styled_text.ts";
import { layoutTable } from "../terminal/table.ts";

/**
 * What is said at the end of a download that succeeded: what came, how fast, and from whom.
 *
 * @example
 * ```ts
 * for (const line of clientSummary(model, 80)) console.log(renderLine(line, false));
 * // …, the last of them: oned_copy.mp4: 1.0 GiB in 5.6 s, 182.9 MiB/s on average
 * ```
 */
export function clientSummary(model: ClientModel, columns: number): Line[] {
  const { file, elapsed, servers, done } = model;
  if (file === undefined || done === undefined) return [];
  const kept: Line[] = file.kept > 0
    ? [[`  kept ${formatBytes(file.kept)} from an earlier run`]]
    : [];
  // Time and rate are those of what came now.
  const fetched = file.kept > 0 ? `, ${formatBytes(model.received)} fetched` : "";
  const digest: Line[] = done.sha256 === null
    ? []
    : [["  sha-256 ", { text: done.sha256, style: "dim" }]];
  const percents = new Map(
    sharesOf(servers.map(({ received }) => received)).map((share, at) => [servers[at], share]),
  );
  const unit = sharedUnit(file.size);
  const addressWidth = Math.max(...servers.map(({ address }) => textWidth(address)), 0);
  const shares = layoutTable(
    [
      {
        heading: "",
        align: "left",
        width: `  Server${servers.length}`.length,
        rank: 0,
        cell: ({ index }) => [`  Server${index}`],
      },
      {
        heading: "",
        align: "left",
        width: addressWidth,
        rank: 2,
        cell: ({ address }) => [{ text: address, style: "dim" }],
      },
      {
        heading: "",
        align: "right",
        width: BYTES_WIDTH,
        rank: 1,
        cell: (server) => [formatBytes(server.received, unit)],
      },
      {
        heading: "",
        align: "right",
        width: "100%".length,
        rank: 0,
        cell: (server) => [`${percents.get(server) ?? 0}%`],
      },
    ],
    servers,
    columns,
  );
  return [
    ...shares,
    ...kept,
    ...digest,
    // Last, as it stays next to the prompt.
    [
      { text: file.output, style: "bold" },
      `: ${formatBytes(file.size)}${fetched} in ` +
      `${formatDuration(elapsed)}, ${formatRate(averageRate(model))} on average`,
    ],
  ];
}
