import { type ByteUnit, comparableUnits } from "../format_figures.ts";
import type { ClientStatus, ServerEvent, ServerStatus } from "./server_event.ts";

/** Whose rate is said in which unit. */
interface SteadyRate {
  /** Absent: the one that makes the number handiest. */
  readonly rateUnit?: ByteUnit;
}

/** What is known about one server. */
export type ServerRow = ServerStatus & SteadyRate;

/** What is known about one client. */
export type ClientRow = ClientStatus & SteadyRate;

/** What is known about the servers of a process: the sum of the events so far. */
export interface ServerModel {
  readonly servers: readonly ServerRow[];
  /** Who takes what. */
  readonly clients: readonly ClientRow[];
  /** What is served: every file once. */
  readonly files: readonly {
    /** Its path. */
    readonly file: string;
    /** Bytes. */
    readonly size: number;
    /** Of the file; undefined until it is known. */
    readonly sha256?: string;
  }[];
  /** Files whose digests are still being computed. */
  readonly manifests: readonly {
    readonly file: string;
    /** Bytes. */
    readonly done: number;
    readonly size: number;
  }[];
}

/** Before anything has happened. */
export const EMPTY_SERVER_MODEL: ServerModel = {
  servers: [],
  clients: [],
  files: [],
  manifests: [],
};

/**
 * What is known after one more event.
 *
 * @example
 * ```ts
 * const model = events.reduce(nextServerModel, EMPTY_SERVER_MODEL);
 * ```
 */
export function nextServerModel(model: ServerModel, event: ServerEvent): ServerModel {
  switch (event.type) {
    case "listening":
      return {
        ...model,
        files: [...new Map(event.servers.map(({ file, size }) => [file, { file, size }])).values()],
        servers: event.servers.map(({ index, address }): ServerStatus => ({
          index,
          address,
          state: "listening",
          alive: true,
          sent: 0,
          rate: 0,
          clients: 0,
        })),
      };
    case "server":
      return {
        ...model,
        servers: model.servers.map((server) =>
          server.index === event.index ? { ...server, state: event.state } : server
        ),
      };
    case "status":
      return {
        ...model,
        servers: withUnits(event.servers, model.servers, isSameServer),
        clients: withUnits(event.clients ?? [], model.clients, isSameClient),
      };
    case "manifest": {
      const { file, done, size, sha256 } = event;
      const files = model.files.map((each) => each.file === file ? { ...each, sha256 } : each);
      const others = model.manifests.filter((manifest) => manifest.file !== file);
      const manifests = done < size ? [...others, { file, done, size }] : others;
      return { ...model, files, manifests };
    }
    case "served":
    case "notice":
      return model;
  }
}

function isSameServer(one: ServerStatus, other: ServerStatus): boolean {
  return one.index === other.index;
}

function isSameClient(one: ClientStatus, other: ClientStatus): boolean {
  return one.address === other.address && one.size === other.size;
}

/** Rates that change keep their units where they can. */
function withUnits<Row extends { readonly rate: number }>(
  rows: readonly Row[],
  before: readonly (Row & SteadyRate)[],
  isSame: (one: Row, other: Row) => boolean,
): (Row & SteadyRate)[] {
  const units = comparableUnits(rows.map((row) => ({
    rate: row.rate,
    before: before.find((other) => isSame(row, other))?.rateUnit ?? 0,
  })));
  return rows.map((row, at) => ({ ...row, rateUnit: units[at] }));
}
