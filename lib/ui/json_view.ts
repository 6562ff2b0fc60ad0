import type { ClientEvent, SourceFigures } from "./client/client_event.ts";
import type { ServerEvent, ServerStatus } from "./server/server_event.ts";
import type { OperatorView, Reply } from "./server/operator_view.ts";
import type { WriteText } from "./output.ts";
import type { View } from "./view.ts";

/** What JSON leaves alone and a terminal might obey. */
const UNESCAPED_CONTROLS = /[\u007f-\u009f\u2028\u2029]/g;

/** Changes when a field goes, or means something else; not when fields or types are added. */
const VERSION = 1;

/**
 * Everything a program tells, one JSON object per line, with the fields of docs/json.md and no others.
 *
 * @example
 * ```ts
 * const view = new JsonView(clientRecord, (text, kind) => output.write(text, kind));
 * view.show({ type: "server", index: 1, state: "paused" });
 * // {"v":1,"type":"server","index":1,"state":"paused"}
 * ```
 */
export class JsonView<Event extends { readonly type: string }> implements View<Event> {
  /** @param record The object for an event; undefined when the event is not for scripts. */
  constructor(
    private readonly record: (event: Event) => object | undefined,
    private readonly write: WriteText,
  ) {}

  show(event: Event): void {
    const record = this.record(event);
    if (record === undefined) return;
    const kind = event.type === "progress" || event.type === "status" ? "figures" : "news";
    this.write(`${formatRecord(record)}\n`, kind);
  }

  close(): void {}
}

/** The servers' JSON. */
export class JsonServerView extends JsonView<ServerEvent> implements OperatorView {
  readonly #write: WriteText;

  constructor(write: WriteText) {
    super(serverRecord, write);
    this.#write = write;
  }

  reply({ command, ok, servers, lines, status }: Reply): void {
    const message = lines.length === 0 ? undefined : lines.join("\n");
    const about = status?.map(statusFields) ?? servers;
    this.#write(
      `${formatRecord({ type: "reply", command, ok, servers: about, message })}\n`,
      "news",
    );
  }
}

/** The object of `mpclient --json` for an event. */
export function clientRecord(event: ClientEvent): object | undefined {
  switch (event.type) {
    case "waiting": {
      const { type, elapsed, servers } = event;
      return {
        type,
        elapsed: toMs(elapsed),
        servers: servers.map(({ address, reason }) => ({ address, reason })),
      };
    }
    case "start": {
      const { type, name, size, output, kept } = event;
      return { type, name, size, output, kept, servers: event.servers.map(addressFields) };
    }
    case "offer":
      return event;
    case "progress": {
      const { type, elapsed, received, completed, rate, held, eta } = event;
      return {
        type,
        elapsed: toMs(elapsed),
        received,
        completed,
        rate: Math.round(rate),
        held,
        eta: eta === null ? null : toMs(eta),
        servers: event.servers.map(sourceFields),
      };
    }
    case "server": {
      const { type, index, state, reason, address } = event;
      return { type, index, state, reason, address };
    }
    case "notice":
      return noticeFields(event);
    case "done": {
      const { type, size, received, elapsed, rate, sha256 } = event;
      const servers = event.servers.map(sourceFields);
      return {
        type,
        size,
        received,
        elapsed: toMs(elapsed),
        rate: Math.round(rate),
        sha256,
        servers,
      };
    }
  }
}

/** The object of `mpserver --json` for an event. */
function serverRecord(event: ServerEvent): object | undefined {
  switch (event.type) {
    case "listening":
      return {
        type: event.type,
        servers: event.servers.map((server) => {
          const { index, address, file, size } = server;
          return { index, address, file, size };
        }),
      };
    case "server": {
      const { type, index, state } = event;
      return { type, index, state };
    }
    case "status":
      return { type: event.type, servers: event.servers.map(statusFields) };
    case "served": {
      const { type, index, client, bytes, connections } = event;
      return { type, index, client, bytes, connections };
    }
    case "manifest":
      return event.done < event.size ? undefined : {
        type: "digests",
        file: event.file,
        sha256: event.sha256,
      };
    case "notice":
      return noticeFields(event);
  }
}

/** The line that tells how a program ended, if it is not a good end. */
export interface ErrorRecord {
  readonly type: "error";
  /** The exit code. */
  readonly code: number;
  readonly message: string;
}

/** An object as one line that does nothing to a terminal. */
export function formatRecord(record: object): string {
  return JSON.stringify({ v: VERSION, ...record }).replace(
    UNESCAPED_CONTROLS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Seconds, to the millisecond. */
function toMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function addressFields({ index, address }: { readonly index: number; readonly address: string }) {
  return { index, address };
}

function sourceFields({ index, state, received, remaining, rate }: SourceFigures) {
  return { index, state, received, remaining, rate: Math.round(rate) };
}

function statusFields({ index, address, state, alive, sent, rate, clients }: ServerStatus) {
  return { index, address, state, alive, sent, rate: Math.round(rate), clients };
}

function noticeFields({ type, message }: { readonly type: "notice"; readonly message: string }) {
  return { type, message };
}
