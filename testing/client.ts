import { assertEquals } from "@std/assert";
import type { ClientEvent } from "../lib/ui/client/client_event.ts";
import type { ErrorRecord } from "../lib/ui/json_view.ts";
import type { SourceState } from "../lib/sources/source_event.ts";
import { Program, type ProgramOptions } from "./program.ts";

/** The first event of a download that knows what there is to do. */
export type Start = Extract<ClientEvent, { type: "start" }>;

/** The last event of a download that went well. */
export type Done = Extract<ClientEvent, { type: "done" }>;

/** The look at the figures that comes every tenth of a second. */
export type Progress = Extract<ClientEvent, { type: "progress" }>;

/** A line of its JSON. */
export type ClientLine = ClientEvent | ErrorRecord;

/** A running `mpclient` that tells what happens as JSON. */
export class Client extends Program<ClientLine> {
  /**
   * @param output Where the file goes.
   * @param addresses `HOST:PORT` of every `mpserver`, or the URL of any other server.
   * @param more Options that are passed on as they are.
   */
  constructor(
    output: string,
    addresses: readonly string[],
    more: readonly string[] = [],
    options: ProgramOptions = {},
  ) {
    const urls = addresses.filter((address) => address.includes("://"));
    const ports = addresses.filter((address) => !urls.includes(address));
    const where = ports.length > 0 ? ["-p", ...ports] : [];
    super("mpclient", [...urls, "-o", output, ...where, "-i", "0.1", "--json", ...more], {
      stdin: "null",
      ...options,
    });
  }

  /** Waits until the client sees a server in a state. */
  async sees(index: number, state: SourceState, after?: ClientLine): Promise<ClientLine> {
    return await this.event(
      (event) => event.type === "server" && event.index === index && event.state === state,
      after,
    );
  }

  /** Waits until it knows what there is to do. */
  async starts(): Promise<Start> {
    return await this.event(({ type }) => type === "start") as Start;
  }

  /** Waits for a look at the figures that fits. */
  async progress(fits: (progress: Progress) => boolean): Promise<Progress> {
    return await this.event((event) => event.type === "progress" && fits(event)) as Progress;
  }

  /** Waits until so many bytes have come over the network. */
  async receives(bytes: number): Promise<Progress> {
    return await this.progress(({ received }) => received >= bytes);
  }

  /** Waits for the next looks at the figures; the last of them is returned. */
  async progresses(times: number, after: ClientLine): Promise<Progress> {
    let last = after;
    for (let time = 0; time < times; time++) {
      last = await this.event(({ type }) => type === "progress", last);
    }
    return last as Progress;
  }

  /** Waits until so much of the file is there, with what there was before; answers whether that came. */
  async completes(bytes: number): Promise<boolean> {
    const start = await this.eventOrEnd(({ type }) => type === "start");
    const kept = start?.type === "start" ? start.kept : 0;
    const found = await this.eventOrEnd((event) =>
      event.type === "progress" && kept + event.received >= bytes
    );
    return found !== undefined;
  }

  /** Waits for so many looks at the figures from now on, or the end. */
  async passes(times: number): Promise<void> {
    let last = this.events.entries.at(-1);
    for (let time = 0; time < times && !this.events.closed; time++) {
      last = await this.eventOrEnd(({ type }) => type === "progress", last);
    }
  }

  /** Waits for the end, which has to be a good one. */
  async finishes(): Promise<Done> {
    await this.exits(0);
    return await this.event(({ type }) => type === "done") as Done;
  }

  /**
   * Waits for the end, which has to be a bad one.
   *
   * @returns What it says about it.
   */
  async fails(code: number): Promise<string> {
    await this.exits(code);
    const error = await this.event(({ type }) => type === "error");
    if (error.type !== "error") return "";
    assertEquals(error.code, code);
    return error.message;
  }
}
