import type { ClientEvent } from "../client/client_event.ts";
import {
  averageRate,
  type ClientModel,
  EMPTY_CLIENT_MODEL,
  nextClientModel,
} from "./client_model.ts";
import { clientOffer } from "./client_offer.ts";
import { clientSummary } from "./client_summary.ts";
import { formatBytes, formatClock, formatPercent, formatRate } from "./format_figures.ts";
import { outlook } from "./outlook.ts";
import type { WriteText } from "./output.ts";
import { type Line, renderLine } from "./styled_text.ts";
import type { View } from "./view.ts";

/** Lines for logs are not cut; only columns that would not help on any paper are left out. */
const LOG_COLUMNS = 200;
/** Seconds between two lines about the same servers that do not answer. */
const WAITING_EVERY = 10;

/**
 * A download as lines of text, for files, pipes and terminals that cannot redraw: a block of lines
 * for every look at the figures, and a line for every change.
 *
 * @example
 * ```ts
 * const view = new ClientPlainView((text, kind) => output.write(text, kind), 60);
 * ```
 */
export class ClientPlainView implements View<ClientEvent> {
  #model: ClientModel = EMPTY_CLIENT_MODEL;
  #waitingFor = "";
  #waitingShown = -Infinity;

  /** @param wait Seconds for which servers are waited for. */
  constructor(
    private readonly write: WriteText,
    private readonly wait: number,
  ) {}

  show(event: ClientEvent): void {
    const before = this.#model;
    this.#model = nextClientModel(before, event);
    const kind = event.type === "progress" ? "figures" : "news";
    const lines = this.#lines(event, before).map((line) => `${renderLine(line, false)}\n`);
    if (lines.length > 0) this.write(lines.join(""), kind);
  }

  close(): void {}

  #lines(event: ClientEvent, before: ClientModel): readonly Line[] {
    switch (event.type) {
      case "waiting":
        return this.#waitingLines(event);
      case "start":
        return [startLine(event)];
      case "progress":
        return this.#progressLines();
      case "server": {
        if (!isTurn(event, before)) return [];
        const reason = event.reason === undefined ? "" : `: ${event.reason}`;
        return [[`Server${event.index} ${event.state}${reason}`]];
      }
      case "offer":
        return clientOffer(event);
      case "notice":
        return [[event.message]];
      case "done":
        return clientSummary(this.#model, LOG_COLUMNS);
      case "error":
        return [];
    }
  }

  #waitingLines({ servers, elapsed }: WaitingEvent): Line[] {
    const names = servers.map(({ address }) => address).join(", ");
    if (names === this.#waitingFor && elapsed - this.#waitingShown < WAITING_EVERY) return [];
    this.#waitingFor = names;
    this.#waitingShown = elapsed;
    const whom = servers.map(({ address, reason }) =>
      reason === "" ? address : `${address} (${reason})`
    );
    return [[
      `waiting for ${whom.join(", ")}: ${formatClock(elapsed)} of ${formatClock(this.wait)}`,
    ]];
  }

  #progressLines(): Line[] {
    const { file, completed, elapsed, rate, servers } = this.#model;
    const size = file?.size ?? 0;
    const { left, waiting } = outlook(this.#model);
    const prospects = [left, waiting].map((each) => each === undefined ? "" : `, ${each}`).join("");
    const whole = `${formatClock(elapsed)}  ${formatPercent(completed, size)}, ` +
      `${formatBytes(completed)} of ${formatBytes(size)}, ${formatRate(rate)}, ` +
      `average ${formatRate(averageRate(this.#model))}${prospects}`;
    return [
      [whole],
      ...servers.map((server): Line => [
        `  Server${server.index} ${server.address}  ${server.state}, ` +
        `${formatBytes(server.received)}, ${formatRate(server.rate)}`,
      ]),
    ];
  }
}

function startLine({ name, size, kept, servers, output }: StartEvent): Line {
  const addresses = servers.map(({ address }) => address).join(", ");
  const rest = kept > 0 ? `, of which ${formatBytes(kept)} are here already,` : "";
  return [`${name}: ${formatBytes(size)}${rest} from ${addresses} to ${output}`];
}

/** Whether a change of state is worth a line: all about pauses and failures, not that work is short. */
function isTurn({ index, state }: StateEvent, { servers }: ClientModel): boolean {
  const wasAway = ["paused", "failed"].includes(
    servers.find((server) => server.index === index)?.state ?? "",
  );
  return wasAway || ["paused", "failed", "terminated"].includes(state);
}

type WaitingEvent = Extract<ClientEvent, { type: "waiting" }>;
type StartEvent = Extract<ClientEvent, { type: "start" }>;
type StateEvent = Extract<ClientEvent, { type: "server" }>;
