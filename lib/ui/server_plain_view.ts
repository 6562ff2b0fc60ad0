import type { ServerEvent, ServerStatus } from "../server/server_event.ts";
import { formatBytes, formatRate } from "./format_figures.ts";
import { ASCII_GLYPHS } from "./glyphs.ts";
import type { OperatorView } from "./operator_view.ts";
import type { TextKind, WriteText } from "./output.ts";
import { serverNews } from "./server_news.ts";
import { serverTable } from "./server_table.ts";
import { type Line, renderLine } from "./styled_text.ts";

/** Lines for logs are not cut. */
const LOG_COLUMNS = 200;

/**
 * A server process as lines of text, for files, pipes and terminals that cannot redraw: a block of
 * lines for every status, and a line for every change.
 *
 * @example
 * ```ts
 * const view = new ServerPlainView((text, kind) => output.write(text, kind));
 * ```
 */
export class ServerPlainView implements OperatorView {
  /** @param now The time of day that every block begins with. */
  constructor(
    private readonly write: WriteText,
    private readonly now: () => Date = () => new Date(),
  ) {}

  show(event: ServerEvent): void {
    this.#print(this.#lines(event), event.type === "status" ? "figures" : "news");
  }

  answer(lines: readonly string[]): void {
    this.#print(lines.map((line) => [line]));
  }

  answerStatus(servers: readonly ServerStatus[]): void {
    this.#print(serverTable(servers, servers, LOG_COLUMNS, ASCII_GLYPHS));
  }

  complain(message: string): void {
    this.answer([message]);
  }

  close(): void {}

  #print(lines: readonly Line[], kind: TextKind = "news"): void {
    const text = lines.map((line) => `${renderLine(line, false)}\n`).join("");
    if (text !== "") this.write(text, kind);
  }

  #lines(event: ServerEvent): readonly Line[] {
    return event.type === "status"
      ? [[this.now().toISOString()], ...event.servers.map(statusLine)]
      : serverNews(event);
  }
}

function statusLine({ index, address, state, alive, sent, rate, clients }: ServerStatus): Line {
  const dead = alive || state === "terminated" ? "" : " (not alive)";
  const connected = clients === 1 ? "1 client" : `${clients} clients`;
  return [
    `  Server${index} ${address}  ${state}${dead}, ${formatBytes(sent)} sent, ` +
    `${formatRate(rate)}, ${connected}`,
  ];
}
