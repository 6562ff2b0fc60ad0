import type { ServerEvent, ServerStatus } from "./server_event.ts";
import type { OperatorView, Reply } from "./operator_view.ts";
import { promptLine, type Typing } from "../terminal/prompt_line.ts";
import { type Region, Screen, type ScreenDevice, type ScreenSize } from "../terminal/screen.ts";
import { EMPTY_SERVER_MODEL, nextServerModel, type ServerModel } from "./server_model.ts";
import { serverNews } from "./server_news.ts";
import { serverRegion } from "./server_region.ts";
import { serverTable } from "./server_table.ts";
import type { TerminalTraits } from "../terminal/terminal_traits.ts";

/**
 * A server process as it works, in a terminal, with a prompt below when somebody may type.
 *
 * @example
 * ```ts
 * const view = new ServerView(device, traits, true);
 * view.showTyping({ text: "", cursor: 0 });
 * const serving = await serve(options, (event) => view.show(event));
 * ```
 */
export class ServerView implements OperatorView {
  #model: ServerModel = EMPTY_SERVER_MODEL;
  #typing: Typing | undefined;
  readonly #screen: Screen;

  /** @param hasTable Whether the status of all servers is always in sight. */
  constructor(
    private readonly device: ScreenDevice,
    private readonly traits: TerminalTraits,
    private readonly hasTable: boolean,
  ) {
    this.#screen = new Screen(device, traits, (size) => this.#region(size));
  }

  /** Every server as it was last heard of. */
  get servers(): readonly ServerStatus[] {
    return this.#model.servers;
  }

  show(event: ServerEvent): void {
    this.#model = nextServerModel(this.#model, event);
    switch (event.type) {
      case "served":
      case "notice":
        return this.#screen.print(...serverNews(event));
      case "listening":
      case "server":
      case "manifest":
        // The table says all this; without one it takes words.
        if (!this.hasTable) this.#screen.print(...serverNews(event));
        return this.#screen.refresh();
      case "status":
        return this.#screen.refresh();
    }
  }

  reply({ lines, status }: Reply): void {
    const { columns } = this.device.size();
    const table = status === undefined
      ? []
      : serverTable(status, status, columns, this.traits.glyphs);
    this.#screen.print(...lines.map((line) => [line]), ...table);
  }

  /** Keeps a line that was typed. */
  echo(line: string): void {
    this.#screen.print([`> ${line}`]);
  }

  /** Shows how a line might go on. */
  suggest(candidates: readonly string[]): void {
    this.#screen.print([candidates.join(" ")]);
  }

  /** Shows what is being typed; undefined: nobody can type any more. */
  showTyping(typing: Typing | undefined): void {
    this.#typing = typing;
    this.#screen.refresh();
  }

  /** Draws anew, for a terminal that changed its size. */
  refresh(): void {
    this.#screen.refresh();
  }

  /** Draws anew on an empty screen. */
  clear(): void {
    this.#screen.clear();
  }

  /** Draws anew below whatever is there, for a terminal that others have used. */
  restart(): void {
    this.#screen.restart();
  }

  close(): void {
    this.#typing = undefined;
    this.#screen.close((size) => this.#region(size));
  }

  #region({ columns, rows }: ScreenSize): Region {
    const table = (rows: number) =>
      this.hasTable ? serverRegion(this.#model, { columns, rows }, this.traits.glyphs) : [];
    if (this.#typing === undefined) return { lines: table(rows) };
    const { line, cursor } = promptLine(this.#typing, columns);
    return { lines: [...table(rows - 1), line], cursor };
  }
}
