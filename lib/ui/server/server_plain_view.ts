import type { ServerEvent, ServerStatus } from "./server_event.ts";
import { formatBytes, formatRate } from "../format_figures.ts";
import { ASCII_GLYPHS } from "../terminal/glyphs.ts";
import type { OperatorView, Reply } from "./operator_view.ts";
import type { TextKind, WriteText } from "../output.ts";
import { serverNews } from "./server_news.ts";
import { serverTable } from "./server_table.ts";
import { type Line, renderLine } from "../terminal/styled_text.ts";

/** Lines for logs are not cut. */
const LOG_COLUMNS = 200;

/**
 * A server process as lines of text, for files, pipes and terminals that cannot redraw: a line for
 * every change, and of a status those lines that say something new.
 *
 * @example
 * ```ts
 * const view = new ServerPlainView((text, kind) => output.write(text, kind));
 * ```
 */
export class ServerPlainView implements OperatorView {
  /** What the log says of every server. */
  readonly #logged = new Map<number, string>();

  /** @param now The time of day that every block begins with. */
  constructor(
    private readonly write: WriteText,
    private readonly now: () => Date = () => new Date(),
  ) {}

  show(event: ServerEvent): void {
    this.#print(this.#lines(event), event.type === "status" ? "figures" : "news");
  }

  reply({ lines, status }: Reply): void {
    const table = status === undefined
      ? []
      : serverTable(status, status, LOG_COLUMNS, ASCII_GLYPHS);
    this.#print([...lines.map((line) => [line]), ...table]);
  }

  close(): void {}

  #print(lines: readonly Line[], kind: TextKind = "news"): void {
    const text = lines.map((line) => `${renderLine(line, false)}\n`).join("");
    if (text !== "") this.write(text, kind);
  }

  #lines(event: ServerEvent): readonly Line[] {
    if (event.type !== "status") return serverNews(event);
    const changed = event.servers.flatMap((server): Line[] => {
      const line = statusLine(server);
      if (this.#logged.get(server.index) === line) return [];
      this.#logged.set(server.index, line);
      return [[line]];
    });
    return changed.length === 0 ? [] : [[this.now().toISOString()], ...changed];
  }
}

function statusLine({ index, address, state, alive, sent, rate, clients }: ServerStatus): string {
  const dead = alive || state === "terminated" ? "" : " (not alive)";
  const connected = clients === 1 ? "1 client" : `${clients} clients`;
  return `  Server${index} ${address}  ${state}${dead}, ${formatBytes(sent)} sent, ` +
    `${formatRate(rate)}, ${connected}`;
}
