import { assertEquals } from "@std/assert";
import type { ConcurrencyLimit, Entry } from "../../lib/transfer/concurrency_limit.ts";
import type { FetchReport } from "../../lib/transfer/fetch_message.ts";
import { FIRST_ADMITTED, TURN_LENGTH } from "../../lib/transfer/limits.ts";
import { nextTurn } from "../../lib/next_turn.ts";
import { partHead } from "../client/content.ts";
import { connecting, FetcherRig, serve } from "./fetcher_rig.ts";
import type { Log } from "../client/log.ts";
import type { Peer } from "../sources/scripted_server.ts";

/** Other sources that keep an engine busy. */
function occupy(admission: ConcurrencyLimit, places: number): Entry[] {
  const entries = Array.from({ length: places }, () => admission.enter(() => {}));
  for (const entry of entries) entry.work();
  return entries;
}

function typesOf(reports: Log<FetchReport>): string[] {
  return reports.entries.map(({ type }) => type);
}

Deno.test("Fetcher asks for nothing before it is admitted, and says so", async () => {
  await using rig = new FetcherRig();
  const others = occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  assertEquals([rig.server.connections, typesOf(rig.reports)], [0, ["deferred"]]);
  others[0]?.leave();
  await serve(await rig.server.peer());
  await rig.deliveredUpTo(100);
  assertEquals(typesOf(rig.reports), ["deferred", "admitted", "delivered"]);
  source.drop("over");
});

Deno.test("Fetcher makes way when it has nothing to ask for", async () => {
  await using rig = new FetcherRig();
  const admitted = Promise.withResolvers<void>();
  occupy(rig.admission, FIRST_ADMITTED - 1);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  const peer = await rig.server.peer();
  rig.admission.enter(() => admitted.resolve());
  await serve(peer);
  await admitted.promise;
  source.drop("over");
});

Deno.test("Fetcher that is dropped while it waits makes way", async () => {
  await using rig = new FetcherRig();
  occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  source.drop("over");
  await nextTurn();
  assertEquals([typesOf(rig.reports), rig.admission.contended], [["deferred", "lost"], false]);
});

Deno.test("Fetcher.trim() to nothing while it waits ends the wait", async () => {
  await using rig = new FetcherRig();
  occupy(rig.admission, FIRST_ADMITTED);
  const source = rig.source();
  const block = rig.fetch(source, 0, 100);
  await rig.reports.first(({ type }) => type === "deferred");
  source.trim(block, 0);
  rig.fetch(source, 200, 300);
  source.trim(block + 1, 200);
  await rig.reports.first(({ type }) => type === "admitted");
  assertEquals([rig.server.connections, rig.admission.contended], [0, false]);
  source.drop("over");
});

/** A source of a file of several turns, in an engine that others keep busy. */
class BusyRig extends FetcherRig {
  static readonly SIZE = 3 * TURN_LENGTH;
  readonly #others = occupy(this.admission, FIRST_ADMITTED - 1);
  #isBusy = true;
  readonly #working = this.#work();

  constructor() {
    super({ size: BusyRig.SIZE, bufferLength: 1024 * 1024 });
  }

  /** The others are done. */
  async relax(): Promise<void> {
    this.#isBusy = false;
    await this.#working;
    for (const other of this.#others) other.leave();
  }

  async send(peer: Peer, start: number, end: number): Promise<void> {
    await peer.send(partHead(start, end, BusyRig.SIZE));
    await peer.send(new Uint8Array(end - start));
  }

  async #work(): Promise<void> {
    for (; this.#isBusy; await nextTurn()) for (const other of this.#others) other.work();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await this.relax();
    await super[Symbol.asyncDispose]();
  }
}

Deno.test("Fetcher asks for a part at a time while others wait", async () => {
  await using rig = new BusyRig();
  const source = rig.source();
  rig.fetch(source, 0, TURN_LENGTH / 2);
  rig.fetch(source, TURN_LENGTH / 2, BusyRig.SIZE);
  await connecting();
  const next = rig.admission.enter(() => {});
  assertEquals(next.admitted, false);
  const peer = await rig.server.peer();
  const half = TURN_LENGTH / 2;
  assertEquals(await peer.range(), [0, half]);
  await rig.send(peer, 0, half);
  assertEquals(await peer.range(), [half, TURN_LENGTH]);
  await rig.send(peer, half, TURN_LENGTH);
  await rig.reports.first(({ type }) => type === "deferred");
  await rig.relax();
  assertEquals(next.admitted, true);
  assertEquals(await peer.range(), [TURN_LENGTH, BusyRig.SIZE]);
  await rig.send(peer, TURN_LENGTH, BusyRig.SIZE);
  await rig.deliveredUpTo(BusyRig.SIZE);
  assertEquals(rig.server.connections, 1);
  source.drop("over");
});

Deno.test("Fetcher whose turn is over asks for nothing over a new connection", async () => {
  await using rig = new BusyRig();
  const source = rig.source();
  const block = rig.fetch(source, 0, TURN_LENGTH);
  rig.fetch(source, TURN_LENGTH, TURN_LENGTH + 1000);
  await connecting();
  const next = rig.admission.enter(() => {});
  const first = await rig.server.peer();
  assertEquals(await first.range(), [0, TURN_LENGTH]);
  source.trim(block, 0);
  await rig.reports.first(({ type }) => type === "deferred");
  await rig.relax();
  assertEquals(next.admitted, true);
  const second = await rig.server.peer();
  assertEquals(await second.range(), [TURN_LENGTH, TURN_LENGTH + 1000]);
  await rig.send(second, TURN_LENGTH, TURN_LENGTH + 1000);
  await rig.deliveredUpTo(TURN_LENGTH + 1000);
  source.drop("over");
});
