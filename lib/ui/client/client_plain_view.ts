import type { ClientEvent, SourceState } from "./client_event.ts";
import {
  averageRate,
  type ClientModel,
  EMPTY_CLIENT_MODEL,
  nextClientModel,
  type SourceRow,
} from "./client_model.ts";
import { whatBecame } from "./client_news.ts";
import { clientOffer } from "./client_offer.ts";
import { clientSummary } from "./client_summary.ts";
import { formatBytes, formatClock, formatPercent, formatRate } from "../format_figures.ts";
import { sourceInterest } from "./client_table.ts";
import { etaText } from "./eta_text.ts";
import type { WriteText } from "../output.ts";
import { chooseRows, countStates } from "../terminal/row_choice.ts";
import { type Line, renderLine } from "../terminal/styled_text.ts";
import type { View } from "../view.ts";

/** Servers that get a line each; of more than that, those that need attention. */
const MAX_LISTED = 16;
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
        return isTurn(event, before) ? [[whatBecame(event)]] : [];
      }
      case "offer":
        return clientOffer(event);
      case "notice":
        return [[event.message]];
      case "done":
        return clientSummary(this.#model, LOG_COLUMNS);
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
    const time = `${formatClock(elapsed)} of ${formatClock(this.wait)}`;
    return [[`waiting for ${listed(whom)}: ${time}`]];
  }

  #progressLines(): Line[] {
    const { file, completed, elapsed, rate, servers } = this.#model;
    const size = file?.size ?? 0;
    const { left, waiting } = etaText(this.#model);
    const prospects = [left, waiting].map((each) => each === undefined ? "" : `, ${each}`).join("");
    const whole = `${formatClock(elapsed)}  ${formatPercent(completed, size)}, ` +
      `${formatBytes(completed)} of ${formatBytes(size)}, ${formatRate(rate)}, ` +
      `average ${formatRate(averageRate(this.#model))}${prospects}`;
    const { shown, hidden } = chooseRows(servers, MAX_LISTED, sourceInterest(servers));
    return [
      [whole],
      ...shown.map(sourceLine),
      ...hidden.length === 0 ? [] : [[`  and ${hidden.length} more: ${countStates(hidden)}`]],
    ];
  }
}

function sourceLine({ index, address, state, received, rate }: SourceRow): Line {
  const now = state === "downloading" && rate > 0 ? `, ${formatRate(rate)}` : "";
  return [`  Server${index} ${address}  ${state}, ${formatBytes(received)}${now}`];
}

function startLine({ name, size, kept, servers, output }: StartEvent): Line {
  const addresses = listed(servers.map(({ address }) => address));
  const rest = kept > 0 ? `, of which ${formatBytes(kept)} are here already,` : "";
  return [`${name}: ${formatBytes(size)}${rest} from ${addresses} to ${output}`];
}

function listed(names: readonly string[]): string {
  if (names.length <= MAX_LISTED) return names.join(", ");
  const more = names.length - MAX_LISTED + 1;
  return `${names.slice(0, -more).join(", ")} and ${more} more`;
}

/** States that a server cannot deliver in. */
const AWAY: ReadonlySet<SourceState | undefined> = new Set(["paused", "waiting", "failed"]);

/** Whether a change of state is worth a line: that a server goes away or comes back, not that work is short. */
function isTurn({ index, state, reason, address }: StateEvent, { servers }: ClientModel): boolean {
  if (reason !== undefined || address !== undefined) return true;
  const before = servers.find((server) => server.index === index)?.state;
  return AWAY.has(before) || AWAY.has(state) || state === "terminated";
}

type WaitingEvent = Extract<ClientEvent, { type: "waiting" }>;
type StartEvent = Extract<ClientEvent, { type: "start" }>;
type StateEvent = Extract<ClientEvent, { type: "server" }>;
