import { now } from "../../clock.ts";
import type { ServerStatus } from "../server/server_event.ts";
import { formatBytes, formatRate } from "../format_figures.ts";
import type { ControlAction, DashboardModel, Figures } from "./dashboard.ts";
import { rateFigure } from "./rate_figure.ts";
import { RateHistories, type RateHistory } from "./rate_history.ts";

/** What the page of `mpserver` needs of the servers. */
export interface ServerControls {
  /** The figures of all servers now. */
  status(): readonly ServerStatus[];
  /** Does what a button asks for; answers in words. */
  control(action: ControlAction, server: number): string;
}

/** What the page of `mpserver` shows. */
export class ServerDashboard implements DashboardModel {
  readonly #title: string;
  readonly #servers: ServerControls;
  readonly #histories = new RateHistories();

  /** @param title The names of the files that are served. */
  constructor(title: string, servers: ServerControls) {
    this.#title = title;
    this.#servers = servers;
  }

  figures(): Figures {
    const servers = this.#servers.status();
    this.#histories.add(servers, now());
    const rate = servers.reduce((sum, server) => sum + server.rate, 0);
    const sent = servers.reduce((sum, server) => sum + server.sent, 0);
    return {
      title: this.#title,
      headline: `${rate > 0 ? `${formatRate(rate)}, ` : ""}${formatBytes(sent)} sent`,
      columns: ["Sent", "Rate", "Clients"],
      controls: true,
      servers: servers.map((server) => ({
        index: server.index,
        address: server.address,
        state: server.state,
        rate: server.rate,
        numbers: [formatBytes(server.sent), rateFigure(server.rate), String(server.clients)],
      })),
    };
  }

  history(): readonly RateHistory[] {
    return this.#histories.all;
  }

  control(action: ControlAction, server: number): string {
    return this.#servers.control(action, server);
  }
}
