import { now } from "../../clock.ts";
import type { ClientEvent, PieceMap } from "../client/client_event.ts";
import {
  formatBytes,
  formatClock,
  formatDuration,
  formatPercent,
  formatRate,
} from "../format_figures.ts";
import type { DashboardModel, DashboardServer, Figures } from "./dashboard.ts";
import { rateFigure } from "./rate_figure.ts";
import { RateHistories, type RateHistory } from "./rate_history.ts";

/** What the page of `mpclient` shows: the sum of the events so far. */
export class ClientDashboard implements DashboardModel {
  readonly #histories = new RateHistories();
  readonly #servers = new Map<number, DashboardServer>();
  #title = "Multiport";
  #headline = "Waiting for servers";
  #size = 0;
  #progress: number | undefined;
  #notice: string | undefined;
  #pieces: PieceMap = new Int16Array(0);
  #isOver = false;

  /** Takes note of what happened. */
  show(event: ClientEvent): void {
    switch (event.type) {
      case "waiting":
        this.#notice = `Waiting for ${event.servers.map(({ address }) => address).join(", ")}`;
        return;
      case "start":
        this.#title = event.name;
        this.#size = event.size;
        this.#notice = undefined;
        for (const { index, address } of event.servers) this.#put({ index, address });
        return;
      case "progress": {
        const { completed, rate, held, eta } = event;
        this.#progress = this.#size > 0 ? completed / this.#size : 1;
        const left = eta === null ? "" : `, ${formatClock(eta)} left`;
        const paused = event.servers.filter(({ state, remaining }) =>
          state === "paused" && remaining > 0
        );
        const whom = paused.map(({ index }) => `Server${index}`).join(", ");
        const waits = held === 0 ? "" : `; ${formatBytes(held)} wait for ${whom} to be resumed`;
        const speed = rate > 0 ? `, ${formatRate(rate)}` : "";
        this.#headline = `${formatPercent(completed, this.#size)} of ${formatBytes(this.#size)}` +
          speed + left + waits;
        for (const { index, state, received, rate } of event.servers) {
          this.#put({ index, state, rate, numbers: [formatBytes(received), rateFigure(rate)] });
        }
        this.#pieces = event.pieces;
        this.#histories.add(event.servers, now());
        return;
      }
      case "server":
        return this.#put({ index: event.index, state: event.state, reason: event.reason ?? "" });
      case "offer":
        this.#title = event.name;
        this.#isOver = true;
        return;
      case "notice":
        this.#notice = event.message;
        return;
      case "done":
        this.#progress = 1;
        this.#isOver = true;
        this.#headline = `Done: ${formatBytes(event.size)} in ${formatDuration(event.elapsed)}`;
        return;
    }
  }

  figures(): Figures {
    return {
      title: this.#title,
      headline: this.#headline,
      progress: this.#progress,
      columns: ["Received", "Rate"],
      controls: false,
      servers: [...this.#servers.values()],
      notice: this.#notice,
      over: this.#isOver,
    };
  }

  history(): readonly RateHistory[] {
    return this.#histories.all;
  }

  pieces(): PieceMap {
    return this.#pieces;
  }

  #put(change: Partial<DashboardServer> & Pick<DashboardServer, "index">): void {
    const before = this.#servers.get(change.index) ?? {
      index: change.index,
      address: "",
      state: "connecting",
      rate: 0,
      numbers: [formatBytes(0), rateFigure(0)],
    };
    this.#servers.set(change.index, { ...before, ...change });
  }
}
