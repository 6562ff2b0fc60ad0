import type { ClientEvent } from "./client_event.ts";
import { type ClientModel, EMPTY_CLIENT_MODEL, nextClientModel } from "./client_model.ts";
import { whatBecame } from "./client_news.ts";
import { clientRegion } from "./client_region.ts";
import { clientOffer } from "./client_offer.ts";
import { clientSummary } from "./client_summary.ts";
import { Screen, type ScreenDevice, type ScreenSize } from "../terminal/screen.ts";
import type { Line } from "../terminal/styled_text.ts";
import type { TerminalTraits } from "../terminal/terminal_traits.ts";
import type { View } from "../view.ts";

/**
 * A download as it happens, in a terminal.
 *
 * @example
 * ```ts
 * const view = new ClientView(device, traits, 60);
 * await download(options, (event) => view.show(event), signal);
 * view.close();
 * ```
 */
export class ClientView implements View<ClientEvent> {
  #model: ClientModel = EMPTY_CLIENT_MODEL;
  #screen: Screen;
  /** Whether a file is done; another one may follow, as of a Metalink that lists several. */
  #isDone = false;

  /** @param wait Seconds for which servers are waited for. */
  constructor(
    private readonly device: ScreenDevice,
    private readonly traits: TerminalTraits,
    private readonly wait: number,
  ) {
    this.#screen = this.#open();
  }

  show(event: ClientEvent): void {
    if (this.#isDone) {
      this.#isDone = false;
      this.#model = EMPTY_CLIENT_MODEL;
      this.#screen = this.#open();
    }
    this.#model = nextClientModel(this.#model, event);
    switch (event.type) {
      case "waiting":
      case "start":
      case "progress":
        return this.#screen.refresh();
      case "server":
        // The table shows every state; the reason for a bad one is worth keeping.
        if (event.reason !== undefined) this.#screen.print([whatBecame(event)]);
        return this.#screen.refresh();
      case "offer":
        this.#screen.print(...clientOffer(event));
        this.#isDone = true;
        return this.#screen.close();
      case "notice":
        return this.#screen.print([event.message]);
      case "done":
        this.#screen.print(...clientSummary(this.#model, this.device.size().columns));
        this.#isDone = true;
        return this.#screen.close();
    }
  }

  /** Draws anew, for a terminal that changed its size. */
  refresh(): void {
    this.#screen.refresh();
  }

  /** Draws anew below whatever is there, for a terminal that others have used. */
  restart(): void {
    this.#screen.restart();
  }

  /** Leaves the last picture, unless nothing but waiting was in it. */
  close(): void {
    this.#screen.close((size) => ({
      lines: this.#model.file === undefined ? [] : this.#region(size),
    }));
  }

  #open(): Screen {
    return new Screen(this.device, this.traits, (size) => ({ lines: this.#region(size) }));
  }

  #region(size: ScreenSize): Line[] {
    const look = { glyphs: this.traits.glyphs, wait: this.wait };
    return clientRegion(this.#model, size, look);
  }
}
