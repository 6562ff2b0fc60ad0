import type { ServerEvent } from "../server/server_event.ts";
import { formatBytes } from "./format_figures.ts";
import type { Line } from "./styled_text.ts";

/**
 * What an event says in words, for logs; nothing for figures, and for what is in every status anyway.
 *
 * @example
 * ```ts
 * serverNews({ type: "server", index: 2, state: "paused" }); // [["Server2 paused"]]
 * ```
 */
export function serverNews(event: ServerEvent): readonly Line[] {
  switch (event.type) {
    case "listening":
      return event.servers.map(({ index, address }) => [`Server${index} listens on ${address}`]);
    case "server":
      // Whether it is sending changes all the time; these are the operator's doing.
      return event.state === "paused" || event.state === "terminated"
        ? [[`Server${event.index} ${event.state}`]]
        : [];
    case "served":
      return [[{
        text: `Server${event.index} sent ${formatBytes(event.bytes)} to ${event.client}`,
        style: "dim",
      }]];
    case "manifest":
      return event.done < event.size ? [] : [[`checksums of ${event.file} are ready`]];
    case "notice":
      return [[event.message]];
    case "status":
    case "error":
      return [];
  }
}
