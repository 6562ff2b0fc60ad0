import { now } from "../../lib/clock.ts";
import { TICK_MS } from "../../lib/sources/limits.ts";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Agreement } from "../../lib/sources/agreement.ts";
import type { SourceState } from "../../lib/sources/source_event.ts";
import type { FetchOrder } from "../../lib/transfer/fetch_message.ts";
import type { PoolReport } from "../../lib/transfer/fetch_worker_pool.ts";
import type { PieceFound } from "../../lib/content/piece_digest.ts";
import { Coordinator, type CoordinatorParts } from "../../lib/client/coordinator.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { MIN_PIECE_LENGTH } from "../../lib/content/manifest.ts";
import type { ByteRange } from "../../lib/byte_range.ts";
import { PieceStore } from "../../lib/content/piece_store.ts";
import type { Block } from "../../lib/plan/plan_event.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Log } from "./log.ts";
import { type CopyOfTest, SourcesRig } from "../sources/sources_rig.ts";

export const PIECE = MIN_PIECE_LENGTH;
export const COUNT = 8;
export const SIZE = COUNT * PIECE;

/** The right digest of every piece is its number: no bytes are hashed here. */
export const MANIFEST = {
  name: "a",
  size: SIZE,
  sha256: "whole",
  pieceLength: PIECE,
  pieces: Array.from({ length: COUNT }, (_, piece) => `${piece}`),
};

type Order = Extract<FetchOrder, { source: number }>;

/** A transfer between servers and engines that do and say what a test has them do and say. */
export class CoordinatorRig extends SourcesRig implements AsyncDisposable {
  readonly orders = new Log<Order>();
  /** Pieces that were read back. */
  readonly read: number[] = [];
  /** What lies on disk, where it is not right. */
  readonly onDisk = new Map<number, string>();
  readonly pieces = new PieceStore(SIZE, PIECE);
  readonly transfer: Coordinator;
  /** Sources whose threads do not get on. */
  readonly stuck = new Set<number>();
  readonly #pool: { onReport: (report: PoolReport) => void };
  /** Blocks that were delivered, by their numbers. */
  readonly #delivered = new Set<number>();
  readonly #over = new AbortController();
  #end = Promise.resolve();

  /**
   * @param copy What all servers say at first.
   * @param late How many others have not answered, and for how many seconds they are waited for.
   */
  constructor(
    servers: number,
    settings: Partial<CoordinatorParts["settings"]> = {},
    copy: CopyOfTest = {},
    late: { readonly servers: number; readonly seconds: number } = { servers: 0, seconds: 0 },
  ) {
    super(servers + late.servers);
    const indexes = Array.from({ length: servers }, (_, at) => at + 1);
    this.answer(indexes, { size: SIZE, digest: "a", ...copy });
    const pool = {
      tell: this.orders.add,
      read: (piece: number): Promise<PieceFound> => {
        this.read.push(piece);
        return Promise.resolve({ digest: this.onDisk.get(piece) ?? `${piece}`, written: null });
      },
      onReport: (_: PoolReport) => {},
      isStuck: (source: number) => this.stuck.has(source),
    };
    this.#pool = pool;
    const awaitedUntil = now() + late.seconds;
    this.transfer = new Coordinator({
      settings: {
        verify: true,
        twice: false,
        balance: "adaptive",
        stallTimeout: 600,
        pauseTimeout: Infinity,
        limitRate: undefined,
        ...settings,
      },
      sources: this.sources,
      agreement: new Agreement(this.sources, { votesUntil: awaitedUntil }),
      pieces: this.pieces,
      pool,
      onEvent: this.events.add,
      awaitedUntil,
    });
  }

  /** Lets the coordinator look at the time so often. */
  async ticks(times: number): Promise<void> {
    // Its timer is the older one, and has the same period.
    for (let tick = 0; tick < times; tick += 1) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  /** Begins to fetch what is missing; resolves at the end of the transfer. */
  run(signal?: AbortSignal): Promise<void> {
    return this.prepare(() => Promise.resolve(), signal);
  }

  prepare(prepare: () => Promise<void>, signal = this.#over.signal): Promise<void> {
    const end = beforeDeadline(
      this.transfer.run(prepare, signal),
      () => `${this.states} ${JSON.stringify(this.orders.entries)}`,
    );
    this.#end = end.catch(() => {}); // Who wants to know awaits it.
    return end;
  }

  /** Counts pieces as right that are there: all but those that are named. */
  keepAllBut(...missing: readonly number[]): void {
    for (let piece = 0; piece < COUNT; piece += 1) {
      if (missing.includes(piece)) continue;
      this.pieces.deliver(undefined, this.pieces.rangeOf(piece));
      this.pieces.accept(piece);
    }
  }

  /** The pieces that are right. */
  get right(): number[] {
    return [...this.pieces.in("right")];
  }

  /** What an engine says. */
  report(report: PoolReport): void {
    this.#pool.onReport(report);
  }

  /** Has a source deliver a range; every piece in it has the right digest unless it is named here. */
  deliver(source: number, { start, end }: ByteRange, wrong: Readonly<Record<number, string>> = {}) {
    const pieces = [];
    for (let piece = Math.ceil(start / PIECE); (piece + 1) * PIECE <= end; piece += 1) {
      pieces.push({ piece, digest: wrong[piece] ?? `${piece}` });
    }
    this.report({ type: "delivered", source, range: { start, end }, pieces });
  }

  /** Has a source deliver all that it has been asked for and will be. */
  deliverAll(source: number, wrong: Readonly<Record<number, string>> = {}): void {
    for (let [block] = this.owed(source); block; [block] = this.owed(source)) {
      this.#delivered.add(block.id);
      this.deliver(source, block, wrong);
    }
  }

  /** Blocks that a source was asked for and has not delivered. */
  owed(source: number): Block[] {
    return this.asked(source).filter(({ id }) => !this.#delivered.has(id));
  }

  lose(source: number, reason = "connection reset", final = false): void {
    this.report({ type: "lost", source, reason, final, loss: { kind: "broken" } });
  }

  /** The orders that a source got, of one type. */
  ordersOf<T extends Order["type"]>(source: number, type: T): Extract<Order, { type: T }>[] {
    return this.orders.entries.filter((order): order is Extract<Order, { type: T }> =>
      order.source === source && order.type === type
    );
  }

  /** Which bytes a source was asked for since it was connected last; none once it was dropped. */
  asked(source: number): Block[] {
    const orders = this.orders.entries.filter((order) => order.source === source);
    const last = orders.findLastIndex(({ type }) => type === "connect" || type === "drop");
    if (orders[last]?.type !== "connect") return [];
    return orders.slice(last).flatMap((order) => order.type === "fetch" ? [order.block] : []);
  }

  /** What people were told in words. */
  get notices(): string[] {
    return this.events.entries.flatMap((event) => event.type === "notice" ? [event.message] : []);
  }

  /** The states of a server that people were shown, in order. */
  statesOf(index: number): SourceState[] {
    return this.events.entries.flatMap((event) =>
      event.type === "server" && event.index === index ? [event.state] : []
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#end;
  }
}

/** Sees that a transfer fails, why, and that it says so. */
export async function failsWith(
  end: Promise<void>,
  kind: string,
  ...parts: string[]
): Promise<void> {
  const failure = await assertRejects(() => end, MultiportError);
  assertEquals(failure.code, kind);
  for (const part of parts) assertStringIncludes(failure.message, part);
}

/** Lets promises that are settled be seen. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
}
