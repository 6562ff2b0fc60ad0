import type { ClientEvent, SourceProgress, SourceState } from "../client/client_event.ts";

/** What is known about one server. */
export interface SourceRow {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  readonly state: SourceState;
  /** Bytes taken from it in this run. */
  readonly received: number;
  /** Bytes per second. */
  readonly rate: number;
}

/** What is known about a download: the sum of the events so far. */
export interface ClientModel {
  /** Before the start: who has not answered yet, why, and for how many seconds. */
  readonly waiting?: {
    readonly addresses: readonly string[];
    /** Why, in words; empty where that is not known yet. */
    readonly reasons: readonly string[];
    readonly elapsed: number;
  };
  /** What is fetched; undefined before the start. */
  readonly file?: {
    readonly name: string;
    /** Bytes. */
    readonly size: number;
    readonly output: string;
    /** Bytes that an earlier run had fetched. */
    readonly kept: number;
  };
  readonly servers: readonly SourceRow[];
  /** Seconds since the start. */
  readonly elapsed: number;
  /** Bytes taken over the network in this run. */
  readonly received: number;
  /** Bytes of the file that are on disk. */
  readonly completed: number;
  /** Bytes per second now. */
  readonly rate: number;
  /** Seconds until the end; null when nothing moves. */
  readonly eta: number | null;
  /** The file is complete; `sha256` when it was verified. */
  readonly done?: { readonly sha256: string | null };
}

/** Before anything has happened. */
export const EMPTY_CLIENT_MODEL: ClientModel = {
  servers: [],
  elapsed: 0,
  received: 0,
  completed: 0,
  rate: 0,
  eta: null,
};

/**
 * What is known after one more event.
 *
 * @example
 * ```ts
 * const model = events.reduce(nextClientModel, EMPTY_CLIENT_MODEL);
 * ```
 */
export function nextClientModel(model: ClientModel, event: ClientEvent): ClientModel {
  switch (event.type) {
    case "waiting":
      return {
        ...model,
        waiting: { addresses: event.addresses, reasons: event.reasons, elapsed: event.elapsed },
      };
    case "start": {
      const { name, size, output, kept } = event;
      return {
        ...model,
        waiting: undefined,
        file: { name, size, output, kept },
        completed: kept,
        servers: event.servers.map(({ index, address }) => ({
          ...findSource(model.servers, index),
          address,
        })),
      };
    }
    case "progress": {
      const { elapsed, received, completed, rate, eta } = event;
      const servers = withProgress(model.servers, event.servers);
      return { ...model, elapsed, received, completed, rate, eta, servers };
    }
    case "server":
      return {
        ...model,
        servers: withProgress(model.servers, [{
          ...findSource(model.servers, event.index),
          state: event.state,
        }]),
      };
    case "done": {
      const { size, elapsed, received, rate, sha256 } = event;
      const servers = withProgress(model.servers, event.servers);
      return {
        ...model,
        elapsed,
        received,
        completed: size,
        rate,
        eta: 0,
        servers,
        done: { sha256 },
      };
    }
    case "notice":
    case "error":
      return model;
  }
}

/** Bytes per second on average since the start. */
export function averageRate({ received, elapsed }: ClientModel): number {
  return elapsed > 0 ? received / elapsed : 0;
}

function findSource(servers: readonly SourceRow[], index: number): SourceRow {
  return servers.find((server) => server.index === index) ??
    { index, address: `Server${index}`, state: "connecting", received: 0, rate: 0 };
}

function withProgress(
  servers: readonly SourceRow[],
  updates: readonly SourceProgress[],
): readonly SourceRow[] {
  const rows = new Map(servers.map((server) => [server.index, server]));
  for (const { index, state, received, rate } of updates) {
    rows.set(index, { ...findSource(servers, index), state, received, rate });
  }
  return [...rows.values()].sort((a, b) => a.index - b.index);
}
