import type { ServerEvent } from "./server_event.ts";
import { formatBytes } from "../format_figures.ts";
import type { Line } from "../terminal/styled_text.ts";

/**
 * What an event says in words, for logs; nothing for what the operator is told anyway.
 *
 * @example
 * ```ts
 * serverNews({ type: "notice", message: "oned.mp4 has changed" }); // [["oned.mp4 has changed"]]
 * ```
 */
export function serverNews(event: ServerEvent): readonly Line[] {
  switch (event.type) {
    case "listening":
      return event.servers.map(({ index, address }) => [`Server${index} listens on ${address}`]);
    case "served": {
      const { index, bytes, client, connections } = event;
      const over = connections === 1 ? "" : ` over ${connections} connections`;
      return [[{
        text: `Server${index} sent ${formatBytes(bytes)} to ${client}${over}`,
        style: "dim",
      }]];
    }
    case "manifest":
      return event.done < event.size ? [] : [[`checksums of ${event.file} are ready`]];
    case "notice":
      return [[event.message]];
    // Replies say what the operator did; sending begins and ends all the time.
    case "server":
    case "status":
      return [];
  }
}
