import type { ByteRange } from "../../byte_range.ts";
import type { ClientEvent, PieceMap, SourceFigures, SourceState } from "./client_event.ts";
import { type ByteUnit, comparableUnits, steadyUnit } from "../format_figures.ts";

/** What is known about one server. */
export interface SourceRow {
  /** 1 for Server1. */
  readonly index: number;
  /** `host:port`. */
  readonly address: string;
  readonly state: SourceState;
  /** Why it failed, in words. */
  readonly reason?: string;
  /** Bytes taken from it in this run. */
  readonly received: number;
  /** Bytes that are its to deliver, and which. */
  readonly remaining: number;
  readonly portion: readonly ByteRange[];
  /** Bytes per second. */
  readonly rate: number;
  /** The unit in which its rate is said. */
  readonly rateUnit: ByteUnit;
}

/** What is known about a download: the sum of the events so far. */
export interface ClientModel {
  /** Before the start: who has not answered yet, and for how many seconds. */
  readonly waiting?: {
    readonly servers: readonly { readonly address: string; readonly reason: string }[];
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
    /** Bytes in every piece but the last. */
    readonly pieceLength: number;
  };
  readonly servers: readonly SourceRow[];
  /** What each piece of the file is; empty before the first look at it. */
  readonly pieces: PieceMap;
  /** Seconds since the start. */
  readonly elapsed: number;
  /** Bytes taken over the network in this run. */
  readonly received: number;
  /** Bytes of the file that are on disk. */
  readonly completed: number;
  /** Bytes per second now, and the unit in which that is said. */
  readonly rate: number;
  readonly rateUnit: ByteUnit;
  /** The unit in which the average is said. */
  readonly averageUnit: ByteUnit;
  /** Bytes that wait for paused servers. */
  readonly held: number;
  /** Seconds until all that can move is there; null when nothing does. */
  readonly eta: number | null;
  /** The file is complete; `sha256` when it was verified. */
  readonly done?: { readonly sha256: string | null };
}

/** Before anything has happened. */
export const EMPTY_CLIENT_MODEL: ClientModel = {
  servers: [],
  pieces: new Int16Array(0),
  elapsed: 0,
  received: 0,
  completed: 0,
  rate: 0,
  rateUnit: 0,
  averageUnit: 0,
  held: 0,
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
      return { ...model, waiting: { servers: event.servers, elapsed: event.elapsed } };
    case "start": {
      const { name, size, output, kept, pieceLength } = event;
      // What is known of another file that was fetched before says nothing about this one.
      return {
        ...EMPTY_CLIENT_MODEL,
        file: { name, size, output, kept, pieceLength },
        completed: kept,
        servers: event.servers.map(({ index, address }) => ({ ...findSource([], index), address })),
      };
    }
    case "progress": {
      const { elapsed, received, completed, rate, held, eta, pieces } = event;
      const rateUnit = steadyUnit(rate, model.rateUnit);
      const servers = withFigures(model.servers, event.servers);
      const averageUnit = steadyUnit(averageRate({ received, elapsed }), model.averageUnit);
      const figures = { elapsed, received, completed, rate, rateUnit, averageUnit, held, eta };
      return { ...model, ...figures, servers, pieces };
    }
    case "server": {
      const { index, state, reason } = event;
      const known = findSource(model.servers, index);
      const row = { ...known, address: event.address ?? known.address, state, reason };
      return { ...model, servers: withRows(model.servers, [row]) };
    }
    case "done": {
      const { size, elapsed, received, rate, sha256 } = event;
      const servers = withFigures(model.servers, event.servers);
      return {
        ...model,
        elapsed,
        received,
        completed: size,
        rate,
        held: 0,
        eta: 0,
        servers,
        done: { sha256 },
      };
    }
    case "offer":
    case "notice":
      return model;
  }
}

/** Bytes per second on average since the start. */
export function averageRate(
  { received, elapsed }: Pick<ClientModel, "received" | "elapsed">,
): number {
  return elapsed > 0 ? received / elapsed : 0;
}

function findSource(servers: readonly SourceRow[], index: number): SourceRow {
  return servers.find((server) => server.index === index) ?? {
    index,
    address: `Server${index}`,
    state: "connecting",
    received: 0,
    remaining: 0,
    portion: [],
    rate: 0,
    rateUnit: 0,
  };
}

function withFigures(
  servers: readonly SourceRow[],
  figures: readonly SourceFigures[],
): readonly SourceRow[] {
  const before = figures.map(({ index }) => findSource(servers, index));
  const units = comparableUnits(
    figures.map(({ rate }, at) => ({ rate, before: before[at]?.rateUnit ?? 0 })),
  );
  return withRows(
    servers,
    figures.map(({ index, state, received, remaining, portion, rate }, at) => ({
      ...findSource(before, index),
      state,
      received,
      remaining,
      portion,
      rate,
      rateUnit: units[at] ?? 0,
    })),
  );
}

function withRows(servers: readonly SourceRow[], rows: readonly SourceRow[]): readonly SourceRow[] {
  const all = new Map([...servers, ...rows].map((server) => [server.index, server]));
  return [...all.values()].sort((a, b) => a.index - b.index);
}
